"""Indexing: reading parts of a tensor, and the adjoint that puts gradients back.

An index, as the primitives take it, is a tuple of integers, slices, None, at most one Ellipsis,
bool masks and index arrays: what NumPy calls a full index, on the device of the tensor.
"""

from __future__ import annotations

import operator
import warnings
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.stand_in import open_to_transforms
from ...autograd.traced import Traced
from ...backend.arrays import is_array, namespace
from ...backend.dtypes import int64
from ..dims import normalize_dim
from .accumulation import put

__all__ = ["narrow", "select"]

Index = tuple[Any, ...]
_PLAIN = (int, type(None))
_NESTED = (Traced, list, tuple, range, slice)


@primitive(x=lambda g, x_shape, index: put_back(g, shape=x_shape, index=index), view=True)
def getitem(x: Any, *, index: Index) -> Any:
    """Part of ``x``: a view for slices and integers, a copy for masks and index arrays."""
    return x[index]


@primitive(g=lambda h, index: getitem(h, index=index))
def put_back(g: Any, *, shape: tuple[int, ...], index: Index) -> Any:
    """Zeros of ``shape`` with ``g`` added where ``index`` points; duplicates add up.

    The adjoint of ``getitem``, and the other way round.
    """
    return put(g, shape, index)


def part(x: Any, index: Any) -> Any:
    """Return ``x[index]``, for any index that PyTorch or NumPy knows.

    Integers, slices (with negative steps too), None and Ellipsis give views; masks, lists and
    integer tensors or arrays give copies.

    Derivative: zeros, with ``g`` added where ``index`` points.

    Raises:
        IndexError: for an index out of range, a mask of another shape, or no index at all.
    """
    plain = plain_index(index)
    return part_by_arrays(x, index) if plain is None else getitem(x, index=plain)


@open_to_transforms
def part_by_arrays(x: Any, index: Any) -> Any:
    """Return ``x[index]`` for an index with arrays, tensors or lists in it."""
    first, index = full_index(index, x)
    return getitem(x if first is None else getitem(x, index=first), index=index)


def narrow(x: Any, dim: int, start: Any, length: int) -> Any:
    """Return a view of ``length`` slices of ``x`` along ``dim``, from ``start`` on.

    Raises:
        IndexError: for a dimension or a start out of range.
        RuntimeError: for a length that is negative or too large, or a 0-d tensor.
    """
    if x.ndim == 0:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor")
    if isinstance(start, Traced) and (start.shape or start.dtype.kind not in "iu"):
        raise RuntimeError(
            f"start must be an 0-dim integral Tensor, got {start.dtype} of shape {start.shape}"
        )
    dim, start, length = normalize_dim(dim, x.ndim), operator.index(start), operator.index(length)
    size = x.shape[dim]
    if length < 0:
        raise RuntimeError(f"narrow(): length must be non-negative, got {length}")
    if not -size <= start <= size:
        raise IndexError(
            f"start out of range (expected to be in range of [{-size}, {size}], but got {start})"
        )
    begin = start + size if start < 0 else start
    if begin + length > size:
        raise RuntimeError(f"start ({begin}) + length ({length}) exceeds dimension size ({size})")
    return getitem(x, index=(*(slice(None),) * dim, slice(begin, begin + length), ...))


def select(x: Any, dim: int, index: int) -> Any:
    """Return a view of one slice of ``x`` along ``dim``, without that dimension.

    Raises:
        IndexError: for a dimension or an index out of range, or a 0-d tensor.
    """
    if x.ndim == 0:
        raise IndexError("select() cannot be applied to a 0-dim tensor")
    dim, place = normalize_dim(dim, x.ndim), operator.index(index)
    if not -x.shape[dim] <= place < x.shape[dim]:
        raise IndexError(
            f"select(): index {place} out of range for tensor of size {list(x.shape)} at dimension "
            f"{dim}"
        )
    return getitem(x, index=(*(slice(None),) * dim, place, ...))


# --- from what users write to full indices ------------------------------------------------------


def plain_index(index: Any) -> Index | None:
    """Return the full index of the common case: integers, slices, None and Ellipsis; else None."""
    items = index if index.__class__ is tuple else _items(index)
    for item in items:
        kind = item.__class__
        if kind is slice:
            if item.start.__class__ in _PLAIN and item.stop.__class__ in _PLAIN:
                continue
            return None
        if kind is not int and item is not None and item is not ...:
            return None
    return _with_ellipsis(items)


