"""Division and what it leaves: quotients and remainders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ..arguments import undefined
from .rounding import zero

__all__ = ["div", "divide", "floor_divide", "fmod", "remainder", "true_divide"]


@primitive(
    x=lambda g, y: g / y,
    y=lambda g, x, y: -g * x / (y * y),
    dtypes="float",
)
def _div(x: Any, y: Any) -> Any:
    return np.true_divide(x, y)


@primitive(
    x=lambda g: zero(g),
    y=lambda g: zero(g),
    dtypes="real number",
)
def _div_trunc(x: Any, y: Any) -> Any:
    if np.result_type(x, y).kind == "f":
        return np.trunc(np.true_divide(x, y))
    return _quotient(np.floor_divide, x - _quotient(np.fmod, x, y), y)


@primitive(
    x=lambda g: zero(g),
    y=lambda g: zero(g),
    dtypes="real number",
)
def _div_floor(x: Any, y: Any) -> Any:
    return _quotient(np.floor_divide, x, y)


@primitive(
    x=undefined("floor_divide"),
    y=undefined("floor_divide"),
    dtypes="real number",
)
def floor_divide(x: Any, y: Any) -> Any:
    """Return ``x / y`` rounded down: ``x // y``.

    There is no derivative: backward raises, as in PyTorch. (``div`` with ``rounding_mode="floor"``
    has gradient 0.)

    Raises:
        RuntimeError: for an integer division by zero.
    """
    return _quotient(np.floor_divide, x, y)


@primitive(
    x=lambda g: g,
    y=lambda g, x, y: -g * _div_floor(x, y),
    dtypes="real number",
)
def remainder(x: Any, y: Any) -> Any:
    """Return ``x - y * floor(x / y)``: ``x % y``, with the sign of ``y``.

    Raises:
        RuntimeError: for an integer division by zero.
    """
    return _quotient(np.remainder, x, y)


@primitive(
    x=lambda g: g,
    y=lambda g, x, y: -g * _div_trunc(x, y),
    dtypes="real number",
)
def fmod(x: Any, y: Any) -> Any:
    """Return ``x - y * trunc(x / y)``, with the sign of ``x``.

    Raises:
        RuntimeError: for an integer division by zero.
    """
    return _quotient(np.fmod, x, y)


def _quotient(function: Callable[[Any, Any], Any], x: Any, y: Any) -> Any:
    """Call a division: of integers by zero an error, of floats infinite or NaN."""
    if np.result_type(x, y).kind == "f":
        return function(x, y)
    try:
        with np.errstate(divide="raise"):
            return function(x, y)
    except FloatingPointError:
        raise RuntimeError("ZeroDivisionError: integer division or remainder by zero") from None


def div(x: Any, y: Any, *, rounding_mode: str | None = None) -> Any:
    """Return ``x / y``, element by element; integers give floats unless the result is rounded.

    Args:
        x, y: tensors or numbers.
        rounding_mode: None, "trunc" (towards zero) or "floor"; rounded results have gradient 0.

    Raises:
        RuntimeError: for another mode, or a rounded integer division by zero.
    """
    if rounding_mode is None:
        return _div(x, y)
    if rounding_mode == "trunc":
        return _div_trunc(x, y)
    if rounding_mode == "floor":
        return _div_floor(x, y)
    raise RuntimeError(
        "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found "
        f"{rounding_mode!r}"
    )


def true_divide(x: Any, y: Any) -> Any:
    """Return ``x / y``, element by element: ``div`` without rounding."""
    return _div(x, y)


divide = div  # PyTorch's other name
