"""Orthogonal polynomials, by their three-term recurrences.

As in PyTorch they have no derivative. Source of the recurrences: NIST Digital Library of
Mathematical Functions, table 18.9.1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.operands import convert
from ...autograd.primitive import primitive

Step = Callable[[int, Any, Any, Any], Any]


def _alike(operands: tuple[Any, ...]) -> tuple[Any, ...]:
    """Make both arrays of one floating dtype: numbers too, which the recurrences compare."""
    found = convert(operands, "real float", "orthogonal polynomials")
    dtype = next(value.dtype for value in found if hasattr(value, "dtype"))
    return tuple(np.asanyarray(value, dtype) for value in found)


def _polynomial(x: Any, n: Any, first: Any, step: Step) -> Any:
    """Return ``p_n(x)``, where ``p_0 = 1``, ``p_1 = first``; 0 for negative degrees.

    Args:
        x: where to evaluate.
        n: the degree of each element, rounded towards zero.
        first: the values of ``p_1``.
        step: takes k, x, ``p_k`` and ``p_(k-1)`` to ``p_(k+1)``.
    """
    n = np.trunc(n)
    before, value = np.ones_like(x), first
    out = np.where(n == 0, before, np.zeros_like(x))
    out = np.where(n == 1, value, out)
    for k in range(1, int(n.max(initial=0))):
        before, value = value, step(k, x, value, before)
        out = np.where(n == k + 1, value, out)
    return out


def _chebyshev(k: int, x: Any, value: Any, before: Any) -> Any:
    return 2 * x * value - before


@primitive(dtypes=_alike)
def chebyshev_polynomial_t(x: Any, n: Any) -> Any:
    """Return Chebyshev's polynomial of the first kind of degree ``n``."""
    return _polynomial(x, n, x, _chebyshev)


@primitive(dtypes=_alike)
def chebyshev_polynomial_u(x: Any, n: Any) -> Any:
    """Return Chebyshev's polynomial of the second kind of degree ``n``."""
    return _polynomial(x, n, 2 * x, _chebyshev)


@primitive(dtypes=_alike)
def chebyshev_polynomial_v(x: Any, n: Any) -> Any:
    """Return Chebyshev's polynomial of the third kind of degree ``n``."""
    return _polynomial(x, n, 2 * x - 1, _chebyshev)


@primitive(dtypes=_alike)
def chebyshev_polynomial_w(x: Any, n: Any) -> Any:
    """Return Chebyshev's polynomial of the fourth kind of degree ``n``."""
    return _polynomial(x, n, 2 * x + 1, _chebyshev)


def shifted_chebyshev_polynomial_t(x: Any, n: Any) -> Any:
    """Return ``chebyshev_polynomial_t(2 x - 1, n)``."""
    return chebyshev_polynomial_t(2 * x - 1, n)


def shifted_chebyshev_polynomial_u(x: Any, n: Any) -> Any:
    """Return ``chebyshev_polynomial_u(2 x - 1, n)``."""
    return chebyshev_polynomial_u(2 * x - 1, n)


def shifted_chebyshev_polynomial_v(x: Any, n: Any) -> Any:
    """Return ``chebyshev_polynomial_v(2 x - 1, n)``."""
    return chebyshev_polynomial_v(2 * x - 1, n)


def shifted_chebyshev_polynomial_w(x: Any, n: Any) -> Any:
    """Return ``chebyshev_polynomial_w(2 x - 1, n)``."""
    return chebyshev_polynomial_w(2 * x - 1, n)


@primitive(dtypes=_alike)
def hermite_polynomial_h(x: Any, n: Any) -> Any:
    """Return the physicist's Hermite polynomial of degree ``n``."""
    return _polynomial(x, n, 2 * x, lambda k, x, value, before: 2 * (x * value - k * before))


@primitive(dtypes=_alike)
def hermite_polynomial_he(x: Any, n: Any) -> Any:
    """Return the probabilist's Hermite polynomial of degree ``n``."""
    return _polynomial(x, n, x, lambda k, x, value, before: x * value - k * before)


@primitive(dtypes=_alike)
def laguerre_polynomial_l(x: Any, n: Any) -> Any:
    """Return Laguerre's polynomial of degree ``n``."""

    def step(k: int, x: Any, value: Any, before: Any) -> Any:
        return ((2 * k + 1 - x) * value - k * before) / (k + 1)

    return _polynomial(x, n, 1 - x, step)


@primitive(dtypes=_alike)
def legendre_polynomial_p(x: Any, n: Any) -> Any:
    """Return Legendre's polynomial of degree ``n``."""

    def step(k: int, x: Any, value: Any, before: Any) -> Any:
        return ((2 * k + 1) * x * value - k * before) / (k + 1)

    return _polynomial(x, n, x, step)
