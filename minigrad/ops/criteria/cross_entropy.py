"""Cross-entropy and the negative log-likelihood: the losses of classifiers.

The classes are dimension 1 of (N, C, ...), or dimension 0 of (C,). A target is either the number of
the true class, or a probability for each class.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.primitive import Keep, primitive
from ...autograd.stand_in import open_to_transforms
from ...autograd.traced import Traced
from ...backend.arrays import namespace
from ...backend.dtypes import int64, uint8
from ...backend.sums import total
from ..indices.indexing import getitem
from ..neurons.softmax import log_softmax, softmax
from ..pointwise.comparison import where
from ..reducing.reductions import sum
from .losses import constant, each, reduced, scale_of

__all__ = ["cross_entropy", "nll_loss"]

# --- the true class, by number --------------------------------------------------------------------


@primitive(g=lambda h, index: getitem(h, index=index))
def _place(g: Any, *, shape: tuple[int, ...], index: Any) -> Any:
    """Zeros with ``g`` where ``index`` points, to one class for each target: none is hit twice."""
    out = namespace(g).zeros(shape, g.dtype)
    out[index] = g
    return out


@primitive(
    x=lambda g, x_shape, index, share, kept, scale: _place(
        -_counted(each(g, scale), share, kept), shape=x_shape, index=index
    ),
    dtypes="real floating",
)
def _nll_loss(x: Any, *, index: Any, share: Any, kept: Any, scale: Any) -> Any:
    return reduced(_counted(-x[index], share, kept), scale)


@open_to_transforms
def nll_loss(
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Any:
    """Return the mean of ``-input[target]``, the input being log-probabilities of classes.

    Shapes:
        input: (N, C, ...) or (C,). target: (N, ...) or (). weight: (C,).

    Args:
        input: log-probabilities, as of ``log_softmax``.
        target: numbers of the true classes (int64 or uint8).
        weight: a factor for each class; the mean is weighted by them.
        ignore_index: a target that does not count.
        reduction: "mean", "sum" or "none".

    Derivative: minus the weight (over the sum of weights) of the true class, 0 for the others.

    Raises:
        ValueError: for an input without dimensions, batches of different sizes, or an unknown
            reduction.
        IndexError: for a target that is no class.
        RuntimeError: for other shapes or dtypes that do not fit, or a weight that requires a
            gradient.
    """
    if input.ndim == 0:
        raise ValueError("Expected 1 or more dimensions (got 0)")
    index, share, kept = _targets(input, target, weight, ignore_index)
    scale = _scale(reduction, target, share)
    return _nll_loss(input, index=index, share=share, kept=kept, scale=scale)


def _cross_entropy_rule(
    g: Any, x: Any, index: Any, share: Any, kept: Any, scale: Any, powers: Any, sums: Any
) -> Any:
    """dx = g * share * (softmax(x) - onehot(target)).

    The forward pass left exp(x - max) and its sum: the softmax but for a division.
    """
    axis = _class_dim(x)
    g = _counted(each(g, scale), share, kept)
    if isinstance(g, Traced):  # the twin for higher derivatives: softmax as a function of x
        return softmax(x, axis) * _spread(g, axis) - _place(g, shape=x.shape, index=index)
    found = powers * (_spread(g, axis) / sums)
    found[index] -= g
    return found


@primitive(x=_cross_entropy_rule, dtypes="real floating")
def _cross_entropy(x: Any, *, index: Any, share: Any, kept: Any, scale: Any) -> Any:
    axis = _class_dim(x)
    top, powers, sums = _exponentials(x, axis)
    losses = top.squeeze(axis) - x[index]
    losses += np.log(sums).squeeze(axis)
    return Keep(reduced(_counted(losses, share, kept), scale), powers=powers, sums=sums)


# --- probabilities of classes ---------------------------------------------------------------------


def _soft_rule(g: Any, x: Any, y: Any, scale: Any, kept: Any, powers: Any, sums: Any) -> Any:
    """dx = g * (sum(y) * softmax(x) - y), and 0 for what is ignored, whatever the mean of it."""
    axis = _class_dim(x)
    g = _spread(_counted(each(g, scale), None, kept), axis)
    share = softmax(x, axis) if isinstance(g, Traced) else powers / sums
    return (share * sum(y, axis, True) - y) * g


def _soft_target_rule(g: Any, x: Any, scale: Any) -> Any:
    """dy = -g * log_softmax(x)."""
    axis = _class_dim(x)
    return -_spread(each(g, scale), axis) * log_softmax(x, axis)


@primitive(x=_soft_rule, y=_soft_target_rule, dtypes="real floating")
def _soft_cross_entropy(x: Any, y: Any, *, scale: Any, kept: Any = None) -> Any:
    axis = _class_dim(x)
    top, powers, sums = _exponentials(x, axis)
    losses = top - x
    losses += np.log(sums)
    losses *= y
    return Keep(reduced(total(losses, (axis,)), scale), powers=powers, sums=sums)


@open_to_transforms
def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """Return the mean of ``-log_softmax(input)[target]``.

    Shapes:
        input: (N, C, ...) or (C,). weight: (C,).
        target: (N, ...) or () for numbers of classes, that of the input for probabilities.

    Args:
        input: logits.
        target: numbers of the true classes (int64 or uint8), or probabilities of all classes.
        weight: a factor for each class; for numbers of classes the mean is weighted by them.
        ignore_index: a class number that does not count.
        reduction: "mean", "sum" or "none".
        label_smoothing: how much probability is taken from the target and spread over all classes.

    Derivative: ``softmax(input) - target``, the target as probabilities.

    Raises:
        ValueError: for batches of different sizes, or an unknown reduction.
        IndexError: for a target that is no class.
        RuntimeError: for other shapes or dtypes that do not fit, a smoothing above 1, or a weight
            that requires a gradient.

    Example:
        >>> import minigrad as mg
        >>> logits = mg.tensor([[0.0, 0.0]], requires_grad=True)
        >>> mg.cross_entropy(logits, mg.tensor([1])).backward()
        >>> logits.grad
        tensor([[ 0.5000, -0.5000]])
    """
    if label_smoothing > 1:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    if input.shape == target.shape:
        return _of_probabilities(input, target, weight, ignore_index, reduction, label_smoothing)
    index, share, kept = _targets(input, target, weight, ignore_index)
    scale = _scale(reduction, target, share)
    if label_smoothing > 0:
        soft = _smoothed(input._array, index, share, kept, weight, label_smoothing)
        return _soft_cross_entropy(input, soft, scale=scale, kept=kept)
    return _cross_entropy(input, index=index, share=share, kept=kept, scale=scale)


def _of_probabilities(
    input: Any, target: Any, weight: Any, ignore_index: int, reduction: str, smoothing: float
) -> Any:
    if target.dtype.kind != "f" or input.ndim == 0:
        raise RuntimeError(
            f"Expected floating point type for target with class probabilities, got {target.dtype}"
        )
    if ignore_index >= 0:
        raise RuntimeError("ignore_index is not supported for floating point target")
    classes = input.shape[_class_dim(input)]
    if smoothing > 0:
        target = target * (1 - smoothing) + smoothing / classes
    if weight is not None:
        target = target * _class_weights(weight, input)
    count = math.prod(input.shape) // classes if classes else 0
    return _soft_cross_entropy(input, target, scale=scale_of(reduction, count))


def _smoothed(x: Any, index: Any, share: Any, kept: Any, weight: Any, smoothing: float) -> Any:
    """Return weighted probabilities: most for the true class, the rest for all alike."""
    axis = _class_dim(x)
    soft = namespace(x).full(x.shape, smoothing / x.shape[axis], x.dtype)
    if share is None:
        soft[index] += 1 - smoothing
        return soft
    if weight is not None:
        soft *= _class_weights(weight, x)
    if kept is not None:
        soft *= np.expand_dims(kept, axis)  # nothing for targets that are ignored
    soft[index] += (1 - smoothing) * share
    return soft


# --- what a target means --------------------------------------------------------------------------


def _class_dim(x: Any) -> int:
    return 0 if x.ndim == 1 else 1


def _targets(input: Any, target: Any, weight: Any, ignore_index: int) -> tuple[Any, Any, Any]:
    """Return where the true classes stand in the input, and how much each loss counts.

    Returns:
        A full index; an array of the classes' weights, 0 for targets that are ignored, None if all
        count alike; and a mask of those that are not ignored, None if none are.
    """
    _check_shapes(input.shape, target.shape)
    if target.dtype not in (int64, uint8):
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {target.dtype}")
    x, numbers = input._array, target._array.astype(int64, copy=False)
    kept = _kept(numbers, input.shape[_class_dim(input)], ignore_index)
    share = None
    if kept is not None:
        numbers = numbers * kept
        share = kept.astype(x.dtype)
    if weight is not None:
        share = _class_weights(weight, x).reshape(-1)[numbers] * (1 if share is None else share)
    arange = namespace(x).arange
    if x.ndim == 1:
        return (numbers,), share, kept
    if x.ndim == 2:
        return (arange(len(numbers)), numbers), share, kept
    batch, *places = np.ix_(*map(arange, numbers.shape))
    return (batch, numbers, *places), share, kept


def _check_shapes(input: tuple[int, ...], target: tuple[int, ...]) -> None:
    if len(input) > 1:
        batch = target[0] if target else 0
        if input[0] != batch:
            raise ValueError(
                f"Expected input batch_size ({input[0]}) to match target batch_size ({batch})."
            )
    elif len(target) == 1 and target != (1,):
        raise ValueError(f"For 1D input, 1D target must have size 1, but got target size: {target}")
    expected = input[:1] + input[2:] if len(input) > 1 else ()
    if target != expected:
        raise RuntimeError(
            f"Expected target size {list(expected)} for an input of size {list(input)}, got "
            f"{list(target)}"
        )


def _kept(numbers: Any, classes: int, ignore_index: int) -> Any:
    """Return which targets are not to be ignored, after a check of them; None if all are.

    On a GPU nothing is looked at, since that would have to wait for the values.
    """
    if not isinstance(numbers, np.ndarray):
        return numbers != ignore_index
    # As an unsigned number a negative one is huge: one look finds both kinds of mistakes.
    valid = numbers.size and numbers.view(np.uint64).max() < classes
    if valid and not 0 <= ignore_index < classes:
        return None
    kept = numbers != ignore_index
    wrong = numbers[kept & ((numbers < 0) | (numbers >= classes))]
    if wrong.size:
        raise IndexError(f"Target {wrong[0]} is out of bounds.")
    return None if kept.all() else kept


def _class_weights(weight: Any, input: Any) -> Any:
    """Return the weights of the classes, in a shape that broadcasts to the input's."""
    axis = _class_dim(input)
    classes = input.shape[axis]
    if weight.shape != (classes,):
        raise RuntimeError(
            f"weight tensor should be defined either for all {classes} classes or no classes but "
            f"got weight tensor of shape: {list(weight.shape)}"
        )
    if weight.dtype != input.dtype:
        raise RuntimeError(f"expected weight of dtype {input.dtype} but found {weight.dtype}")
    array = constant("nll_loss_forward", "weight", weight)
    return array.reshape((classes,) + (1,) * (input.ndim - axis - 1))


def _scale(reduction: str, target: Any, share: Any) -> Any:
    """Return what the sum of losses is multiplied by; the mean divides by the sum of weights."""
    if share is None or reduction != "mean":
        return scale_of(reduction, math.prod(target.shape))
    count = np.sum(share)
    return where(count == 0, math.nan, 1 / count)  # the mean of nothing


# --- arrays ---------------------------------------------------------------------------------------


def _exponentials(x: Any, axis: int) -> tuple[Any, Any, Any]:
    """Return the largest numbers along an axis, exp(x - largest) and the sums of that."""
    largest = x.max if x.size else x.sum  # nothing has no maximum
    top = largest(axis, keepdims=True)
    powers = x - top
    powers = np.exp(powers, out=powers)
    return top, powers, total(powers, (axis,), True)


def _counted(values: Any, share: Any, kept: Any) -> Any:
    """Return values times their share; ignored ones do not count even if they are infinite."""
    if share is not None:
        values = values * share
    return values if kept is None else where(kept, values, 0)


def _spread(g: Any, axis: int) -> Any:
    """Return gradients of losses in a shape that broadcasts to the input's."""
    return g.reshape((*g.shape[:axis], 1, *g.shape[axis:])) if g.ndim else g
