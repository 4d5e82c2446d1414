"""The last layer of a classifier and its loss as one function."""

from __future__ import annotations

import math
from typing import Any

from ..contracting.linear import linear
from .cross_entropy import cross_entropy

__all__ = ["linear_cross_entropy"]


def linear_cross_entropy(
    input: Any,
    linear_weight: Any,
    target: Any,
    *,
    linear_bias: Any = None,
    weight: Any = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: Any = None,
) -> Any:
    """Return ``cross_entropy(linear(input, linear_weight, linear_bias), target, ...)``.

    Shapes:
        input (N, features) or (features,); linear_weight (C, ..., features), linear_bias (C, ...),
        whose inner dimensions the logits get. target: (N, ...), or (N, C, ...) of probabilities.

    Args:
        input: what the layer is given.
        linear_weight, linear_bias: the layer.
        target, weight, reduction, label_smoothing: as in ``cross_entropy``.
        ignore_index: a class number that does not count, by default -100.
        options: accepted, as in PyTorch, where it says how to save memory; without effect here.

    Raises:
        RuntimeError: for shapes that do not fit, or ``ignore_index`` with probabilities.
        ValueError: as ``cross_entropy``.
    """
    _check_shapes(input, linear_weight, linear_bias)
    classes, *inner = linear_weight.shape[:-1]
    shape = (*input.shape[:-1], classes, *inner)
    if target.shape == shape and ignore_index is not None:
        raise RuntimeError("ignore_index cannot be specified when target contains probabilities")
    if inner:
        outputs = math.prod(shape[1:])
        linear_weight = linear_weight.reshape((outputs, input.shape[-1]))
        linear_bias = None if linear_bias is None else linear_bias.reshape(outputs)
    return cross_entropy(
        linear(input, linear_weight, linear_bias).reshape(shape),
        target,
        weight,
        ignore_index=-100 if ignore_index is None else ignore_index,
        reduction=reduction,
        label_smoothing=label_smoothing,
    )


def _check_shapes(input: Any, weight: Any, bias: Any) -> None:
    if input.ndim not in (1, 2):
        raise RuntimeError(f"expected input of 1 or 2 dimensions, got {input.ndim}")
    if weight.ndim < 2:
        raise RuntimeError(f"expected linear_weight of 2 dimensions at least, got {weight.ndim}")
    if input.shape[-1] != weight.shape[-1]:
        raise RuntimeError(
            "expected input and linear_weight to have the same last dimension, got "
            f"{input.shape[-1]} and {weight.shape[-1]}"
        )
    if bias is not None and bias.shape != weight.shape[:-1]:
        raise RuntimeError(f"expected linear_bias of shape {weight.shape[:-1]}, got {bias.shape}")
    if weight.ndim > 2 and input.ndim == 1:
        raise RuntimeError(
            f"a linear_weight of shape {weight.shape} requires batched input, got {input.shape}"
        )
