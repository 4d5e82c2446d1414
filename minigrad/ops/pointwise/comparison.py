"""Comparisons and logic, and the choice between two tensors by a condition."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.operands import convert
from ...autograd.primitive import primitive
from ...autograd.traced import Traced
from ...backend.arrays import is_array
from ...backend.dtypes import bool_, result_type
from ...backend.selection import select

__all__ = [
    "eq",
    "ge",
    "greater",
    "greater_equal",
    "gt",
    "isfinite",
    "isinf",
    "isnan",
    "isneginf",
    "isposinf",
    "isreal",
    "le",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "lt",
    "nan_to_num",
    "ne",
    "not_equal",
    "where",
]


# --- order --------------------------------------------------------------------------------------


def _values(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    """Convert two operands. None is none, though NumPy would compare with it."""
    if any(array is None for array in arrays):
        raise TypeError("expected a tensor or a number to compare with, got None")
    return convert(arrays, "promote")


@primitive(dtypes=_values)
def eq(x: Any, y: Any) -> Any:
    """Return where ``x == y``."""
    return np.equal(x, y)


@primitive(dtypes=_values)
def ne(x: Any, y: Any) -> Any:
    """Return where ``x != y``."""
    return np.not_equal(x, y)


@primitive(dtypes="real")
def lt(x: Any, y: Any) -> Any:
    """Return where ``x < y``."""
    return np.less(x, y)


@primitive(dtypes="real")
def le(x: Any, y: Any) -> Any:
    """Return where ``x <= y``."""
    return np.less_equal(x, y)


@primitive(dtypes="real")
def gt(x: Any, y: Any) -> Any:
    """Return where ``x > y``."""
    return np.greater(x, y)


@primitive(dtypes="real")
def ge(x: Any, y: Any) -> Any:
    """Return where ``x >= y``."""
    return np.greater_equal(x, y)


# PyTorch's other names.
greater = gt
greater_equal = ge
less = lt
less_equal = le
not_equal = ne


# --- kinds of numbers ---------------------------------------------------------------------------


@primitive()
def isnan(x: Any) -> Any:
    """Return where ``x`` is not a number."""
    return np.isnan(x)


@primitive()
def isinf(x: Any) -> Any:
    """Return where ``x`` is infinite."""
    return np.isinf(x)


@primitive()
def isfinite(x: Any) -> Any:
    """Return where ``x`` is neither infinite nor NaN."""
    return np.isfinite(x)


@primitive(dtypes="real")
def isposinf(x: Any) -> Any:
    """Return where ``x`` is positive infinity."""
    return np.equal(x, math.inf)


@primitive(dtypes="real")
def isneginf(x: Any) -> Any:
    """Return where ``x`` is negative infinity."""
    return np.equal(x, -math.inf)


@primitive()
def isreal(x: Any) -> Any:
    """Return where ``x`` has no imaginary part."""
    return np.isreal(x)


# --- logic --------------------------------------------------------------------------------------


@primitive()
def logical_and(x: Any, y: Any) -> Any:
    """Return where both are nonzero."""
    return np.logical_and(x, y)


@primitive()
def logical_or(x: Any, y: Any) -> Any:
    """Return where at least one is nonzero."""
    return np.logical_or(x, y)


@primitive()
def logical_xor(x: Any, y: Any) -> Any:
    """Return where exactly one is nonzero."""
    return np.logical_xor(x, y)


@primitive()
def logical_not(x: Any) -> Any:
    """Return where ``x`` is zero."""
    return np.logical_not(x)


# --- choice -------------------------------------------------------------------------------------


def _choices(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    """Convert the two values, not the condition; two Python numbers get their own dtype."""
    condition, *values = arrays
    if condition.dtype != bool_:
        raise RuntimeError(
            f"where expected condition to be a boolean tensor, but got dtype {condition.dtype}"
        )
    x, y = convert(tuple(values), "promote")
    if not (is_array(x) or is_array(y)):
        dtype = result_type(x, y)
        x, y = dtype.type(x), dtype.type(y)
    return condition, x, y


@primitive(
    x=lambda g, condition: where(condition, g, 0),
    y=lambda g, condition: where(condition, 0, g),
    dtypes=_choices,
)
def _where(condition: Any, x: Any, y: Any) -> Any:
    return select(condition, x, y)


def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    """Return ``x`` where ``condition`` holds and ``y`` elsewhere.

    With the condition alone, return the indices where it holds, one tensor per dimension.

    Args:
        condition: a tensor of bools.
        x, y: tensors or numbers; the three broadcast together.

    Derivative: the gradient goes to the chosen one, 0 to the other.

    Raises:
        RuntimeError: for a condition of another dtype.
        TypeError: for only one of ``x`` and ``y``, or a condition that is no tensor.
    """
    if not (isinstance(condition, Traced) or is_array(condition)):
        raise TypeError(f"where: condition must be a Tensor, not {type(condition).__name__}")
    if x is None and y is None:
        return _where_indices(condition)
    if x is None or y is None:
        raise TypeError("where: expected both x and y, or neither")
    return _where(condition, x, y)


@primitive()
def _where_indices(condition: Any) -> Any:
    return tuple(np.nonzero(condition if condition.ndim else condition.reshape(1)))


@primitive(
    x=lambda g, x: where(isfinite(x), g, 0),
    dtypes="promote",
)
def _nan_to_num(x: Any, *, nan: float, posinf: float | None, neginf: float | None) -> Any:
    return np.nan_to_num(x, True, nan, posinf, neginf)


def nan_to_num(
    x: Any, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
) -> Any:
    """Return ``x`` with numbers in place of NaN and the infinities.

    Args:
        x: a tensor.
        nan: for NaN; 0 by default.
        posinf, neginf: for the infinities; the largest numbers of the dtype by default.

    Derivative: 0 where a number was put, 1 elsewhere.
    """
    return _nan_to_num(x, nan=nan or 0.0, posinf=posinf, neginf=neginf)
