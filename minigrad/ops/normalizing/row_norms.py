"""Normalisation over the last dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from ..pointwise.elementwise import mul
from ..precision import half_in_float32
from .normalization import _layer_norm, _rms_norm, check_dtype, check_floating

__all__ = ["layer_norm", "rms_norm"]


@half_in_float32
def layer_norm(
    input: Any,
    normalized_shape: Sequence[int],
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
) -> Any:
    """Normalise over the last dimensions.

    Args:
        input: a tensor (..., *normalized_shape).
        normalized_shape: sizes of the dimensions to normalise over.
        weight: of that shape, scales the result; 1 by default.
        bias: of that shape, shifts it; 0 by default.
        eps: added to the variance.

    Derivative: ``(h - avg(h) - z avg(h z)) / deviation`` with ``h = g * weight`` and z the
    normalised input.

    Raises:
        RuntimeError: for shapes that do not fit.
        TypeError: if ``normalized_shape`` is not a sequence.
        NotImplementedError: for integers.
    """
    shape = _trailing("layer_norm", input, normalized_shape, weight=weight, bias=bias)
    if not prod(input.shape):
        return _affine(input, weight, bias)
    return _layer_norm(input, weight, bias, ndim=len(shape), eps=eps)


@half_in_float32
def rms_norm(
    input: Any, normalized_shape: Sequence[int], weight: Any = None, eps: float | None = None
) -> Any:
    """Divide by the root of the mean square over the last dimensions.

    Args:
        input: a tensor (..., *normalized_shape).
        normalized_shape: sizes of the dimensions to average over.
        weight: of that shape, scales the result; 1 by default.
        eps: added to the mean square; by default the dtype's resolution.

    Derivative: ``(h - z avg(h z)) / root`` with ``h = g * weight`` and z the normalised input.

    Raises:
        RuntimeError, TypeError, NotImplementedError: as ``layer_norm``.
    """
    shape = _trailing("rms_norm", input, normalized_shape, weight=weight)
    if not prod(input.shape):
        return _affine(input, weight, None)
    if eps is None:
        eps = float(np.finfo(input.dtype).eps)
    return _rms_norm(input, weight, ndim=len(shape), eps=eps)


def _affine(input: Any, weight: Any, bias: Any) -> Any:
    out = mul(input, 1 if weight is None else weight)
    return out if bias is None else out + bias


def _trailing(name: str, x: Any, normalized_shape: Any, **parameters: Any) -> tuple[int, ...]:
    """Return ``normalized_shape`` if the input ends in it and the parameters have it."""
    if not isinstance(normalized_shape, Sequence):
        raise TypeError(
            f"{name}: normalized_shape must be a sequence of ints, got "
            f"{type(normalized_shape).__name__}"
        )
    shape = tuple(normalized_shape)
    if not shape:
        raise RuntimeError(
            f"{name}: expected normalized_shape to be at least 1-dimensional, got {list(shape)}"
        )
    for what, values in parameters.items():
        if values is not None and values.shape != shape:
            raise RuntimeError(
                f"{name}: expected {what} to be of same shape as normalized_shape, but got "
                f"{what} of shape {list(values.shape)} and normalized_shape = {list(shape)}"
            )
    if x.ndim < len(shape) or x.shape[x.ndim - len(shape) :] != shape:
        raise RuntimeError(
            f"{name}: given normalized_shape={list(shape)}, expected input with shape "
            f"[*, {', '.join(map(str, shape))}], but got input of size {list(x.shape)}"
        )
    check_floating(name, x, "fc" if name == "rms_norm" else "f")
    for what, values in parameters.items():
        if values is not None:
            check_dtype(name, what, values, x)
    return shape
