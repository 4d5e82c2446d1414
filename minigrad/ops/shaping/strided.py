"""Views by strides: any way of walking through a tensor's memory, and sliding windows."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.stand_in import open_to_transforms
from ...backend.arrays import is_array, namespace, owner_of
from ...backend.device import create, device_of
from ...backend.dtypes import as_dtype
from ...backend.strides import address, gaps_of, positions, span, strided, within
from ..dims import along, normalize_dim
from ..indices.indexing import getitem, put_back
from ..indices.writing import layout_of, overwrite, write_
from .shapes import sizes_of

__all__ = ["as_strided", "as_strided_scatter"]

# --- any strides --------------------------------------------------------------------------------


def _through_memory(
    g: Any,
    x_shape: tuple[int, ...],
    size: tuple[int, ...],
    stride: tuple[int, ...],
    offset: int,
    layout: tuple[int, ...],
) -> Any:
    """memory = 0; memory[where the result lies] += g; memory[where x lies] / how often it does.

    Elements of the result that lie outside of ``x`` are lost: its gradient says nothing of them.
    """
    result = positions(g, size, stride, offset)
    source = positions(g, x_shape, layout, 0)
    first = min([0, *(int(p.min()) for p in (result, source) if p.size)])
    length = 1 + max([0, *(int(p.max()) for p in (result, source) if p.size)]) - first
    memory = put_back(g, shape=(length,), index=(result - first,))
    back = getitem(memory, index=(source - first,))
    if any(step == 0 and n > 1 for step, n in zip(layout, x_shape, strict=True)):
        repeats = np.bincount((source - first).reshape(-1), None, length)
        back = back / repeats[source - first].astype(g.dtype)
    return back


@primitive(x=_through_memory, view=True)
def _as_strided(
    x: Any,
    *,
    size: tuple[int, ...],
    stride: tuple[int, ...],
    offset: int,
    layout: tuple[int, ...],
) -> Any:
    """Walk from the first element of ``x``, whose own strides are (or would be) ``layout``."""
    if gaps_of(x) == gaps_of(x, layout) and within(x, size, stride, offset):
        return strided(x, size, stride, offset)
    # A gradient, or a value laid out in another way: give it the layout, with zeros around it.
    low, high = span(size, stride, offset)
    first, last = span(x.shape, layout, 0)
    low, high = min(low, first), max(high, last)
    memory = namespace(x).zeros(high - low + 1, x.dtype)
    strided(memory, x.shape, layout, -low)[...] = x
    return strided(memory, size, stride, offset - low)


@open_to_transforms
def as_strided(
    x: Any, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None
) -> Any:
    """Return a view of the memory of ``x``, of any size and strides.

    Args:
        x: a tensor.
        size: the sizes of the result.
        stride: for each dimension, how many elements of memory lie between two neighbours.
        storage_offset: the place in memory of the first element; by default that of ``x``.

    Derivative: every element's ``g`` added to that of ``x`` which lies at the same place.

    Raises:
        RuntimeError: for negative numbers, unequal numbers of them, and places out of memory.
    """
    array = _array(x)
    sizes, steps, offset = _geometry(array, size, stride, storage_offset)
    layout = tuple(step // array.itemsize for step in array.strides)
    return _as_strided(x, size=sizes, stride=steps, offset=offset, layout=layout)


@open_to_transforms
def as_strided_scatter(
    x: Any,
    src: Any,
    size: Sequence[int],
    stride: Sequence[int],
    storage_offset: int | None = None,
) -> Any:
    """Return a copy of ``x`` with ``src`` in the place that ``as_strided`` views.

    Derivative: the region's gradient goes to ``src``, the rest to ``x``.

    Raises:
        RuntimeError: if ``src`` is not of the shape ``size``, and as ``as_strided``.
    """
    array = _array(x)
    sizes, steps, offset = _geometry(array, size, stride, storage_offset)
    if tuple(src.shape) != sizes:
        raise RuntimeError(
            f"expected src to have a size equal to the slice of self: src size {list(src.shape)}, "
            f"slice size {list(sizes)}"
        )
    layout = tuple(step // array.itemsize for step in array.strides)
    attributes = {"size": sizes, "stride": steps, "offset": offset, "layout": layout}
    walk = (None, (_as_strided, (), attributes))
    return overwrite(x, src, steps=walk, index=None, layout=layout_of(array, walk))


def empty_walk(size: Sequence[int], stride: Sequence[int], device: Any, dtype: Any) -> Any:
    """Return a new array of any strides, and whatever values the memory holds.

    Raises:
        RuntimeError: for unequal numbers of sizes and strides, or negative ones.
    """
    sizes, steps = sizes_of((), size), sizes_of((), stride)
    if len(sizes) != len(steps):
        raise RuntimeError(
            f"empty_strided: dimensionality of sizes ({len(sizes)}) must match dimensionality of "
            f"strides ({len(steps)})"
        )
    if any(n < 0 for n in (*sizes, *steps)):
        raise RuntimeError(
            "empty_strided: negative sizes and strides are not supported, got size "
            f"{list(sizes)}, strides {list(steps)}"
        )
    length = 0 if 0 in sizes else span(sizes, steps, 0)[1] + 1
    return strided(create("empty", device, length, dtype), sizes, steps, 0)


def new_empty_strided(
    self: Any,
    size: Sequence[int],
    stride: Sequence[int],
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Return an uninitialised tensor of any strides, with this one's dtype and device."""
    beside = device_of(self._array) if device is None else device
    array = empty_walk(size, stride, beside, as_dtype(dtype or self.dtype))
    result = self._result_class._wrap(array)
    return result.requires_grad_() if requires_grad else result


