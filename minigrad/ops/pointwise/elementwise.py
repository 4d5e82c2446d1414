"""Arithmetic, element by element: a page of the calculus table."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.fitting import conj, conjugated, real
from ...autograd.operands import convert
from ...autograd.primitive import primitive
from ...backend.dtypes import bool_, result_type
from ...backend.selection import select
from ..arguments import check_tensors
from .comparison import isnan, where
from .rounding import zero

__all__ = [
    "abs",
    "absolute",
    "add",
    "clamp",
    "clip",
    "fmax",
    "fmin",
    "lerp",
    "maximum",
    "minimum",
    "mul",
    "multiply",
    "neg",
    "negative",
    "positive",
    "rsub",
    "sgn",
    "sign",
    "sub",
    "subtract",
]

_INVERT = "If you are trying to invert a mask, use the `~` or `logical_not()` operator instead."


# --- sums and products --------------------------------------------------------------------------


def _difference(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    bools = [a.__class__ is bool or getattr(a, "dtype", None) == bool_ for a in arrays]
    if all(bools):
        raise RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` "
            "or `logical_xor()` operator instead."
        )
    if any(bools):
        raise RuntimeError(
            f"Subtraction, the `-` operator, with a bool tensor is not supported. {_INVERT}"
        )
    return convert(arrays, "promote")


def _ends(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    """Convert the weight only: ends of different dtypes are not brought together, as in PyTorch."""
    _check_ends(*arrays)
    convert(arrays[:2], "floating", "lerp")  # a floating weight does not make up for integers
    return convert(arrays, "promote")


def _check_ends(x: Any, y: Any, weight: Any) -> None:
    for name, array in (("end", y), ("weight", weight)):
        # A 0-d weight is as good as a number.
        counts = name == "end" or getattr(array, "ndim", 0) > 0
        if counts and getattr(array, "dtype", x.dtype) != x.dtype:
            raise RuntimeError(f"expected dtype {x.dtype} for `{name}` but got dtype {array.dtype}")


def _opposite(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    if arrays[0].dtype == bool_:
        raise RuntimeError(
            f"Negation, the `-` operator, on a bool tensor is not supported. {_INVERT}"
        )
    return arrays


@primitive(
    x=lambda g: g,
    y=lambda g: g,
    dtypes="promote",
)
def _add(x: Any, y: Any) -> Any:
    return np.add(x, y)


@primitive(
    x=lambda g: g,
    y=lambda g: -g,
    dtypes=_difference,
)
def _sub(x: Any, y: Any) -> Any:
    return np.subtract(x, y)


@primitive(
    x=lambda g, y: g * y,
    y=lambda g, x: g * x,
    dtypes="promote",
)
def mul(x: Any, y: Any) -> Any:
    """Return ``x * y``, element by element."""
    return np.multiply(x, y)


@primitive(
    x=lambda g: -g,
    dtypes=_opposite,
)
def neg(x: Any) -> Any:
    """Return ``-x``."""
    return np.negative(x)


@primitive(
    x=lambda g, weight: g * (1 - weight),
    y=lambda g, weight: g * weight,
    weight=lambda g, x, y: g * (y - x),
    dtypes=_ends,
)
def lerp(x: Any, y: Any, weight: Any) -> Any:
    """Return ``x + weight * (y - x)``: ``x`` at weight 0, exactly ``y`` at weight 1."""
    step = y - x
    return select(np.abs(weight) < 0.5, x + weight * step, y - step * (1 - weight))


def add(x: Any, y: Any, *, alpha: Any = 1) -> Any:
    """Return ``x + alpha * y``, element by element.

    Raises:
        RuntimeError: for integers and an ``alpha`` that is none.
    """
    return _add(x, y) if alpha == 1 else _add(x, _scaled(x, y, alpha))


def sub(x: Any, y: Any, *, alpha: Any = 1) -> Any:
    """Return ``x - alpha * y``, element by element.

    Raises:
        RuntimeError: for bools; for integers and an ``alpha`` that is none.
    """
    return _sub(x, y) if alpha == 1 else _sub(x, _scaled(x, y, alpha))


def rsub(x: Any, y: Any, *, alpha: Any = 1) -> Any:
    """Return ``y - alpha * x``: ``sub`` with its operands exchanged."""
    return sub(y, x, alpha=alpha)


def positive(x: Any) -> Any:
    """Return ``x`` itself.

    Raises:
        RuntimeError: for bools.
    """
    if x.dtype == bool_:
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return x


def _scaled(x: Any, y: Any, alpha: Any) -> Any:
    kind = result_type(x, y).kind
    if (isinstance(alpha, float) and kind in "biu") or (isinstance(alpha, complex) and kind != "c"):
        raise RuntimeError(
            "For integral input tensors, argument alpha must not be a floating point number, nor "
            f"a complex one for real tensors, got {alpha}"
        )
    return mul(y, alpha)


# --- size and order -----------------------------------------------------------------------------


@primitive(
    x=lambda g, x: g * conjugated(sgn(x)),
    dtypes="number",
)
def abs(x: Any) -> Any:
    """Return the absolute value; its derivative at 0 is 0. Real for complex numbers."""
    return np.abs(x)


@primitive(
    x=lambda g: zero(g),
    dtypes="real",
)
def sign(x: Any) -> Any:
    """Return -1, 0 or 1, by the sign; 0 for NaN."""
    return x.copy() if x.dtype == bool_ else np.subtract(x > 0, x < 0, dtype=x.dtype)


def _turning(g: Any, x: Any, out: Any) -> Any:
    """``(g - Re(g out) conj(out)) / |x|`` for complex numbers, 0 at 0: the part along the circle.

    A real sign is a step: ``0``.
    """
    if x.dtype.kind != "c":
        return zero(g)
    size = abs(x)
    around = g - conj(out) * real(g * out)
    return where(size == 0, 0, around / where(size == 0, 1, size))


@primitive(
    x=_turning,
    dtypes="promote",
)
def sgn(x: Any) -> Any:
    """Return the number of size 1 in the direction of ``x``, 0 at 0; ``sign`` for real ones."""
    return np.sign(x) if x.dtype.kind == "c" else sign(x)


@primitive(
    x=lambda g, x, y: where(x < y, 0, where(x == y, g * 0.5, g)),
    y=lambda g, x, y: where(y < x, 0, where(x == y, g * 0.5, g)),
    dtypes="real",
)
def maximum(x: Any, y: Any) -> Any:
    """Return the larger of two elements; equal ones share the gradient."""
    return np.maximum(x, y)


@primitive(
    x=lambda g, x, y: where(x > y, 0, where(x == y, g * 0.5, g)),
    y=lambda g, x, y: where(y > x, 0, where(x == y, g * 0.5, g)),
    dtypes="real",
)
def minimum(x: Any, y: Any) -> Any:
    """Return the smaller of two elements; equal ones share the gradient."""
    return np.minimum(x, y)


@primitive(
    x=lambda g, x, y: where((x >= y) | isnan(y), g, 0),
    y=lambda g, x, y: where((x >= y) | isnan(y), 0, g),
    dtypes="real",
)
def _fmax(x: Any, y: Any) -> Any:
    return np.fmax(x, y)


@primitive(
    x=lambda g, x, y: where((x <= y) | isnan(y), g, 0),
    y=lambda g, x, y: where((x <= y) | isnan(y), 0, g),
    dtypes="real",
)
def _fmin(x: Any, y: Any) -> Any:
    return np.fmin(x, y)


def fmax(input: Any, other: Any) -> Any:
    """Return the larger of two elements, the other one where one is NaN.

    Derivative: ``g`` to the one that was taken; to ``input`` if they are equal.

    Raises:
        TypeError: if one is no tensor.
    """
    check_tensors("fmax", input=input, other=other)
    return _fmax(input, other)


def fmin(input: Any, other: Any) -> Any:
    """Return the smaller of two elements, the other one where one is NaN. See ``fmax``."""
    check_tensors("fmin", input=input, other=other)
    return _fmin(input, other)


def _within(x: Any, low: Any, high: Any) -> Any:
    if low is None:
        return x <= high
    return x >= low if high is None else (x >= low) & (x <= high)


def _clamped_low(g: Any, x: Any, low: Any, high: Any) -> Any:
    """dlow = g where x < low (< high)."""
    return where(x < low if high is None else (x < low) & (low < high), g, 0)


def _clamped_high(g: Any, x: Any, low: Any, high: Any) -> Any:
    """dhigh = g where x > high, and where the bounds are crossed."""
    return where(x > high if low is None else (x > high) | (high < low), g, 0)


@primitive(
    x=lambda g, x, low, high: where(_within(x, low, high), g, 0),
    low=_clamped_low,
    high=_clamped_high,
    dtypes="real number",
)
def _clamp(x: Any, low: Any, high: Any) -> Any:
    return np.clip(x, low, high)


def clamp(x: Any, min: Any = None, max: Any = None) -> Any:
    """Return ``x`` limited to [min, max]; ``max`` wins if they cross.

    Args:
        x: a tensor.
        min, max: tensors or numbers; None for no limit on that side.

    Derivative: that of ``x`` inside and on the limits, 0 outside.

    Raises:
        RuntimeError: without any limit.

    Example:
        >>> import minigrad as mg
        >>> mg.clamp(mg.tensor([-1.0, 0.5, 2.0]), 0, 1)
        tensor([0.0000, 0.5000, 1.0000])
    """
    if min is None and max is None:
        raise RuntimeError("clamp: At least one of 'min' or 'max' must not be None")
    return _clamp(x, min, max)


# PyTorch's other names.
absolute = abs
clip = clamp
multiply = mul
negative = neg
subtract = sub
