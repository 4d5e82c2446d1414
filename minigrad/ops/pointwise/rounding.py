"""Rounding: steps, whose derivative is 0 wherever it exists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.primitive import primitive

__all__ = ["ceil", "fix", "floor", "frac", "round", "trunc"]


@primitive()
def zero(x: Any) -> Any:
    """Return zeros in the shape of ``x``: the derivative of a step."""
    return np.zeros_like(x)


@primitive(
    x=lambda g: zero(g),
    dtypes="real number",
)
def floor(x: Any) -> Any:
    """Return the largest integers not above ``x``."""
    return _rounded(np.floor, x)


@primitive(
    x=lambda g: zero(g),
    dtypes="real number",
)
def ceil(x: Any) -> Any:
    """Return the smallest integers not below ``x``."""
    return _rounded(np.ceil, x)


@primitive(
    x=lambda g: zero(g),
    dtypes="real number",
)
def trunc(x: Any) -> Any:
    """Return ``x`` without its fractional part: rounded towards zero."""
    return _rounded(np.trunc, x)


@primitive(
    x=lambda g: g,
    dtypes="real floating",
)
def frac(x: Any) -> Any:
    """Return the fractional part, with the sign of ``x``: ``x - trunc(x)``."""
    return x - np.trunc(x)


@primitive(
    x=lambda g: zero(g),
    dtypes="real number",
)
def _round(x: Any) -> Any:
    return _rounded(np.rint, x)


@primitive(
    x=lambda g: zero(g),
    dtypes="real floating",
)
def _round_decimals(x: Any, *, decimals: int) -> Any:
    scale = 10.0 ** abs(decimals)
    return np.rint(x * scale) / scale if decimals > 0 else np.rint(x / scale) * scale


def round(x: Any, *, decimals: int = 0) -> Any:
    """Return ``x`` rounded to a number of decimals, halves to the even neighbour.

    Example:
        >>> import minigrad as mg
        >>> mg.round(mg.tensor([0.5, 1.5, 2.5]))
        tensor([0., 2., 2.])
    """
    return _round_decimals(x, decimals=decimals) if decimals else _round(x)


def _rounded(function: Callable[[Any], Any], x: Any) -> Any:
    """Round floats; integers stay what they are (NumPy 2.0 would make them floats)."""
    return x.copy() if x.dtype.kind in "iu" else function(x)


fix = trunc  # PyTorch's other name
