"""Arithmetic, element by element: a page of the calculus table."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd.primitive import primitive

__all__ = ["add", "div", "exp", "mul", "neg", "sub"]


@primitive(
    x=lambda g: g,
    y=lambda g: g,
    dtypes="promote",
)
def _add(x: Any, y: Any) -> Any:
    return np.add(x, y)


def add(x: Any, y: Any, *, alpha: Any = 1) -> Any:
    """Return ``x + alpha * y``, element by element."""
    return _add(x, y) if alpha == 1 else _add(x, mul(y, alpha))


@primitive(
    x=lambda g: g,
    y=lambda g: -g,
    dtypes="promote",
)
def _sub(x: Any, y: Any) -> Any:
    return np.subtract(x, y)


def sub(x: Any, y: Any, *, alpha: Any = 1) -> Any:
    """Return ``x - alpha * y``, element by element."""
    return _sub(x, y) if alpha == 1 else _sub(x, mul(y, alpha))


@primitive(
    x=lambda g, y: g * y,
    y=lambda g, x: g * x,
    dtypes="promote",
)
def mul(x: Any, y: Any) -> Any:
    """Return ``x * y``, element by element."""
    return np.multiply(x, y)


@primitive(
    x=lambda g, y: g / y,
    y=lambda g, x, y: -g * x / (y * y),
    dtypes="float",
)
def div(x: Any, y: Any) -> Any:
    """Return ``x / y``, element by element; integers give floats."""
    return np.true_divide(x, y)


@primitive(
    x=lambda g: -g,
    dtypes="promote",
)
def neg(x: Any) -> Any:
    """Return ``-x``."""
    return np.negative(x)


@primitive(
    x=lambda g, out: g * out,
    dtypes="float",
)
def exp(x: Any) -> Any:
    """Return ``e ** x``."""
    return np.exp(x)
