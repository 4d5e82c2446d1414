"""Reductions over some or all dimensions: sums, products, truth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...autograd.fitting import expand
from ...autograd.primitive import primitive
from ...backend.dtypes import as_dtype, bool_, int64, uint8
from ...backend.sums import product, total
from ..dims import Dims, normalize_dim, normalize_dims, numpy_names
from ..pointwise.comparison import isnan, logical_not, where
from ..pointwise.transcendental import exp
from .scans import _cumprod, shift

__all__ = [
    "all",
    "any",
    "count_nonzero",
    "logsumexp",
    "mean",
    "nanmean",
    "nansum",
    "prod",
    "sum",
]


def kept(reduced: Any, shape: tuple[int, ...], dim: tuple[int, ...], keepdim: bool) -> Any:
    """Return a reduction's result with the reduced dimensions kept, as size 1."""
    if keepdim:
        return reduced
    return reduced.reshape(tuple(1 if axis in dim else n for axis, n in enumerate(shape)))


def spread(g: Any, shape: tuple[int, ...], dim: tuple[int, ...], keepdim: bool) -> Any:
    """Repeat a reduction's gradient over the dimensions that were reduced away."""
    if not g.ndim:
        return expand(g, shape=shape)
    return expand(kept(g, shape, dim, keepdim), shape=shape)


def count(shape: tuple[int, ...], dim: tuple[int, ...]) -> int:
    """Return how many elements are reduced to one."""
    if len(dim) == len(shape):
        return math.prod(shape)
    return math.prod(shape[axis] for axis in dim)


# --- sums and means -----------------------------------------------------------------------------


@primitive(x=lambda g, x_shape, dim, keepdim: spread(g, x_shape, dim, keepdim))
def _sum(x: Any, *, dim: tuple[int, ...], keepdim: bool, dtype: Any) -> Any:
    return total(x, dim, keepdim, dtype)


