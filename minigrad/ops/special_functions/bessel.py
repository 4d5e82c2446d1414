"""Bessel's and Airy's functions. Values are SciPy's (the extra ``special``).

PyTorch has derivatives for ``i0``, ``i0e``, ``i1`` and ``i1e`` alone. Source of the others: NIST
Digital Library of Mathematical Functions, sections 9.2, 10.6, 10.29 and 10.51.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...backend.scipy import evaluate
from ..pointwise.comparison import where
from ..pointwise.elementwise import sign
from ..pointwise.transcendental import cos

__all__ = ["i0"]


def _over(y: Any, x: Any, limit: float) -> Any:
    """Return ``y / x`` of an odd function ``y`` of ``x``, and its limit where ``x`` is tiny."""
    tiny = abs(x) <= np.finfo(x.dtype).eps
    return where(tiny, limit, y / where(tiny, 1, x))


# --- the first kind and the second ----------------------------------------------------------------


@primitive(x=lambda g, x: -g * bessel_j1(x), dtypes="real float")
def bessel_j0(x: Any) -> Any:
    """Return the Bessel function of the first kind of order 0. Derivative: ``-J1``."""
    return evaluate("j0", x)


@primitive(x=lambda g, x, out: g * (bessel_j0(x) - _over(out, x, 0.5)), dtypes="real float")
def bessel_j1(x: Any) -> Any:
    """Return the Bessel function of the first kind of order 1. Derivative: ``J0 - J1 / x``."""
    return evaluate("j1", x)


@primitive(x=lambda g, x: -g * bessel_y1(x), dtypes="real float")
def bessel_y0(x: Any) -> Any:
    """Return the Bessel function of the second kind of order 0. Derivative: ``-Y1``."""
    return evaluate("y0", x)


@primitive(x=lambda g, x, out: g * (bessel_y0(x) - out / x), dtypes="real float")
def bessel_y1(x: Any) -> Any:
    """Return the Bessel function of the second kind of order 1. Derivative: ``Y0 - Y1 / x``."""
    return evaluate("y1", x)


# --- modified -------------------------------------------------------------------------------------


@primitive(x=lambda g, x: g * i1(x), dtypes="real float")
def i0(x: Any) -> Any:
    """Return the modified Bessel function of the first kind of order 0. Derivative: ``I1``."""
    return evaluate("i0", x)


@primitive(x=lambda g, x, out: g * (i0(x) - _over(out, x, 0.5)), dtypes="real float")
def i1(x: Any) -> Any:
    """Return the modified Bessel function of the first kind of order 1.

    Derivative: ``I0 - I1 / x``.
    """
    return evaluate("i1", x)


@primitive(x=lambda g, x, out: g * (i1e(x) - sign(x) * out), dtypes="real float")
def i0e(x: Any) -> Any:
    """Return ``exp(-|x|) I0(x)``. Derivative: ``i1e - sign(x) i0e``."""
    return evaluate("i0e", x)


@primitive(
    x=lambda g, x, out: g * (i0e(x) - _over(out, x, 0.5) - sign(x) * out),
    dtypes="real float",
)
def i1e(x: Any) -> Any:
    """Return ``exp(-|x|) I1(x)``. Derivative: ``i0e - i1e (sign(x) + 1 / x)``."""
    return evaluate("i1e", x)


@primitive(x=lambda g, x: -g * modified_bessel_k1(x), dtypes="real float")
def modified_bessel_k0(x: Any) -> Any:
    """Return the modified Bessel function of the second kind of order 0. Derivative: ``-K1``."""
    return evaluate("k0", x)


@primitive(x=lambda g, x, out: -g * (modified_bessel_k0(x) + out / x), dtypes="real float")
def modified_bessel_k1(x: Any) -> Any:
    """Return the modified Bessel function of the second kind of order 1.

    Derivative: ``-K0 - K1 / x``.
    """
    return evaluate("k1", x)


@primitive(x=lambda g, x, out: g * (out - scaled_modified_bessel_k1(x)), dtypes="real float")
def scaled_modified_bessel_k0(x: Any) -> Any:
    """Return ``exp(x) K0(x)``. Derivative: ``exp(x) (K0 - K1)``."""
    return evaluate("k0e", x)


@primitive(
    x=lambda g, x, out: g * (out - scaled_modified_bessel_k0(x) - out / x),
    dtypes="real float",
)
def scaled_modified_bessel_k1(x: Any) -> Any:
    """Return ``exp(x) K1(x)``. Derivative: ``exp(x) (K1 - K0 - K1 / x)``."""
    return evaluate("k1e", x)


# --- spherical, and Airy's ------------------------------------------------------------------------


def _spherical_rule(g: Any, x: Any, out: Any) -> Any:
    """``g (cos(x) - sin(x)/x) / x``, near 0 its series ``-x/3 + x^3/30 - x^5/840``."""
    near = abs(x) < 0.1
    square = x * x
    series = x * (-1 / 3 + square * (1 / 30 + square * (-1 / 840 + square / 45360)))
    return g * where(near, series, (cos(x) - out) / where(near, 1, x))


@primitive(x=_spherical_rule, dtypes="real float")
def spherical_bessel_j0(x: Any) -> Any:
    """Return ``sin(x) / x``, 1 at 0. Derivative: ``(cos(x) - sin(x) / x) / x``."""
    zero = x == 0
    return np.where(zero, x.dtype.type(1), np.sin(x) / np.where(zero, x.dtype.type(1), x))


@primitive(x=lambda g, x: g * _airy_slope(x), dtypes="real float")
def airy_ai(x: Any) -> Any:
    """Return Airy's function Ai. Derivative: ``Ai'``, for which ``Ai'' = x Ai``."""
    return evaluate("airy", x)[0]


@primitive(x=lambda g, x: g * x * airy_ai(x), dtypes="float")
def _airy_slope(x: Any) -> Any:
    return evaluate("airy", x)[1]