def full_index(index: Any, x: Any) -> tuple[Index | None, Index]:
    """Return the full index that selects ``x[index]``, and one to apply before it, or None.

    There is one to apply before it if integers meet index arrays: PyTorch takes the integers
    first, so that they have no say in where the arrays' dimensions go, as they have in NumPy.
    """
    plain = plain_index(index)
    if plain is not None:
        return None, plain
    items = index if index.__class__ is tuple else _items(index)
    if index.__class__ is list and items[0] is not index:
        warnings.warn(
            "a list of lists or tensors as index means a tuple of them, as in PyTorch: write "
            "x[tuple(items)], or x[tensor(items)] if one index array is meant",
            stacklevel=4,
        )
    items = tuple([_item(item, x) for item in items])
    if not any(map(is_array, items)):
        return None, _with_ellipsis(items)
    if len(items) == 1:
        return None, items
    items = _spelled_out(items, x.ndim)
    if int not in map(type, items):
        return None, items
    whole = slice(None)
    first: list[Any] = []
    then: list[Any] = []
    for item in items:
        if is_array(item):
            first += [whole] * _consumed(item)
            then.append(item)
        else:
            first.append(item)
            then += [] if item.__class__ is int else [whole]
    return _with_ellipsis(tuple(first)), tuple(then)


def _items(index: Any) -> Index:
    """Return the entries of an index: PyTorch takes ``x[[rows, columns]]`` for a tuple of two."""
    if index.__class__ is list and len(index) < 32:
        for item in index:
            if item is None or item is ... or isinstance(item, _NESTED) or is_array(item):
                return tuple(index)
    return (index,)


def _spelled_out(items: Index, ndim: int) -> Index:
    """Return the same index with whole slices for the Ellipsis.

    Between arrays NumPy takes it for a gap even where it stands for no dimension.
    """
    place = next((i for i, item in enumerate(items) if item is ...), len(items))
    missing = ndim - sum(map(_consumed, items))
    after = (item for item in items[place + 1 :] if item is not ...)
    return (*items[:place], *(slice(None),) * missing, *after)


def _consumed(item: Any) -> int:
    """Return how many dimensions an entry of an index is for."""
    if item is None or item is ...:
        return 0
    return item.ndim if is_array(item) and item.dtype.kind == "b" else 1


def _with_ellipsis(items: Index) -> Index:
    """Return the same index in a form that makes 0-d results views, not NumPy's scalars."""
    count = items.count(...)
    if count == 1:
        return items
    if not count:
        return (*items, ...)
    first = items.index(...)  # those that follow it stand for no dimension
    return (*items[: first + 1], *(item for item in items[first + 1 :] if item is not ...))


def _item(item: Any, x: Any) -> Any:
    """Return one entry of an index as an int, a slice, None, Ellipsis, or an array beside ``x``."""
    if item is None or item is ... or item.__class__ is int:
        return item
    if item.__class__ is slice:
        bounds = (item.start, item.stop, item.step)
        return slice(*(None if b is None else operator.index(b) for b in bounds))
    if isinstance(item, bool | np.bool_):
        return namespace(_array(x)).asarray(item)
    if isinstance(item, Traced):
        array = item._array  # not copied: the ledger tells if it is overwritten before backward
    elif isinstance(item, list | tuple | range):
        array = _from_list(item)
    elif is_array(item):
        array = item.copy()
    else:
        try:
            return operator.index(item)
        except TypeError:
            error = TypeError if isinstance(item, str) else IndexError
            raise error(
                "only integers, slices (`:`), ellipsis (`...`), None and integer or bool tensors, "
                f"arrays or lists are valid indices (got {type(item).__name__})"
            ) from None
    return _index_array(array, _array(x))


def _from_list(items: Any) -> Any:
    array = np.array([np.asarray(i) if isinstance(i, Traced) else i for i in items])
    return array if array.size else array.astype(int64)


def _index_array(array: Any, x: Any) -> Any:
    """Return an index array beside ``x``; an integer for a 0-d integer array."""
    kind = array.dtype.kind
    if kind not in "biu":
        raise IndexError(
            "tensors used as indices must be integer or bool tensors, got "
            f"{array.dtype} of shape {array.shape}"
        )
    if kind == "u" and array.dtype == np.uint8:
        warnings.warn(
            "indexing with dtype uint8 means a mask, as in PyTorch; use bool for masks and int64 "
            "for indices",
            stacklevel=2,
        )
        array, kind = array.astype(np.bool_), "b"
    if kind != "b" and array.ndim == 0:
        return int(array)
    if array.__class__ is x.__class__ is np.ndarray:
        return array
    target = namespace(x)
    if target is np and not isinstance(array, np.ndarray):
        raise RuntimeError(
            "indices should be either on cpu or on the same device as the indexed tensor (cpu)"
        )
    return target.asarray(array)


def _array(x: Any) -> Any:
    return x._array if isinstance(x, Traced) else x
