"""Sums and products of many numbers, fast: a sum is a matrix product with ones.

NumPy's own loops add pairwise, which is slow along the last axis and slower along a first axis with
few columns; BLAS reads memory at full speed. ``np.add.reduce`` is their plain twin, and what is
used for everything small, strided or of another dtype.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .arrays import ndarray

# Positional arguments make them twice as fast as np.sum, and warnings name our file.
_add: Any = np.add.reduce
_multiply: Any = np.multiply.reduce

_LARGE = 4096  # elements from which on BLAS pays
_BLOCK = 1024  # numbers that one dot product may add without losing digits to a long running sum


def total(x: Any, axis: tuple[int, ...], keepdims: bool = False, dtype: Any = None) -> Any:
    """Return the sum of ``x`` over the axes (non-negative, ascending or not)."""
    if x.__class__ is not ndarray:
        return np.sum(x, axis=axis, keepdims=keepdims, dtype=dtype)
    if (
        x.size >= _LARGE
        and axis
        and x.dtype.char in "fd"
        and (dtype is None or dtype == x.dtype)
        and x.flags.c_contiguous
    ):
        out = _by_blas(x, frozenset(axis))
        if out is not None:
            sizes = enumerate(x.shape)
            return out.reshape(
                tuple(1 if i in axis else n for i, n in sizes if keepdims or i not in axis)
            )
    if x.dtype.char == "e" and (dtype is None or dtype == x.dtype):
        return _add(x, axis, np.float32, None, keepdims).astype(x.dtype)
    return _add(x, axis, dtype, None, keepdims)


def product(x: Any, axis: Any, keepdims: bool = False, dtype: Any = None) -> Any:
    """Return the product of the elements of ``x`` over the axes."""
    if x.__class__ is not ndarray:
        return np.prod(x, axis=axis, keepdims=keepdims, dtype=dtype)
    return _multiply(x, axis, dtype, None, keepdims)


def _by_blas(x: Any, axis: frozenset[int]) -> Any:
    """Return the sums over all, the leading or the trailing axes, flat; None for others."""
    count = len(axis)
    if count == x.ndim:
        flat = x.reshape(-1)
        whole = flat.size - flat.size % _BLOCK
        sums = np.dot(flat[:whole].reshape(-1, _BLOCK), np.ones(_BLOCK, x.dtype))
        return _add(sums) + _add(flat[whole:])
    if max(axis) == count - 1:
        return _down(x.reshape(math.prod(x.shape[:count]), -1))
    if min(axis) == x.ndim - count:
        columns = math.prod(x.shape[-count:])
        if columns <= 8 * _BLOCK:
            return np.dot(x.reshape(-1, columns), np.ones(columns, x.dtype))
    return None


def _down(x: Any) -> Any:
    """Return the sums of a matrix's columns, blocks of rows first."""
    rows, columns = x.shape
    whole = rows - rows % _BLOCK
    rest = np.dot(np.ones(rows - whole, x.dtype), x[whole:])
    if not whole:
        return rest
    blocks = np.matmul(np.ones(_BLOCK, x.dtype), x[:whole].reshape(-1, _BLOCK, columns))
    return _add(blocks, 0) + rest
