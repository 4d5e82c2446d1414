"""Reductions over some or all dimensions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..autograd.fitting import expand
from ..autograd.primitive import primitive
from ..backend.dtypes import as_dtype, int64
from .dims import Dims, normalize_dims

__all__ = ["mean", "sum"]


def spread(g: Any, shape: tuple[int, ...], dim: tuple[int, ...], keepdim: bool) -> Any:
    """Repeat a reduction's gradient over the dimensions that were reduced away."""
    kept = tuple(1 if axis in dim else size for axis, size in enumerate(shape))
    return expand(g if keepdim else g.reshape(kept), shape=shape)


@primitive(x=lambda g, x_shape, dim, keepdim: spread(g, x_shape, dim, keepdim))
def _sum(x: Any, *, dim: tuple[int, ...], keepdim: bool, dtype: Any) -> Any:
    return np.sum(x, axis=dim, keepdims=keepdim, dtype=dtype)


def sum(x: Any, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return the sum over ``dim``: an int, a tuple, or all dimensions by default.

    Integers and bools are summed in int64.

    Raises:
        IndexError: for a dimension out of range.
    """
    if dtype is None:
        dtype = int64 if x.dtype.kind in "biu" else x.dtype
    return _sum(x, dim=normalize_dims(dim, x.ndim), keepdim=keepdim, dtype=as_dtype(dtype))


@primitive(
    x=lambda g, x_shape, dim, keepdim: spread(g / _count(x_shape, dim), x_shape, dim, keepdim)
)
def _mean(x: Any, *, dim: tuple[int, ...], keepdim: bool, dtype: Any) -> Any:
    return np.sum(x, axis=dim, keepdims=keepdim, dtype=dtype) / _count(x.shape, dim)


def _count(shape: tuple[int, ...], dim: tuple[int, ...]) -> Any:
    """Return the number of elements that are reduced to one; NaN instead of zero."""
    return math.prod(shape[axis] for axis in dim) or math.nan


def mean(x: Any, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return the mean over ``dim``: an int, a tuple, or all dimensions by default.

    Derivative: ``g / n``, with n elements to a mean.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for integers, unless ``dtype`` is a floating-point dtype.
    """
    wanted = as_dtype(x.dtype if dtype is None else dtype)
    if wanted.kind not in "fc":
        raise RuntimeError(
            "mean(): input dtype must be either a floating point or complex dtype, or dtype= one, "
            f"got {wanted}"
        )
    return _mean(x, dim=normalize_dims(dim, x.ndim), keepdim=keepdim, dtype=wanted)