@numpy_names
def sum(x: Any, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return the sum over ``dim``: an int, a tuple, or all dimensions by default.

    Integers and bools are summed in int64.

    Derivative: ``g``, repeated.

    Raises:
        IndexError: for a dimension out of range.
    """
    return _sum(x, dim=normalize_dims(dim, x.ndim), keepdim=keepdim, dtype=_summed(x, dtype))


def _summed(x: Any, dtype: Any) -> Any:
    """Return the dtype of a sum or product; None for that of ``x``."""
    if dtype is not None:
        return as_dtype(dtype)
    return int64 if x.dtype.kind in "biu" else None


def _mean_rule(g: Any, x_shape: tuple[int, ...], dim: tuple[int, ...], keepdim: bool) -> Any:
    """dx = g / n for each of the n elements."""
    return spread(g / max(count(x_shape, dim), 1), x_shape, dim, keepdim)


@primitive(x=_mean_rule)
def _mean(x: Any, *, dim: tuple[int, ...], keepdim: bool, dtype: Any) -> Any:
    return total(x, dim, keepdim, dtype) / (count(x.shape, dim) or math.nan)


@numpy_names
def mean(x: Any, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return the mean over ``dim``: an int, a tuple, or all dimensions by default.

    Derivative: ``g / n``, repeated, with n elements to a mean.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for integers, unless ``dtype`` is a floating-point dtype.
    """
    dtype = None if dtype is None else as_dtype(dtype)
    floating("mean", dtype or x.dtype)
    return _mean(x, dim=normalize_dims(dim, x.ndim), keepdim=keepdim, dtype=dtype)


def floating(name: str, dtype: Any) -> Any:
    if dtype.kind not in "fc":
        raise RuntimeError(
            f"{name}(): the dtype must be either a floating point or complex dtype, got {dtype}"
        )
    return dtype


@primitive(
    x=lambda g, x, x_shape, dim, keepdim: spread(g, x_shape, dim, keepdim) * logical_not(isnan(x)),
    dtypes="real",
)
def _nansum(x: Any, *, dim: tuple[int, ...], keepdim: bool, dtype: Any) -> Any:
    return total(where(isnan(x), 0, x), dim, keepdim, dtype)


@numpy_names
def nansum(x: Any, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return the sum over ``dim`` with NaN counted as 0.

    Derivative: ``g`` for the elements that are not NaN.

    Raises:
        IndexError: for a dimension out of range.
    """
    return _nansum(x, dim=normalize_dims(dim, x.ndim), keepdim=keepdim, dtype=_summed(x, dtype))


@numpy_names
def nanmean(x: Any, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return the mean over ``dim`` of the elements that are not NaN.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for integers.
    """
    floating("nanmean", x.dtype)
    if dtype is not None:
        floating("nanmean", as_dtype(dtype))
    return nansum(x, dim, keepdim, dtype=dtype) / sum(logical_not(isnan(x)), dim, keepdim)


# --- products -----------------------------------------------------------------------------------


def _prod_rule(g: Any, x: Any, x_shape: tuple[int, ...], dim: int, keepdim: bool) -> Any:
    """dx[k] = g * prod_{j < k} x[j] * prod_{j > k} x[j]: no division, so zeros need no care."""
    before = shift(
        _cumprod(x, dim=dim, reverse=False, dtype=x.dtype), dim=dim, reverse=False, fill=1
    )
    after = shift(_cumprod(x, dim=dim, reverse=True, dtype=x.dtype), dim=dim, reverse=True, fill=1)
    return kept(g, x_shape, (dim,), keepdim) * (before * after)


@primitive(x=_prod_rule)
def _prod(x: Any, *, dim: int, keepdim: bool, dtype: Any) -> Any:
    return product(x, dim, keepdim, dtype)


@numpy_names
def prod(x: Any, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Return the product over one dimension, or of all elements; of integers in int64.

    Derivative: ``g`` times the product of the other elements, exact where some are 0.

    Raises:
        IndexError: for a dimension out of range.
        TypeError: for several dimensions, or ``keepdim`` without one.
    """
    dtype = _summed(x, dtype)
    if dim is None and keepdim:
        raise TypeError("prod(): keepdim needs a dim")
    if dim is None or x.ndim == 0:
        normalize_dim(0 if dim is None else dim, x.ndim)
        return _prod(x.reshape((-1,)), dim=0, keepdim=False, dtype=dtype)
    return _prod(x, dim=normalize_dim(dim, x.ndim), keepdim=keepdim, dtype=dtype)


# --- log-sum-exp --------------------------------------------------------------------------------


def _logsumexp_rule(
    g: Any, x: Any, out: Any, x_shape: tuple[int, ...], dim: tuple[int, ...], keepdim: bool
) -> Any:
    """dx = g * softmax(x), with softmax(x) = exp(x - out)."""
    return kept(g, x_shape, dim, keepdim) * exp(x - kept(out, x_shape, dim, keepdim))


@primitive(x=_logsumexp_rule, dtypes="float")
def _logsumexp(x: Any, *, dim: tuple[int, ...], keepdim: bool) -> Any:
    if not x.size:
        return np.log(total(x, dim, keepdim))  # log(0) where nothing is summed
    largest = np.max(x, axis=dim, keepdims=True)
    largest = np.where(np.isfinite(largest), largest, 0)  # inf - inf would be NaN
    out = np.log(total(np.exp(x - largest), dim, True)) + largest
    return out if keepdim else np.squeeze(out, axis=dim)


@numpy_names
def logsumexp(x: Any, dim: int | tuple[int, ...], keepdim: bool = False) -> Any:
    """Return ``log(sum(exp(x)))`` over ``dim``, without overflow.

    Derivative: ``g * softmax(x)``.

    Raises:
        IndexError: for a dimension out of range.
        TypeError: if ``dim`` is None.
    """
    if dim is None:
        raise TypeError("logsumexp(): argument 'dim' must be an int or a tuple of ints, not None")
    return _logsumexp(x, dim=normalize_dims(dim, x.ndim), keepdim=keepdim)


# --- truth --------------------------------------------------------------------------------------


@primitive()
def _all(x: Any, *, dim: tuple[int, ...], keepdim: bool) -> Any:
    return np.all(x, axis=dim, keepdims=keepdim).astype(uint8 if x.dtype == uint8 else bool_)


@primitive()
def _any(x: Any, *, dim: tuple[int, ...], keepdim: bool) -> Any:
    return np.any(x, axis=dim, keepdims=keepdim).astype(uint8 if x.dtype == uint8 else bool_)


@primitive()
def _count_nonzero(x: Any, *, dim: tuple[int, ...]) -> Any:
    return total(x != 0, dim, False, int64)


@numpy_names
def all(x: Any, dim: Dims = None, keepdim: bool = False) -> Any:
    """Return whether all elements over ``dim`` are nonzero (uint8 gives uint8, as in PyTorch)."""
    return _all(x, dim=_decided(dim, x.ndim), keepdim=keepdim)


@numpy_names
def any(x: Any, dim: Dims = None, keepdim: bool = False) -> Any:
    """Return whether any element over ``dim`` is nonzero (uint8 gives uint8, as in PyTorch)."""
    return _any(x, dim=_decided(dim, x.ndim), keepdim=keepdim)


def _decided(dim: Dims, ndim: int) -> tuple[int, ...]:
    """Return dimension numbers; an empty sequence means none here, unlike for sums."""
    return () if isinstance(dim, Sequence) and not dim else normalize_dims(dim, ndim)


@numpy_names
def count_nonzero(x: Any, dim: Dims = None) -> Any:
    """Return the number of nonzero elements over ``dim``."""
    return _count_nonzero(x, dim=normalize_dims(dim, x.ndim))
