"""Order along a dimension: sorting, the largest, the k-th.

Indices have no derivative; values are picked by them, and their gradient goes back to its place.
Equal elements keep their order, so ties are decided the same way every time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.primitive import Keep, primitive
from ...backend.arrays import namespace
from ...ops import return_types
from ..dims import along, normalize_dim, numpy_names, scalar_as_vector

__all__ = ["argsort", "kthvalue", "sort", "topk", "unique", "unique_consecutive"]


@primitive(x=lambda g, x_shape, index, dim: put_along(g, index=index, dim=dim, size=x_shape[dim]))
def take_along(x: Any, *, index: Any, dim: int) -> Any:
    """Take ``x[..., index[..., k, ...], ...]`` along ``dim``; an index names no element twice."""
    return np.take_along_axis(x, index, dim)


@primitive(g=lambda h, index, dim: take_along(h, index=index, dim=dim))
def put_along(g: Any, *, index: Any, dim: int, size: int) -> Any:
    """Put ``g`` where ``index`` points along ``dim``, among zeros: what undoes ``take_along``."""
    out = namespace(g).zeros((*g.shape[:dim], size, *g.shape[dim + 1 :]), g.dtype)
    np.put_along_axis(out, index, g, dim)
    return out


def chosen(x: Any, index: Any, dim: int, keepdim: bool = True) -> Keep:
    """Return the elements at ``index`` along ``dim``, and the index."""
    values = take_along(x, index=index, dim=dim)
    if not keepdim:
        values, index = np.squeeze(values, dim), np.squeeze(index, dim)
    return Keep((values, index), index=index)


def found(g: Any, x_shape: tuple[int, ...], index: Any, dim: int) -> Any:
    """dx = g, put where the indices point: the rule of everything that is searched for."""
    values = g[0]
    if index.ndim < len(x_shape):
        kept = (*x_shape[:dim], 1, *x_shape[dim + 1 :])
        values, index = values.reshape(kept), index.reshape(kept)
    return put_along(values, index=index, dim=dim, size=x_shape[dim])


# --- sorting ------------------------------------------------------------------------------------


@primitive(dtypes="real")
def _argsort(x: Any, *, dim: int, descending: bool) -> Any:
    if not descending:
        return np.argsort(x, axis=dim, kind="stable")
    # Sorted backwards and read backwards, equal elements keep their order and NaN comes first.
    backwards = np.argsort(np.flip(x, dim), axis=dim, kind="stable")
    return x.shape[dim] - 1 - np.flip(backwards, dim)


@primitive(x=found, dtypes="real")
def _sort(x: Any, *, dim: int, descending: bool) -> Any:
    index = _argsort(x, dim=dim, descending=descending)
    return chosen(x, index, dim)


@numpy_names
@scalar_as_vector
def sort(x: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """Return the elements sorted along ``dim``, and the indices that sort them.

    Args:
        x: a tensor; NaN counts as larger than any number.
        dim: the dimension to sort along.
        descending: the largest first.
        stable: equal elements keep their order; here they always do.

    Returns:
        A named tuple (values, indices).

    Derivative: ``g``, put back in the order of ``x``.

    Raises:
        IndexError: for a dimension out of range.
    """
    return return_types.sort(*_sort(x, dim=normalize_dim(dim, x.ndim), descending=bool(descending)))


@numpy_names
@scalar_as_vector
def argsort(x: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """Return the indices that sort ``x`` along ``dim``. See ``sort``."""
    return _argsort(x, dim=normalize_dim(dim, x.ndim), descending=bool(descending))


# --- selection ----------------------------------------------------------------------------------


@primitive(x=found, dtypes="real")
def _topk(x: Any, *, k: int, dim: int, largest: bool, sorted: bool) -> Any:
    size = x.shape[dim]
    if k == size or not k:
        index = _argsort(x, dim=dim, descending=largest)[along(dim, slice(k))]
        return chosen(x, index, dim)
    part = slice(size - k, None) if largest else slice(k)
    index = np.argpartition(x, size - k if largest else k - 1, axis=dim)[along(dim, part)]
    if sorted:
        order = _argsort(take_along(x, index=index, dim=dim), dim=dim, descending=largest)
        index = take_along(index, index=order, dim=dim)
    return chosen(x, index, dim)


@numpy_names
@scalar_as_vector
def topk(x: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    """Return the ``k`` largest elements along ``dim``, and their indices.

    Args:
        x: a tensor; NaN counts as larger than any number.
        k: how many.
        dim: the dimension to search along.
        largest: False for the smallest instead.
        sorted: in order, the most extreme first; in any order otherwise.

    Returns:
        A named tuple (values, indices).

    Derivative: ``g``, put where the indices point.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for a ``k`` out of range, or bools.
    """
    dim = normalize_dim(dim, x.ndim)
    if not 0 <= k <= x.shape[dim]:
        raise RuntimeError(
            f"topk: selected index k out of range: got k={k} for size {x.shape[dim]} of dimension "
            f"{dim}"
        )
    if x.dtype.kind == "b":
        raise RuntimeError("topk does not support bool dtypes")
    return return_types.topk(*_topk(x, k=k, dim=dim, largest=largest, sorted=sorted))


@primitive(x=found, dtypes="real")
def _kthvalue(x: Any, *, k: int, dim: int, keepdim: bool) -> Any:
    index = np.argpartition(x, k - 1, axis=dim)[along(dim, slice(k - 1, k))]
    return chosen(x, index, dim, keepdim)


@numpy_names
@scalar_as_vector
def kthvalue(x: Any, k: int, dim: int = -1, keepdim: bool = False) -> Any:
    """Return the ``k``-th smallest element along ``dim``, counted from 1, and its index.

    Returns:
        A named tuple (values, indices).

    Derivative: ``g``, put where the index points.

    Raises:
        IndexError: for a dimension out of range, or of size 0.
        RuntimeError: for a ``k`` out of range.
    """
    dim = normalize_dim(dim, x.ndim)
    check_not_empty("kthvalue", x, (dim,))
    if not 1 <= k <= x.shape[dim]:
        raise RuntimeError(
            f"kthvalue(): selected number k out of range for dimension {dim}: got k={k} for size "
            f"{x.shape[dim]}"
        )
    return return_types.kthvalue(*_kthvalue(x, k=k, dim=dim, keepdim=keepdim))


# --- distinct elements --------------------------------------------------------------------------


@primitive(dtypes="real")
def _unique(x: Any, *, dim: int | None) -> Any:
    values, inverse, counts = np.unique(
        x, return_inverse=True, return_counts=True, axis=dim, equal_nan=False
    )
    return values, inverse.reshape(x.shape if dim is None else -1), counts


def unique(
    x: Any,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """Return the distinct elements of ``x``, or its distinct slices along ``dim``.

    Args:
        x: a tensor.
        sorted: in ascending order; here they always are.
        return_inverse: also return where each element of ``x`` is among them.
        return_counts: also return how often each occurs.
        dim: the dimension to slice; all elements by default.

    Raises:
        IndexError: for a dimension out of range.
    """
    axis = None if dim is None or x.ndim == 0 else normalize_dim(dim, x.ndim)
    values, inverse, counts = _unique(x, dim=axis)
    extra = [a for a, wanted in ((inverse, return_inverse), (counts, return_counts)) if wanted]
    return (values, *extra) if extra else values


@primitive(dtypes="real")
def _runs(x: Any, *, dim: int | None) -> Any:
    """Return the first of each run of equal slices, whose run each is, and how long they are."""
    rows = x.reshape(-1) if dim is None else np.moveaxis(x, dim, 0)
    changes = rows[1:] != rows[:-1]
    others = tuple(range(1, rows.ndim))
    begins = np.concatenate([np.ones(min(len(rows), 1), bool), changes.any(others)])
    inverse = np.cumsum(begins) - 1
    starts = np.flatnonzero(begins)
    counts = np.diff(np.append(starts, rows.shape[0]))
    values = rows[starts] if dim is None else np.moveaxis(rows[starts], 0, dim)
    return values, inverse.reshape(x.shape) if dim is None else inverse, counts


def unique_consecutive(
    x: Any, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """Return the first of each run of equal elements, or of equal slices along ``dim``.

    Args:
        x: a tensor.
        return_inverse: also return in which run each element of ``x`` is.
        return_counts: also return how long the runs are.
        dim: the dimension to slice; all elements by default.

    Raises:
        IndexError: for a dimension out of range.
    """
    axis = None if dim is None or x.ndim == 0 else normalize_dim(dim, x.ndim)
    values, inverse, counts = _runs(x, dim=axis)
    extra = [a for a, wanted in ((inverse, return_inverse), (counts, return_counts)) if wanted]
    return (values, *extra) if extra else values


def check_not_empty(name: str, x: Any, dim: tuple[int, ...]) -> None:
    """Raise if there is no element to choose along a dimension."""
    for axis in dim:
        if x.ndim and not x.shape[axis]:
            raise IndexError(
                f"{name}(): Expected reduction dim {axis} to have non-zero size, got shape "
                f"{tuple(x.shape)}"
            )
