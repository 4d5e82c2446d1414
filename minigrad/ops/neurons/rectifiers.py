"""Activation functions made of straight pieces: the rectifier and its family."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.operands import convert
from ...autograd.primitive import Keep, primitive
from ...autograd.stand_in import random_function
from ...backend.arrays import ndarray, to_host
from ...backend.device import device_of, place
from ...backend.dtypes import bool_, float64
from ...backend.random import default_generator
from ...backend.selection import select
from ..pointwise.comparison import where

__all__ = [
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "prelu",
    "relu",
    "relu6",
    "rrelu",
    "softshrink",
    "threshold",
]

_LARGE = 128  # elements from which on SIMD makes up for the call


def _not_bool(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    if arrays[0].dtype == bool_:
        raise RuntimeError("Boolean inputs not supported for relu")
    return convert(arrays, "real", "relu")


@primitive(x=lambda g, out: where(out <= 0, 0, g), dtypes=_not_bool)
def relu(x: Any) -> Any:
    """Return ``max(x, 0)``; its derivative at 0 is 0."""
    # NumPy's maximum takes a number one by one; its clip has SIMD.
    simd = x.__class__ is ndarray and x.dtype.kind == "f" and x.size >= _LARGE
    return x.clip(0.0, math.inf) if simd else np.maximum(x, 0)


@primitive(x=lambda g, x, slope: where(x > 0, g, g * slope), dtypes="real floating")
def _leaky_relu(x: Any, *, slope: float) -> Any:
    return (np.maximum if slope <= 1 else np.minimum)(x, x * slope)


def leaky_relu(x: Any, negative_slope: float = 0.01) -> Any:
    """Return ``x`` where it is positive and ``negative_slope * x`` elsewhere.

    Derivative: 1 and ``negative_slope``, the latter at 0.
    """
    return _leaky_relu(x, slope=negative_slope)


@primitive(x=lambda g, slopes: g * slopes, dtypes="real floating")
def _rrelu(x: Any, *, lower: float, upper: float) -> Any:
    # As in PyTorch, in the order of the elements, and only for those that need a slope. They are
    # drawn on the CPU wherever x is: the stream does not depend on the device.
    bent = to_host(x) <= 0
    slopes = np.ones(x.shape, x.dtype)
    slopes[bent] = default_generator.uniform((int(bent.sum()),), lower, upper, float64)
    slopes = place(slopes, device_of(x))
    return Keep(x * slopes, slopes=slopes)


@random_function
def rrelu(x: Any, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False) -> Any:
    """Return ``x`` where it is positive and ``x`` times a random slope elsewhere.

    Args:
        x: a tensor.
        lower, upper: slopes are drawn evenly from between.
        training: False for ``leaky_relu`` with the slope in the middle.

    Derivative: 1, or the slope that was drawn.

    Raises:
        RuntimeError: if ``lower`` is above ``upper``.

    Source: B. Xu et al., Empirical evaluation of rectified activations in convolutional network,
    2015.
    """
    if lower > upper:
        raise RuntimeError(
            f"rrelu: lower must be less than or equal to upper, got {lower} and {upper}"
        )
    if not training:
        return leaky_relu(x, (lower + upper) / 2)
    return _rrelu(x, lower=float(lower), upper=float(upper))


@primitive(
    x=lambda g, x, weight: where(x > 0, g, g * weight),
    weight=lambda g, x: where(x > 0, 0, g * x),
    dtypes="real floating",
)
def _prelu(x: Any, weight: Any) -> Any:
    return select(x > 0, x, x * weight)


def prelu(input: Any, weight: Any) -> Any:
    """Return ``input`` where it is positive and ``weight * input`` elsewhere.

    Shapes:
        input: (N, C, ...). weight: (C,), a slope for each channel, or one for all.

    Raises:
        RuntimeError: for another number of slopes than channels or one.
    """
    if weight.ndim > 1:
        raise RuntimeError(f"prelu: expected weight to be a scalar or 1-D, got {weight.shape}")
    count = math.prod(weight.shape)
    if count != 1:
        channels = input.shape[1] if input.ndim > 1 else 1
        if input.ndim == 0 or count != channels:
            raise RuntimeError(
                f"prelu: weight has {count} slopes, expected 1 or as many as the input of shape "
                f"{input.shape} has channels"
            )
        weight = weight.reshape((count,) + (1,) * (input.ndim - 2))
    elif weight.ndim:
        weight = weight.reshape(())
    return _prelu(input, weight)


@primitive(x=lambda g, x, low, high: where((x <= low) | (x >= high), 0, g), dtypes="real number")
def _hardtanh(x: Any, *, low: float, high: float) -> Any:
    return np.clip(x, low, high)


def hardtanh(x: Any, min_val: float = -1.0, max_val: float = 1.0) -> Any:
    """Return ``x`` limited to [min_val, max_val]; its derivative on the limits is 0.

    Raises:
        ValueError: if ``min_val`` is above ``max_val``.
        RuntimeError: for bools.
    """
    if x.dtype == bool_:
        raise RuntimeError("Bool inputs not supported for hardtanh")
    if min_val > max_val:
        raise ValueError(f"min_val cannot be greater than max_val, got {min_val} and {max_val}")
    if x.dtype.kind in "iu":
        min_val, max_val = int(min_val), int(max_val)
    return _hardtanh(x, low=min_val, high=max_val)


def relu6(x: Any) -> Any:
    """Return ``min(max(x, 0), 6)``; its derivative at 0 and 6 is 0."""
    return hardtanh(x, 0.0, 6.0)


@primitive(x=lambda g, x: where((x > -3) & (x < 3), g / 6, 0), dtypes="real floating")
def hardsigmoid(x: Any) -> Any:
    """Return ``relu6(x + 3) / 6``, a sigmoid of straight pieces."""
    return np.clip(x + 3, 0, 6) / 6


@primitive(
    x=lambda g, x: where(x <= -3, 0, where(x < 3, g * (x / 3 + 0.5), g)),
    dtypes="real floating",
)
def hardswish(x: Any) -> Any:
    """Return ``x * relu6(x + 3) / 6``, a ``silu`` of straight pieces."""
    return x * np.clip(x + 3, 0, 6) / 6


@primitive(x=lambda g, x, limit: where(x <= limit, 0, g), dtypes="real number")
def _threshold(x: Any, *, limit: float, value: float) -> Any:
    return select(x <= limit, value, x).astype(x.dtype, copy=False)


def threshold(x: Any, threshold: float, value: float) -> Any:
    """Return ``x`` where it is above ``threshold`` and ``value`` elsewhere."""
    return _threshold(x, limit=threshold, value=value)


def _within(x: Any, limit: float) -> Any:
    return (x >= -limit) & (x <= limit)


@primitive(x=lambda g, x, limit: where(_within(x, limit), 0, g), dtypes="real floating")
def _hardshrink(x: Any, *, limit: float) -> Any:
    return select(_within(x, limit), 0, x)


def hardshrink(x: Any, lambd: float = 0.5) -> Any:
    """Return 0 where ``|x|`` is at most ``lambd`` and ``x`` elsewhere.

    Derivative: 0 and 1; 0 on the limits.
    """
    return _hardshrink(x, limit=lambd)


@primitive(x=lambda g, x, limit: where(_within(x, limit), 0, g), dtypes="real floating")
def _softshrink(x: Any, *, limit: float) -> Any:
    return x - np.clip(x, -limit, limit)


def softshrink(x: Any, lambd: float = 0.5) -> Any:
    """Return ``x`` drawn towards 0 by ``lambd``, and 0 where it gets there.

    Derivative: 0 where ``|x|`` is at most ``lambd`` and 1 elsewhere.

    Raises:
        RuntimeError: for a negative ``lambd``.
    """
    if lambd < 0:
        raise RuntimeError(f"softshrink: lambd must be greater or equal to 0, but found {lambd}")
    return _softshrink(x, limit=lambd)
