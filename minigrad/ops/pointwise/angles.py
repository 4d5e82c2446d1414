"""Angles, sides and waves; PyTorch's other names of the inverse functions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ..arguments import check_tensors
from .comparison import where
from .transcendental import acos, acosh, asin, asinh, atan, atan2, atanh, cos, sin

__all__ = [
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "deg2rad",
    "hypot",
    "rad2deg",
    "sinc",
]

_DEGREE = math.pi / 180


@primitive(x=lambda g: g * _DEGREE, dtypes="real float")
def deg2rad(x: Any) -> Any:
    """Return degrees in radians: ``x * pi / 180``."""
    return x * _DEGREE


@primitive(x=lambda g: g * (1 / _DEGREE), dtypes="real float")
def rad2deg(x: Any) -> Any:
    """Return radians in degrees: ``x * 180 / pi``."""
    return x * (1 / _DEGREE)


def _sinc_rule(g: Any, x: Any) -> Any:
    """dx = g * (cos(pi x) - sin(pi x) / (pi x)) / x, and 0 at 0."""
    angle = x * math.pi
    slope = (angle * cos(angle) - sin(angle)) / (angle * x)
    return where(x == 0, 0, g * slope)


@primitive(x=_sinc_rule, dtypes="float")
def sinc(x: Any) -> Any:
    """Return ``sin(pi x) / (pi x)``, and 1 at 0."""
    wide = np.promote_types(x.dtype, np.float32)  # half precision would lose the angle
    angle = np.multiply(x, math.pi, dtype=wide)
    return np.where(np.equal(x, 0), 1, np.sin(angle) / angle).astype(x.dtype)


@primitive(
    x=lambda g, x, out: g * (x / out),
    y=lambda g, y, out: g * (y / out),
    dtypes="real floating",
)
def _hypot(x: Any, y: Any) -> Any:
    return np.hypot(x, y)


def hypot(input: Any, other: Any) -> Any:
    """Return ``sqrt(input ** 2 + other ** 2)`` without overflow; its derivative at 0 is NaN.

    Raises:
        NotImplementedError: for integers.
        TypeError: if one is no tensor.
    """
    check_tensors("hypot", input=input, other=other)
    return _hypot(input, other)


arccos = acos
arccosh = acosh
arcsin = asin
arcsinh = asinh
arctan = atan
arctan2 = atan2
arctanh = atanh
