"""The gamma function's family. Values are SciPy's (the extra ``special``)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...backend.scipy import evaluate
from ..arguments import undefined
from ..pointwise.transcendental import exp, log

__all__ = [
    "digamma",
    "igamma",
    "igammac",
    "lgamma",
    "mvlgamma",
    "polygamma",
    "zeta",
]


@primitive(x=lambda g, x: g * digamma(x), dtypes="real float")
def lgamma(x: Any) -> Any:
    """Return the logarithm of the absolute value of the gamma function.

    Derivative: ``g digamma(x)``.
    """
    # SciPy says -inf at -inf.
    return evaluate("gammaln", np.where(x == -np.inf, -x, x))


@primitive(x=lambda g, x: g * _polygamma(x, n=1), dtypes="real float")
def digamma(x: Any) -> Any:
    """Return the derivative of ``lgamma``; -inf and inf at 0 and -0, NaN at negative integers.

    Derivative: ``g polygamma(1, x)``.
    """
    return evaluate("psi", x)


@primitive(x=lambda g, x, n: g * _polygamma(x, n=n + 1), dtypes="real float")
def _polygamma(x: Any, *, n: int) -> Any:
    factor = x.dtype.type((-1) ** (n + 1) * math.factorial(n))
    return factor * evaluate("zeta", x.dtype.type(n + 1), x)


def polygamma(n: int, x: Any) -> Any:
    """Return the ``n``-th derivative of ``digamma``: ``(-1)^(n+1) n! zeta(n + 1, x)``.

    Derivative: ``g polygamma(n + 1, x)``.

    Raises:
        RuntimeError: if ``n`` is negative.
    """
    if n < 0:
        raise RuntimeError(f"polygamma(n, x) does not support negative n, got {n}")
    return digamma(x) if n == 0 else _polygamma(x, n=n)


def mvlgamma(x: Any, p: int) -> Any:
    """Return the logarithm of the multivariate gamma function of dimension ``p``.

    ``p (p - 1) / 4 log(pi) + sum_i lgamma(x - i / 2)``, for i from 0 to p - 1.

    Raises:
        RuntimeError: if ``p`` is below 1.
    """
    if p < 1:
        raise RuntimeError(f"p has to be greater than or equal to 1, got {p}")
    terms = lgamma(x)
    for i in range(1, p):
        terms = terms + lgamma(x - i / 2)
    return terms + p * (p - 1) / 4 * math.log(math.pi)


@primitive(
    x=undefined("zeta: x", NotImplementedError),
    q=lambda g, x, q: g * -x * zeta(x + 1, q),
    dtypes="real float",
)
def zeta(x: Any, q: Any) -> Any:
    """Return Hurwitz's zeta function, ``sum_k (k + q)^-x`` over k from 0.

    Derivative: ``dq = -x zeta(x + 1, q)``; none by ``x``.
    """
    return evaluate("zeta", x, q)


def _density(x: Any, y: Any) -> Any:
    """Return the density of the gamma distribution of shape ``x`` at ``y``."""
    return exp((x - 1) * log(y) - y - lgamma(x))


@primitive(
    x=undefined("igamma: input", NotImplementedError),
    y=lambda g, x, y: g * _density(x, y),
    dtypes="real float",
)
def igamma(x: Any, y: Any) -> Any:
    """Return the regularised lower incomplete gamma function ``P(x, y)``.

    Derivative: ``dy = y^(x-1) e^-y / gamma(x)``; none by ``x``.
    """
    return evaluate("gammainc", x, y)


@primitive(
    x=undefined("igammac: input", NotImplementedError),
    y=lambda g, x, y: -g * _density(x, y),
    dtypes="real float",
)
def igammac(x: Any, y: Any) -> Any:
    """Return the regularised upper incomplete gamma function ``1 - P(x, y)``.

    Derivative: ``dy = -y^(x-1) e^-y / gamma(x)``; none by ``x``.
    """
    return evaluate("gammaincc", x, y)
