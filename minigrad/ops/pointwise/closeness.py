"""Equality: within a tolerance, of whole tensors, with any of several values."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.modes import no_grad
from ...autograd.operands import convert
from ...autograd.primitive import primitive
from ...autograd.traced import Traced
from ...backend.arrays import is_array
from ...backend.dtypes import bool_
from ..arguments import check_tensors
from .comparison import eq, isfinite, isnan

__all__ = ["allclose", "equal", "isclose", "isin"]


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
    check_tensors("isclose", x=x, y=y)
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


def _comparable(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    for array in arrays:
        if array.__class__ is bool or getattr(array, "dtype", None) == bool_:
            raise RuntimeError("Unsupported input type encountered for isin(): bool")
    return convert(arrays, "real", "isin")


@primitive(dtypes=_comparable)
def _isin(elements: Any, test_elements: Any, *, assume_unique: bool, invert: bool) -> Any:
    return np.isin(elements, test_elements, assume_unique, invert)


def isin(
    elements: Any, test_elements: Any, *, assume_unique: bool = False, invert: bool = False
) -> Any:
    """Return where ``elements`` are among ``test_elements``. One of them may be a number.

    Args:
        elements: what is looked for; the result has its shape.
        test_elements: where it is looked for.
        assume_unique: promise that neither has duplicates, which may be faster.
        invert: return where they are not among them.

    Raises:
        RuntimeError: for bools.
        TypeError: for two numbers.
    """
    if not any(isinstance(value, Traced) or is_array(value) for value in (elements, test_elements)):
        raise TypeError("isin(): expected a tensor, got two numbers")
    unique = assume_unique and getattr(elements, "ndim", 0) > 0
    return _isin(elements, test_elements, assume_unique=unique, invert=invert)
