"""Binary cross-entropy: the loss of probabilities of yes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.stand_in import open_to_transforms
from ..arguments import check_real
from ..neurons.activations import logsigmoid
from ..pointwise.elementwise import clamp
from ..pointwise.transcendental import log, sigmoid
from .losses import constant, each, reduced, scale_of

__all__ = ["binary_cross_entropy", "binary_cross_entropy_with_logits"]


def _weighted(g: Any, weight: Any, scale: Any) -> Any:
    g = each(g, scale)
    return g if weight is None else g * weight


@primitive(
    x=lambda g, x, y, weight, scale: (
        _weighted(g, weight, scale) * (x - y) / clamp((1 - x) * x, 1e-12)
    ),
    y=lambda g, x, weight, scale: _weighted(g, weight, scale) * (log(1 - x) - log(x)),
)
def _binary_cross_entropy(x: Any, y: Any, *, weight: Any, scale: Any) -> Any:
    # The logarithms stop at -100, so that a certain mistake costs much but not infinity.
    losses = (y - 1) * np.clip(np.log1p(-x), -100, 0)
    losses -= y * np.clip(np.log(x), -100, 0)
    return reduced(losses if weight is None else losses * weight, scale)


@open_to_transforms
def binary_cross_entropy(
    input: Any, target: Any, weight: Any = None, *, reduction: str = "mean"
) -> Any:
    """Return the mean of ``-target log(input) - (1 - target) log(1 - input)``.

    Shapes:
        input, target: any, the same. weight: broadcasts to it.

    Args:
        input: probabilities of yes. From logits, ``binary_cross_entropy_with_logits`` is more
            accurate.
        target: what was true: 1 for yes, 0 for no, or in between.
        weight: factors of the losses.
        reduction: "mean", "sum" or "none".

    Derivative: ``(input - target) / (input (1 - input))`` by the input.

    Raises:
        ValueError: for shapes that differ, or an unknown reduction.
        RuntimeError: for values outside of [0, 1], dtypes that differ, a weight that does not
            broadcast or requires a gradient.
    """
    if input.shape != target.shape:
        raise ValueError(
            f"Using a target size ({target.shape}) that is different to the input size "
            f"({input.shape}) is deprecated. Please ensure they have the same size."
        )
    if input.dtype != target.dtype:
        raise RuntimeError(f"Found dtype {target.dtype} but expected {input.dtype}")
    check_real("binary_cross_entropy", input)
    weight = constant("binary_cross_entropy", "weight", weight)
    _check_weight("weight", weight, input.shape)
    for name, tensor in (("input", input), ("target", target)):
        _check_probabilities(name, tensor._array)
    scale = scale_of(reduction, math.prod(input.shape))
    return _binary_cross_entropy(input, target, weight=weight, scale=scale)


def _check_probabilities(name: str, array: Any) -> None:
    # Not on a GPU, where looking at values would have to wait for them.
    if isinstance(array, np.ndarray) and array.size and not (array.min() >= 0 and array.max() <= 1):
        raise RuntimeError(f"all elements of {name} should be between 0 and 1")


def _check_weight(name: str, weight: Any, shape: tuple[int, ...]) -> None:
    if weight is None:
        return
    try:
        fits = np.broadcast_shapes(weight.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise RuntimeError(f"{name} of shape {weight.shape} does not broadcast to {shape}")


def _logits_rule(g: Any, x: Any, y: Any, weight: Any, pos_weight: Any, scale: Any) -> Any:
    """dx = g * (sigmoid(x) - y); with p = pos_weight, g * ((1 - y + p y) sigmoid(x) - p y)."""
    g = _weighted(g, weight, scale)
    if pos_weight is None:
        return (sigmoid(x) - y) * g
    yes = y * pos_weight
    return (sigmoid(x) * (1 - y + yes) - yes) * g


def _logits_target_rule(g: Any, x: Any, weight: Any, pos_weight: Any, scale: Any) -> Any:
    """dy = g * (log(sigmoid(-x)) - p log(sigmoid(x))), which is -g x for p = 1."""
    g = _weighted(g, weight, scale)
    if pos_weight is None:
        return -x * g
    return (logsigmoid(-x) - logsigmoid(x) * pos_weight) * g


@primitive(x=_logits_rule, y=_logits_target_rule, dtypes="real floating")
def _binary_cross_entropy_with_logits(
    x: Any, y: Any, *, weight: Any, pos_weight: Any, scale: Any
) -> Any:
    # -log(sigmoid(x)) = log(1 + exp(-|x|)) + max(-x, 0): no exponential overflows.
    losses = np.abs(x, out=np.empty_like(x))  # an array even if 0-d
    np.negative(losses, out=losses)
    np.exp(losses, out=losses)
    np.log1p(losses, out=losses)
    losses += np.clip(-x, 0, np.inf)
    if pos_weight is not None:
        losses *= 1 + y * (pos_weight - 1)
    losses += (1 - y) * x
    if weight is not None:
        losses *= weight
    return reduced(losses, scale)


def binary_cross_entropy_with_logits(
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    reduction: str = "mean",
    pos_weight: Any = None,
) -> Any:
    """Return ``binary_cross_entropy(sigmoid(input), target)``, without overflow.

    Shapes:
        input, target: any, the same. weight, pos_weight: broadcast to it.

    Args:
        input: logits.
        target: what was true: 1 for yes, 0 for no, or in between.
        weight: factors of the losses.
        reduction: "mean", "sum" or "none".
        pos_weight: factors of the loss of what was yes: more than 1 to find more of them.

    Derivative: ``sigmoid(input) - target`` by the input.

    Raises:
        ValueError: for shapes that differ, or an unknown reduction.
        RuntimeError: for a weight that does not broadcast or requires a gradient, or a target of
            integers.
    """
    if input.shape != target.shape:
        raise ValueError(
            f"Target size ({target.shape}) must be the same as input size ({input.shape})"
        )
    if target.dtype.kind != "f":
        raise RuntimeError(f"target: expected a floating-point dtype, got {target.dtype}")
    name = "binary_cross_entropy_with_logits"
    weight = constant(name, "weight", weight)
    pos_weight = constant(name, "pos_weight", pos_weight)
    _check_weight("weight", weight, input.shape)
    _check_weight("pos_weight", pos_weight, input.shape)
    return _binary_cross_entropy_with_logits(
        input,
        target,
        weight=weight,
        pos_weight=pos_weight,
        scale=scale_of(reduction, math.prod(input.shape)),
    )
