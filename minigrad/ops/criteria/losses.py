"""Losses between numbers, for regression; and the reductions that all losses share.

Each loss has a value per element and a reduction. The primitives take the reduction as ``scale``:
None for no reduction, else what the sum is multiplied by (1, or 1 / count for the mean).
"""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from ...autograd.fitting import conjugated
from ...autograd.primitive import primitive
from ...autograd.traced import Traced
from ...backend.sums import total
from ..pointwise.elementwise import clamp, sgn
from ..reducing.reductions import mean, sum

__all__ = [
    "huber_loss",
    "l1_loss",
    "mse_loss",
    "smooth_l1_loss",
]

# --- reductions -----------------------------------------------------------------------------------


def scale_of(reduction: str, count: float) -> float | None:
    """Return what the sum of all losses is multiplied by; None for no reduction.

    Raises:
        ValueError: for an unknown reduction.
    """
    if reduction == "mean":
        return 1 / count if count else math.nan
    if reduction not in ("sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return 1.0 if reduction == "sum" else None


def reduced(losses: Any, scale: Any) -> Any:
    """Return the reduction of an array of losses."""
    return losses if scale is None else total(losses, tuple(range(losses.ndim))) * scale


def each(g: Any, scale: Any) -> Any:
    """Return the gradient of the single losses, 0-d or of their shape, given the reduction's."""
    return g if scale is None else g * scale


def reduce(losses: Any, reduction: str) -> Any:
    """Return the mean, the sum or all of the losses, as operations of their own.

    Raises:
        ValueError: for an unknown reduction.
    """
    if reduction == "none":
        return losses
    if reduction not in ("mean", "sum"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return mean(losses) if reduction == "mean" else sum(losses)


def constant(name: str, argument: str, tensor: Any) -> Any:
    """Return the array of a tensor by which a loss cannot be differentiated.

    Raises:
        RuntimeError: if it requires a gradient.
    """
    if not isinstance(tensor, Traced):
        return tensor
    if tensor._requires_grad:
        raise RuntimeError(
            f"The function '{name}' is not differentiable with respect to argument '{argument}'. "
            "This input cannot have requires_grad True."
        )
    return tensor._array


def _weighted(losses: Any, weight: Any, reduction: str) -> Any:
    """Return the reduction of losses times their weights, of which the mean is a weighted mean."""
    losses = losses * weight
    if reduction == "mean":
        return sum(losses) / sum(weight)
    return reduce(losses, reduction)


def _check_weight(weight: Any, input: Any) -> None:
    if weight.shape != input.shape:
        raise ValueError(
            f"Weights and input must have the same size, got {weight.shape} and {input.shape}"
        )


# --- regression -----------------------------------------------------------------------------------


def _count(input: Any, target: Any) -> int:
    """Return how many losses there are; shapes that differ are broadcast, with a warning."""
    if input.shape == target.shape:
        return math.prod(input.shape)
    warnings.warn(
        f"Using a target size ({target.shape}) that is different to the input size "
        f"({input.shape}). This will likely lead to incorrect results due to broadcasting. Please "
        "ensure they have the same size.",
        stacklevel=3,
    )
    try:
        return math.prod(np.broadcast_shapes(input.shape, target.shape))
    except ValueError:
        raise RuntimeError(
            f"the sizes of input {input.shape} and target {target.shape} do not broadcast"
        ) from None


@primitive(
    x=lambda g, x, y, scale: (x - y) * (each(g, scale) * 2),
    y=lambda g, x, y, scale: (y - x) * (each(g, scale) * 2),
    dtypes="real floating",
)
def _mse_loss(x: Any, y: Any, *, scale: Any) -> Any:
    losses = x - y
    losses *= losses
    return reduced(losses, scale)


def mse_loss(input: Any, target: Any, *, reduction: str = "mean", weight: Any = None) -> Any:
    """Return the mean of ``(input - target) ** 2``.

    Shapes:
        input, target: any, the same. The result has no dimensions, or those of the input.

    Args:
        input, target: tensors.
        reduction: "mean", "sum" or "none".
        weight: a factor for each loss, of the input's shape; the mean is weighted by them.

    Derivative: ``2 (input - target)`` by the input.

    Raises:
        ValueError: for an unknown reduction, or weights of another shape than the input's.
        RuntimeError: for shapes that do not broadcast; those that do are warned of.

    Example:
        >>> import minigrad as mg
        >>> mg.mse_loss(mg.tensor([1.0, 2.0]), mg.tensor([1.0, 4.0]))
        tensor(2.)
    """
    scale = scale_of(reduction, _count(input, target))
    if weight is None:
        return _mse_loss(input, target, scale=scale)
    _check_weight(weight, input)
    return _weighted(_mse_loss(input, target, scale=None), weight, reduction)


@primitive(
    x=lambda g, x, y, scale: conjugated(sgn(x - y)) * each(g, scale),
    y=lambda g, x, y, scale: conjugated(sgn(y - x)) * each(g, scale),
    dtypes="floating",
)
def _l1_loss(x: Any, y: Any, *, scale: Any) -> Any:
    return reduced(np.abs(x - y), scale)


def l1_loss(input: Any, target: Any, *, reduction: str = "mean", weight: Any = None) -> Any:
    """Return the mean of ``|input - target|``.

    Shapes, Args, Raises: as ``mse_loss``.

    Derivative: ``sign(input - target)``, 0 where they are equal.
    """
    scale = scale_of(reduction, _count(input, target))
    if weight is None:
        return _l1_loss(input, target, scale=scale)
    _check_weight(weight, input)
    return _weighted(_l1_loss(input, target, scale=None), weight, reduction)


def _huber(x: Any, y: Any, delta: float) -> Any:
    """Return d^2 / 2 for a distance d below delta, and delta (d - delta / 2) from there on."""
    difference = x - y
    near = np.clip(difference, -delta, delta)
    difference -= 0.5 * near
    difference *= near
    return difference


@primitive(
    x=lambda g, x, y, delta, scale: clamp(x - y, -delta, delta) * each(g, scale),
    y=lambda g, x, y, delta, scale: clamp(y - x, -delta, delta) * each(g, scale),
    dtypes="real floating",
)
def _huber_loss(x: Any, y: Any, *, delta: float, scale: Any) -> Any:
    return reduced(_huber(x, y, delta), scale)


def huber_loss(
    input: Any, target: Any, reduction: str = "mean", delta: float = 1.0, weight: Any = None
) -> Any:
    """Return the mean of Huber's function of d = |input - target|.

    That is ``d^2 / 2`` below ``delta`` and ``delta (d - delta / 2)``, a straight line, from there
    on: outliers pull no harder than that.

    Shapes, Args: as ``mse_loss``; with weights, the mean is that of the weighted losses.

    Derivative: ``input - target``, limited to [-delta, delta].

    Raises:
        RuntimeError: for a ``delta`` that is not positive, or as ``mse_loss``.
        ValueError: for an unknown reduction.

    Source: Huber, Robust estimation of a location parameter (1964).
    """
    if delta <= 0:
        raise RuntimeError("huber_loss does not support non-positive values for delta.")
    scale = scale_of(reduction, _count(input, target))
    if weight is None:
        return _huber_loss(input, target, delta=float(delta), scale=scale)
    _check_weight(weight, input)
    return reduce(_huber_loss(input, target, delta=float(delta), scale=None) * weight, reduction)


@primitive(
    x=lambda g, x, y, beta, scale: clamp(x - y, -beta, beta) * (each(g, scale) / beta),
    y=lambda g, x, y, beta, scale: clamp(y - x, -beta, beta) * (each(g, scale) / beta),
    dtypes="real floating",
)
def _smooth_l1_loss(x: Any, y: Any, *, beta: float, scale: Any) -> Any:
    losses = _huber(x, y, beta)
    losses /= beta
    return reduced(losses, scale)


def smooth_l1_loss(input: Any, target: Any, *, reduction: str = "mean", beta: float = 1.0) -> Any:
    """Return the mean of d = |input - target|, rounded off where it is below ``beta``.

    That is ``d^2 / (2 beta)`` below and ``d - beta / 2`` from there on.

    Shapes, Args: as ``mse_loss``.

    Derivative: ``(input - target) / beta``, limited to [-1, 1].

    Raises:
        RuntimeError: for a negative ``beta``, or as ``mse_loss``.
        ValueError: for an unknown reduction.

    Source: Girshick, Fast R-CNN (2015).
    """
    if beta < 0:
        raise RuntimeError("smooth_l1_loss does not support negative values for beta.")
    scale = scale_of(reduction, _count(input, target))
    if beta == 0:
        return _l1_loss(input, target, scale=scale)
    return _smooth_l1_loss(input, target, beta=float(beta), scale=scale)
