"""Powers: by multiplication where the exponent is a small integer."""

from __future__ import annotations

import cmath
import math
from typing import Any

import numpy as np

from ...autograd.fitting import cast
from ...autograd.operands import convert
from ...autograd.primitive import primitive
from ...autograd.traced import Traced
from ...backend.arrays import is_array
from ...backend.dtypes import bool_, complex128, float64, result_type
from .comparison import where
from .rounding import zero
from .transcendental import log

__all__ = ["float_power", "pow", "reciprocal", "square"]

_MULTIPLIED = 32  # the largest exponent for which repeated multiplication is used


@primitive(
    x=lambda g, x: 2 * g * x,
    dtypes="promote",
)
def square(x: Any) -> Any:
    """Return ``x * x``."""
    return x * x if x.dtype != bool_ else x.astype(np.int64)


@primitive(
    x=lambda g, out: -g * out * out,
    dtypes="float",
)
def reciprocal(x: Any) -> Any:
    """Return ``1 / x``."""
    return np.reciprocal(x)


def _power_x(g: Any, x: Any, y: Any) -> Any:
    """dx = g * y * x ** (y - 1), and 0 where y is 0, whatever x is."""
    if is_array(y) or isinstance(y, Traced):
        return where(y == 0, 0, g * (y * pow(x, y - 1)))
    return zero(g) if y == 0 else g * (y * pow(x, y - 1))


def _power_y(g: Any, x: Any, y: Any, out: Any) -> Any:
    """dy = g * out * log(x), and 0 where x is 0 and y is not negative."""
    if is_array(x) or isinstance(x, Traced):
        return where((x == 0) & (y.real >= 0), 0, g * (out * log(x)))
    if x == 0:
        return where(y.real >= 0, 0, g * (out * -math.inf))
    if x.__class__ is complex:
        return g * (out * cmath.log(x))
    return g * (out * (math.log(x) if x > 0 else math.nan))


def _bases(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    if result_type(*arrays) == bool_ and is_array(arrays[1]):
        raise NotImplementedError('"pow" not implemented for bool')
    x, y = arrays
    if y.__class__ is int and y < 0 and x.dtype.kind in "iu":  # before it is made an unsigned one
        raise RuntimeError(
            f"Integers to negative integer powers are not allowed, got exponent {y}."
        )
    return convert(arrays, "promote")


@primitive(
    x=_power_x,
    y=_power_y,
    dtypes=_bases,
)
def pow(x: Any, y: Any) -> Any:
    """Return ``x ** y``, element by element.

    Raises:
        RuntimeError: for integers to a negative integer number.
        NotImplementedError: for bools to bools in a tensor.
    """
    if isinstance(y, int | float):
        return _number_power(x, y)
    if np.result_type(x, y).kind in "iu":
        return _integer_power(x, y)
    return np.power(x, y)


def _number_power(x: Any, y: float) -> Any:
    """Raise an array to a number, by the cheapest way to do it."""
    if -_MULTIPLIED <= y <= _MULTIPLIED and y == int(y):
        power = _multiplied(x, int(abs(y)))
        return power if y >= 0 else np.reciprocal(power)
    if y == 0.5:
        return np.sqrt(x)
    if y == -0.5:
        return np.reciprocal(np.sqrt(x))
    return np.power(x, y)


def _multiplied(x: Any, size: int) -> Any:
    """Return ``x ** size`` by squaring, with the exponent's bits from the highest down."""
    if size < 2:
        return x.copy() if size else np.ones_like(x)
    power = x
    for bit in bin(size)[3:]:
        power = power * power
        if bit == "1":
            power = power * x
    return power


def _integer_power(x: Any, y: Any) -> Any:
    """Raise integers to integers; a negative exponent gives the quotient rounded towards zero."""
    power = np.power(x, np.maximum(y, 0))
    odd = np.bitwise_and(y, 1) == 1
    inverse = np.where(x == 1, 1, np.where(x == -1, np.where(odd, -1, 1), 0))
    return np.where(np.less(y, 0), inverse, power).astype(power.dtype)


def float_power(x: Any, y: Any) -> Any:
    """Return ``x ** y`` in float64 (complex numbers in complex128), whatever the dtypes are.

    Raises:
        TypeError: for two numbers.
    """
    if not (hasattr(x, "dtype") or hasattr(y, "dtype")):
        raise TypeError("float_power(): expected a tensor, got two numbers")
    double = complex128 if result_type(x, y).kind == "c" else float64
    return pow(*(cast(z, dtype=double) if hasattr(z, "dtype") else z for z in (x, y)))
