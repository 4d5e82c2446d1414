"""Writing where index tensors and masks point, out of place. See ``writing`` for ``x[i] = v``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...autograd.stand_in import open_to_transforms
from ...autograd.traced import Traced
from ...backend.arrays import is_array, to_host
from ..pointwise.elementwise import add
from ..shaping.broadcasting import common_shape, expand
from ..shaping.shapes import reshape
from .indexing import _index_array, getitem, put_back
from .masks import index_array
from .writing import overwrite

__all__ = ["index_put", "masked_scatter", "put"]


@open_to_transforms
def index_put(x: Any, indices: Sequence[Any], values: Any, accumulate: bool = False) -> Any:
    """Return ``x`` with ``values`` in the place of ``x[indices]``, or added there.

    Args:
        x: a tensor.
        indices: a tuple of index tensors and masks, as indexing takes them; None leaves a
            dimension whole.
        values: a tensor that broadcasts to the shape of ``x[indices]``.
        accumulate: add, duplicates too. Otherwise one of the duplicates wins.

    Derivative: ``g`` at the indices to ``values``; to ``x`` the rest, or with ``accumulate`` all.

    Raises:
        IndexError: for indices that do not fit ``x``.
        RuntimeError: for values of another dtype, or a shape that does not fit.
        TypeError: for indices that are no tuple of tensors, or values that are no tensor.
    """
    if not isinstance(indices, tuple | list):
        raise TypeError(
            "index_put(): argument 'indices' must be tuple of Tensors, not "
            f"{type(indices).__name__}"
        )
    if not isinstance(values, Traced) and not is_array(values):
        raise TypeError(
            f"index_put(): argument 'values' must be Tensor, not {type(values).__name__}"
        )
    if values.dtype != x.dtype:
        raise RuntimeError(
            "Index put requires the source and destination dtypes match, got "
            f"{x.dtype} for the destination and {values.dtype} for the source."
        )
    index = _full(x, indices)
    shape = _array(x)[index].shape
    if np.broadcast_shapes(shape, _broadcastable(values, shape)) != shape:
        raise RuntimeError(_mismatch(values, shape))
    if accumulate:
        return add(x, put_back(expand(values, shape), shape=tuple(x.shape), index=index))
    return overwrite(x, values, steps=None, index=index)


def _full(x: Any, indices: Sequence[Any]) -> tuple[Any, ...]:
    """Return the full index that a tuple of index tensors and None means."""
    if len(indices) > max(x.ndim, 1):
        raise IndexError(f"too many indices for tensor of dimension {x.ndim} (got {len(indices)})")
    items: list[Any] = []
    for item in indices:
        if item is None:
            items.append(slice(None))
            continue
        if not isinstance(item, Traced) and not is_array(item):
            raise TypeError(
                f"index_put(): expected Tensor as element {len(items)} of indices, got "
                f"{type(item).__name__}"
            )
        items.append(_index_array(item._array if isinstance(item, Traced) else item, _array(x)))
    return (*items, ...)


def _broadcastable(values: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape of values, if it broadcasts to another."""
    try:
        np.broadcast_shapes(values.shape, shape)
    except ValueError:
        raise RuntimeError(_mismatch(values, shape)) from None
    return tuple(values.shape)


def _mismatch(values: Any, shape: tuple[int, ...]) -> str:
    return (
        f"shape mismatch: value tensor of shape {list(values.shape)} cannot be broadcast to "
        f"indexing result of shape {list(shape)}"
    )


@open_to_transforms
def put(x: Any, index: Any, source: Any, accumulate: bool = False) -> Any:
    """Return ``x`` with the elements of ``source`` at ``index``, ``x`` being seen as one row.

    Args:
        x: a tensor.
        index: places counted in row-major order, negative ones from the end.
        source: as many elements as ``index`` has.
        accumulate: add, duplicates too. Otherwise one of the duplicates wins.

    Raises:
        IndexError: for a place out of range, or another number of elements.
        RuntimeError: for an index that is not int64, or a source of another dtype.
    """
    places = index_array("put", index)
    if places.dtype != np.int64:
        raise RuntimeError(f"put(): expected an int64 tensor for index, but got {places.dtype}")
    if source.dtype != x.dtype:
        raise RuntimeError(
            f"put(): self ({x.dtype}) and source ({source.dtype}) expected to have the same dtype"
        )
    values = reshape(source, -1)
    if values.shape[0] != places.size:
        raise IndexError(
            "put(): expected source and index to have the same number of elements, but got "
            f"shapes {list(source.shape)} and {list(places.shape)}"
        )
    flat = index_put(reshape(x, -1), (places.reshape(-1),), values, accumulate)
    return reshape(flat, x.shape)


@open_to_transforms
def masked_scatter(x: Any, mask: Any, source: Any) -> Any:
    """Return ``x`` with the first elements of ``source``, in order, where ``mask`` is True.

    Shapes: ``x`` and ``mask`` broadcast.

    Derivative: what was written to ``source``, to ``x`` the rest.

    Raises:
        RuntimeError: if the mask is not bool, the source is too short or of another dtype, or the
            shapes do not broadcast.
    """
    array = index_array("masked_scatter", mask)
    if source.dtype != x.dtype:
        raise RuntimeError(
            f"masked_scatter: expected self ({x.dtype}) and source ({source.dtype}) to have same "
            "dtypes"
        )
    if array.dtype.kind != "b":
        raise RuntimeError(f"masked_scatter: only boolean masks are supported, got {array.dtype}")
    shape = common_shape(tuple(x.shape), array.shape)
    array = np.broadcast_to(array, shape)
    count = int(to_host(array).sum())
    flat = reshape(source, -1)
    if flat.shape[0] < count:
        raise RuntimeError(
            f"masked_scatter: number of elements of source ({flat.shape[0]}) < number of ones in "
            f"mask ({count})"
        )
    wide = x if tuple(x.shape) == shape else expand(x, shape)
    written = getitem(flat, index=(slice(0, count), ...))
    return overwrite(wide, written, steps=None, index=(array,))


def _array(x: Any) -> Any:
    return x._array if isinstance(x, Traced) else x
