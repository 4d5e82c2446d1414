"""Comparisons and logic, and the choice between two tensors by a condition."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd.modes import no_grad
from ..autograd.operands import convert
from ..autograd.primitive import primitive
from ..autograd.traced import Traced
from ..backend.arrays import is_array
from ..backend.dtypes import bool_, result_type
from ..backend.selection import select

__all__ = [
    "allclose",
    "bitwise_and",
    "bitwise_not",
    "bitwise_or",
    "bitwise_xor",
    "eq",
    "equal",
    "ge",
    "gt",
    "isclose",
    "isfinite",
    "isinf",
    "isnan",
    "le",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "lt",
    "nan_to_num",
    "ne",
    "where",
]


# --- order --------------------------------------------------------------------------------------


@primitive(dtypes="promote")
def eq(x: Any, y: Any) -> Any:
    """Return where ``x == y``."""
    return np.equal(x, y)


@primitive(dtypes="promote")
def ne(x: Any, y: Any) -> Any:
    """Return where ``x != y``."""
    return np.not_equal(x, y)


@primitive(dtypes="promote")
def lt(x: Any, y: Any) -> Any:
    """Return where ``x < y``."""
    return np.less(x, y)


@primitive(dtypes="promote")
def le(x: Any, y: Any) -> Any:
    """Return where ``x <= y``."""
    return np.less_equal(x, y)


@primitive(dtypes="promote")
def gt(x: Any, y: Any) -> Any:
    """Return where ``x > y``."""
    return np.greater(x, y)


@primitive(dtypes="promote")
def ge(x: Any, y: Any) -> Any:
    """Return where ``x >= y``."""
    return np.greater_equal(x, y)


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


def _bits(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    arrays = convert(arrays, "promote")
    dtypes = [a.dtype for a in arrays if hasattr(a, "dtype")]
    if dtypes[0].kind not in "biu":
        raise NotImplementedError(f"bitwise operations are not implemented for {dtypes[0]}")
    return arrays


@primitive(dtypes=_bits)
def bitwise_and(x: Any, y: Any) -> Any:
    """Return the bits that both have, of integers or bools."""
    return np.bitwise_and(x, y)


@primitive(dtypes=_bits)
def bitwise_or(x: Any, y: Any) -> Any:
    """Return the bits that at least one has, of integers or bools."""
    return np.bitwise_or(x, y)


@primitive(dtypes=_bits)
def bitwise_xor(x: Any, y: Any) -> Any:
    """Return the bits that exactly one has, of integers or bools."""
    return np.bitwise_xor(x, y)


@primitive(dtypes=_bits)
def bitwise_not(x: Any) -> Any:
    """Return the opposite bits, of integers or bools."""
    return np.invert(x)


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


# --- equality within tolerance ------------------------------------------------------------------


def isclose(
    x: Any, y: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Any:
    """Return where ``|x - y| <= atol + rtol * |y|``; equal infinities are close.

    Args:
        x, y: tensors of one dtype.
        rtol, atol: relative and absolute tolerance.
        equal_nan: whether NaN is close to NaN.

    Raises:
        RuntimeError: for different dtypes, or a negative tolerance.
    """
    if x.dtype != y.dtype:
        raise RuntimeError(f"isclose: {x.dtype} did not match {y.dtype}")
    if rtol < 0 or atol < 0:
        raise RuntimeError(f"isclose: expected tolerances from 0 on, got rtol {rtol}, atol {atol}")
    close = eq(x, y)
    if x.dtype == bool_:
        return close
    with no_grad():
        distance = abs(x - y)
        close = close | (isfinite(distance) & (distance <= atol + rtol * abs(y)))
    return close | (isnan(x) & isnan(y)) if equal_nan else close


def allclose(
    x: Any, y: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> bool:
    """Return True if all elements are close; see ``isclose``."""
    return bool(isclose(x, y, rtol, atol, equal_nan)._array.all())


def equal(x: Any, y: Any) -> bool:
    """Return True if two tensors have the same shape and values.

    Raises:
        TypeError: if one is no tensor.
    """
    for name, value in (("x", x), ("y", y)):
        if not isinstance(value, Traced):
            raise TypeError(f"equal: argument {name!r} must be Tensor, not {type(value).__name__}")
    return x.shape == y.shape and bool(eq(x, y)._array.all())
