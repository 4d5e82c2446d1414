"""Exponentials, logarithms, trigonometry and their like."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...backend import special
from ...backend.arrays import is_array
from .comparison import where

__all__ = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cos",
    "cosh",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expm1",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logaddexp2",
    "logit",
    "rsqrt",
    "sigmoid",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "xlogy",
]

_BELL = 2 / math.sqrt(math.pi)


# --- exponentials and logarithms ----------------------------------------------------------------


@primitive(x=lambda g, out: g * out, dtypes="float")
def exp(x: Any) -> Any:
    """Return ``e ** x``."""
    return np.exp(x)


@primitive(x=lambda g, out: g * (out + 1), dtypes="float")
def expm1(x: Any) -> Any:
    """Return ``e ** x - 1``, accurate where ``x`` is small."""
    return np.expm1(x)


@primitive(x=lambda g, out: g * out * math.log(2), dtypes="float")
def exp2(x: Any) -> Any:
    """Return ``2 ** x``."""
    return np.exp2(x)


@primitive(x=lambda g, x: g / x, dtypes="float")
def log(x: Any) -> Any:
    """Return the natural logarithm: -inf at 0, NaN below."""
    return np.log(x)


@primitive(x=lambda g, x: g / (x + 1), dtypes="float")
def log1p(x: Any) -> Any:
    """Return ``log(1 + x)``, accurate where ``x`` is small."""
    return np.log1p(x)


@primitive(x=lambda g, x: g / (x * math.log(2)), dtypes="float")
def log2(x: Any) -> Any:
    """Return the logarithm to base 2."""
    return np.log2(x)


@primitive(x=lambda g, x: g / (x * math.log(10)), dtypes="float")
def log10(x: Any) -> Any:
    """Return the logarithm to base 10."""
    return np.log10(x)


@primitive(
    x=lambda g, x, y: g * sigmoid(x - y),
    y=lambda g, x, y: g * sigmoid(y - x),
    dtypes="floating",
)
def logaddexp(x: Any, y: Any) -> Any:
    """Return ``log(exp(x) + exp(y))`` without overflow."""
    return log_sum(x, y) if np.result_type(x, y).kind == "c" else np.logaddexp(x, y)


def log_sum(x: Any, y: Any) -> Any:
    """Return ``log(exp(x) + exp(y))`` of complex arrays: what NumPy's logaddexp lacks."""
    swap = np.real(x) < np.real(y)
    large, small = np.where(swap, y, x), np.where(swap, x, y)
    return large + np.log1p(np.exp(small - large))


@primitive(
    x=lambda g, x, y: g * sigmoid((x - y) * math.log(2)),
    y=lambda g, x, y: g * sigmoid((y - x) * math.log(2)),
    dtypes="real floating",
)
def logaddexp2(x: Any, y: Any) -> Any:
    """Return ``log2(2 ** x + 2 ** y)`` without overflow."""
    return np.logaddexp2(x, y)


@primitive(
    x=lambda g, x, y: where((x == 0) & (y <= 0), 0, xlogy(g, y)),
    y=lambda g, x, y: g * x / y,
    dtypes="real float",
)
def xlogy(x: Any, y: Any) -> Any:
    """Return ``x * log(y)``, and 0 where ``x`` is 0 (unless ``y`` is NaN)."""
    # A Python number's logarithm is a number again, lest it widen the dtype.
    logarithm = np.log(y) if is_array(y) else float(np.log(y))
    return np.where(np.equal(x, 0) & ~np.isnan(y), 0, x * logarithm)


def _logit_rule(g: Any, x: Any, eps: float | None) -> Any:
    """dx = g / (x * (1 - x)); beyond the limits 0, or NaN where there are none."""
    low, high, beyond = (0, 1, math.nan) if eps is None else (eps, 1 - eps, 0)
    return where((x >= low) & (x <= high), g / (x * (1 - x)), beyond)


@primitive(x=_logit_rule, dtypes="real float")
def _logit(x: Any, *, eps: float | None) -> Any:
    if eps is not None:
        x = np.where(x < eps, eps, np.where(x > 1 - eps, 1 - eps, x))
    return np.log(x / (1 - x))


def logit(x: Any, eps: float | None = None) -> Any:
    """Return ``log(x / (1 - x))``, the inverse of ``sigmoid``: NaN outside of [0, 1].

    Args:
        x: a tensor.
        eps: limit ``x`` to [eps, 1 - eps] first; None for no limits.
    """
    return _logit(x, eps=None if eps is None or eps < 0 else eps)


# --- roots --------------------------------------------------------------------------------------


