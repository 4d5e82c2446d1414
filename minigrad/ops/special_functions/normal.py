"""The normal distribution and the error function's family. Values are SciPy's (extra ``special``).

``erf`` and ``erfc`` themselves need no SciPy: see ``transcendental``.
"""

from __future__ import annotations

import math
from typing import Any

from ...autograd.primitive import primitive
from ...backend.scipy import evaluate
from ..pointwise.transcendental import erfc, exp

__all__ = ["erfinv"]

_HALF = math.sqrt(0.5)


@primitive(x=lambda g, out: g * (math.sqrt(math.pi) / 2) * exp(out * out), dtypes="real float")
def erfinv(x: Any) -> Any:
    """Return the inverse of ``erf``: infinite at -1 and 1, NaN beyond.

    Derivative: ``g sqrt(pi) / 2 exp(out^2)``.
    """
    return evaluate("erfinv", x)


@primitive(x=lambda g, x, out: g * (2 * x * out - 2 / math.sqrt(math.pi)), dtypes="real float")
def erfcx(x: Any) -> Any:
    """Return ``exp(x^2) erfc(x)``. Derivative: ``g (2 x out - 2 / sqrt(pi))``."""
    return evaluate("erfcx", x)


def ndtr(x: Any) -> Any:
    """Return the probability that a standard normal number is below ``x``.

    ``erfc(-x / sqrt 2) / 2``.
    """
    return erfc(x * -_HALF) * 0.5


@primitive(x=lambda g, x: g * math.sqrt(2 / math.pi) / erfcx(x * -_HALF), dtypes="real float")
def log_ndtr(x: Any) -> Any:
    """Return the logarithm of ``ndtr``, accurate where that is tiny.

    Derivative: the density over the probability, ``g sqrt(2/pi) / erfcx(-x/sqrt 2)``.
    """
    return evaluate("log_ndtr", x)


@primitive(x=lambda g, out: g * math.sqrt(2 * math.pi) * exp(out * out * 0.5), dtypes="real float")
def ndtri(x: Any) -> Any:
    """Return the inverse of ``ndtr``. Derivative: ``g sqrt(2 pi) exp(out^2 / 2)``."""
    return evaluate("ndtri", x)