def storage_offset(x: Any) -> int:
    """Return how many elements of its memory lie before the first element of ``x``."""
    array = _array(x)
    return (address(array) - address(owner_of(array))) // array.itemsize


def _geometry(
    array: Any, size: Sequence[int], stride: Sequence[int], storage_offset: int | None
) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """Return checked sizes and strides, and the offset from the first element of an array."""
    sizes, steps = sizes_of((), size), sizes_of((), stride)
    if len(sizes) != len(steps):
        raise RuntimeError(
            f"mismatch in length of strides and shape: {list(steps)} for size {list(sizes)}"
        )
    if any(n < 0 for n in (*sizes, *steps)):
        raise RuntimeError(
            "as_strided: negative sizes and strides are not supported, got size "
            f"{list(sizes)}, strides {list(steps)}"
        )
    owner = owner_of(array)
    begin = (address(array) - address(owner)) // array.itemsize
    place = begin if storage_offset is None else operator.index(storage_offset)
    if place < 0:
        raise RuntimeError(f"tensor: invalid storage offset {place}")
    held = owner.nbytes // array.itemsize
    if math.prod(sizes) and span(sizes, steps, place)[1] >= held:
        raise RuntimeError(
            f"setStorage: sizes {list(sizes)}, strides {list(steps)}, storage offset {place} are "
            f"out of bounds for storage of {held} elements"
        )
    return sizes, steps, place - begin


def _array(x: Any) -> Any:
    return x if is_array(x) else x._array


@open_to_transforms
def fill_diagonal_(self: Any, fill_value: Any, wrap: bool = False) -> Any:
    """Set the elements of which all indices are equal to a number, in place.

    Args:
        self: a matrix, or a tensor of more dimensions, all of one size.
        fill_value: the number.
        wrap: begin again below the diagonal of a tall matrix, after a row left out.

    Raises:
        RuntimeError: for fewer than two dimensions, or more of unequal sizes.
    """
    if self.ndim < 2:
        raise RuntimeError(f"fill_diagonal_: dimensions must larger than 1, got {self.ndim}")
    if self.ndim > 2 and len(set(self.shape)) > 1:
        raise RuntimeError(
            "fill_diagonal_: all dimensions of input must be of equal length, got "
            f"{list(self.shape)}"
        )
    count, stride = min(self.shape), sum(self.stride())
    write_(as_strided(self, (count,), (stride,)), fill_value)
    rows, columns = self.shape[:2]
    if wrap and self.ndim == 2 and rows > columns + 1:
        more = -(-self.numel() // (columns + 1)) - count
        begin = storage_offset(self) + self.stride(0) * (columns + 1)
        write_(as_strided(self, (more,), (stride,), begin), fill_value)
    return self


# --- sliding windows ----------------------------------------------------------------------------


@primitive(
    x=lambda g, x_shape, dim, step: _fold(g, shape=x_shape, dim=dim, step=step),
    view=True,
)
def _unfold(x: Any, *, dim: int, size: int, step: int) -> Any:
    count = (x.shape[dim] - size) // step + 1
    steps = [stride // x.itemsize for stride in x.strides]
    shape = (*x.shape[:dim], count, *x.shape[dim + 1 :], size)
    return strided(x, shape, (*steps[:dim], steps[dim] * step, *steps[dim + 1 :], steps[dim]), 0)


@primitive(
    g=lambda h, g_shape, dim, step: _unfold(h, dim=dim, size=g_shape[-1], step=step),
)
def _fold(g: Any, *, shape: tuple[int, ...], dim: int, step: int) -> Any:
    """Add windows up where ``_unfold`` sees them: its adjoint."""
    out = namespace(g).zeros(shape, g.dtype)
    count, size = g.shape[dim], g.shape[-1]
    for place in range(size):
        # The windows' elements number ``place`` lie ``step`` apart: no two in one place.
        met = along(dim, slice(place, place + (count - 1) * step + 1, step))
        out[met] += g[..., place]
    return out


def unfold(x: Any, dimension: int, size: int, step: int) -> Any:
    """Return a view of all windows of ``size`` elements along a dimension, ``step`` apart.

    Shapes: the number of windows in place of ``dimension``, and a new last dimension for their
    elements.

    Derivative: for each element of ``x``, the sum over the windows that hold it.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for a size larger than the dimension, or a step that is not positive.
    """
    dim, size, step = normalize_dim(dimension, x.ndim), operator.index(size), operator.index(step)
    held = x.shape[dim] if x.ndim else 1
    if size < 0 or size > held:
        raise RuntimeError(
            f"maximum size for tensor at dimension {dim} is {held} but size is {size}"
        )
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    if x.ndim == 0:  # one window of at most one element
        return getitem(x, index=(None, ...))[:size]
    return _unfold(x, dim=dim, size=size, step=step)