@primitive(x=lambda g, out: g / (2 * out), dtypes="float")
def sqrt(x: Any) -> Any:
    """Return the square root; its derivative at 0 is infinite."""
    return np.sqrt(x)


@primitive(x=lambda g, out: -0.5 * g * (out * out * out), dtypes="float")
def rsqrt(x: Any) -> Any:
    """Return ``1 / sqrt(x)``."""
    return np.reciprocal(np.sqrt(x))


# --- trigonometry -------------------------------------------------------------------------------


@primitive(x=lambda g, x: g * cos(x), dtypes="float")
def sin(x: Any) -> Any:
    """Return the sine."""
    return np.sin(x)


@primitive(x=lambda g, x: -g * sin(x), dtypes="float")
def cos(x: Any) -> Any:
    """Return the cosine."""
    return np.cos(x)


@primitive(x=lambda g, out: g * (1 + out * out), dtypes="float")
def tan(x: Any) -> Any:
    """Return the tangent."""
    return np.tan(x)


@primitive(x=lambda g, x: g * rsqrt(1 - x * x), dtypes="float")
def asin(x: Any) -> Any:
    """Return the angle in [-pi/2, pi/2] whose sine is ``x``."""
    return np.arcsin(x)


@primitive(x=lambda g, x: -g * rsqrt(1 - x * x), dtypes="float")
def acos(x: Any) -> Any:
    """Return the angle in [0, pi] whose cosine is ``x``."""
    return np.arccos(x)


@primitive(x=lambda g, x: g / (x * x + 1), dtypes="float")
def atan(x: Any) -> Any:
    """Return the angle in (-pi/2, pi/2) whose tangent is ``x``."""
    return np.arctan(x)


def _over_square(x: Any, y: Any) -> Any:
    """Return 1 / (x^2 + y^2), and 0 at the origin, where atan2 has gradient 0."""
    square = x * x + y * y
    return where(square == 0, 0, 1 / square)


@primitive(
    x=lambda g, x, y: g * (y * _over_square(x, y)),
    y=lambda g, x, y: g * (-x * _over_square(x, y)),
    dtypes="real float",
)
def atan2(x: Any, y: Any) -> Any:
    """Return the angle of the point with ordinate ``x`` and abscissa ``y``, in [-pi, pi]."""
    return np.arctan2(x, y)


# --- hyperbolic functions -----------------------------------------------------------------------


@primitive(x=lambda g, x: g * cosh(x), dtypes="float")
def sinh(x: Any) -> Any:
    """Return ``(e**x - e**-x) / 2``."""
    return np.sinh(x)


@primitive(x=lambda g, x: g * sinh(x), dtypes="float")
def cosh(x: Any) -> Any:
    """Return ``(e**x + e**-x) / 2``."""
    return np.cosh(x)


@primitive(x=lambda g, out: g * (1 - out * out), dtypes="float")
def tanh(x: Any) -> Any:
    """Return ``sinh(x) / cosh(x)``."""
    return np.tanh(x)


@primitive(x=lambda g, x: g * rsqrt(x * x + 1), dtypes="float")
def asinh(x: Any) -> Any:
    """Return the inverse of ``sinh``."""
    return np.arcsinh(x)


@primitive(x=lambda g, x: g * rsqrt(x * x - 1), dtypes="float")
def acosh(x: Any) -> Any:
    """Return the positive inverse of ``cosh``, defined from 1 on."""
    return np.arccosh(x)


@primitive(x=lambda g, x: g / (1 - x * x), dtypes="float")
def atanh(x: Any) -> Any:
    """Return the inverse of ``tanh``, defined in [-1, 1]."""
    return np.arctanh(x)


# --- sigmoid and error functions ----------------------------------------------------------------


@primitive(x=lambda g, out: g * (out - out * out), dtypes="float")
def sigmoid(x: Any) -> Any:
    """Return ``1 / (1 + exp(-x))``; where the exponential overflows that is 0, as it should."""
    out = np.exp(-x)
    out += 1
    return np.reciprocal(out, out=out if out.ndim else None)


@primitive(x=lambda g, x: g * (_BELL * exp(-x * x)), dtypes="real float")
def erf(x: Any) -> Any:
    """Return the error function, ``2/sqrt(pi)`` times the integral of ``exp(-t**2)`` from 0."""
    return special.erf(x)


@primitive(x=lambda g, x: -g * (_BELL * exp(-x * x)), dtypes="real float")
def erfc(x: Any) -> Any:
    """Return ``1 - erf(x)``, accurate where it is tiny."""
    return special.erfc(x)
