"""Indexing: an index for all examples, or one for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...autograd.traced import Traced
from ...backend.arrays import is_array
from ...creation import arange
from ...ops.indices.indexing import full_index, getitem, part_by_arrays
from ...ops.shaping.shapes import movedim, permute, reshape
from ..batching import function_rule, one_by_one, rule_for
from ..levels import Level, batched, expose, level_of, levels_of

Call = Callable[..., Any]
_ALL = slice(None)

# --- an index for all -----------------------------------------------------------------------------


@rule_for("getitem")
def part_of_each(
    call: Call, operands: Sequence[Any], mapped: Sequence[bool], size: int, /, *, index: Any
) -> Any:
    """All examples, and the index of one."""
    out = call(operands[0], index=(_ALL, *index))
    front = _front(index)
    return movedim(out, front, 0) if front else out


@rule_for("put_back", "place")
def put_back_each(
    call: Call,
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    *,
    shape: Any,
    index: Any,
) -> Any:
    """The adjoint of the above."""
    (g,) = operands
    missing = region_ndim(shape, index) - (g.ndim - 1)
    if missing:  # it broadcasts to where it is put
        g = reshape(g, (size, *(1,) * missing, *g.shape[1:]))
    front = _front(index)
    if front:
        g = movedim(g, 0, front)
    return call(g, shape=(size, *shape), index=(_ALL, *index))


def region_ndim(shape: tuple[int, ...], index: Any) -> int:
    """Return the number of dimensions of the region of an index, without looking at values."""
    return int(np.broadcast_to(np.empty((), np.bool_), shape)[index].ndim)


def _front(index: Any) -> int:
    """Return how many dimensions of an index's arrays NumPy puts in front of all others.

    It does so if something stands between the arrays; then they come before the examples too.
    """
    places = [place for place, item in enumerate(index) if is_array(item)]
    if not places or places[-1] - places[0] == len(places) - 1:
        return 0
    arrays = [index[place] for place in places]
    return max(1 if array.dtype.kind == "b" else array.ndim for array in arrays)


@rule_for("take_along", "put_along")
def along_index(
    call: Call,
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    *,
    index: Any,
    dim: int,
    **rest: Any,
) -> Any:
    """The same index for every example."""
    return call(
        operands[0], index=np.broadcast_to(index, (size, *index.shape)), dim=dim + 1, **rest
    )


def array_of(x: Any) -> Any:
    """Return the array of an index."""
    return x._array if isinstance(x, Traced) else x


# --- an index for each ----------------------------------------------------------------------------


@function_rule(part_by_arrays)
def part_by_arrays_of_examples(level: Level, x: Any, index: Any) -> Any:
    """Take the other entries of the index first; then what the arrays name in each example."""
    items = index if isinstance(index, tuple) else (index,)
    if all(level_of(item) is None for item in _flat(items)):
        first, then = full_index(index, x)
        return getitem(x if first is None else getitem(x, index=first), index=then)
    if any(level_of(item) is not None and item.dtype == np.bool_ for item in items):
        raise RuntimeError(
            "vmap: It looks like you're attempting to index with a mask for each example, whose "
            "result has another shape for each: use where() instead"
        )
    if any(set(levels_of(item)) - {level} for item in items):
        return one_by_one(level, part_by_arrays, (x, index), {})
    rest = tuple(_ALL if _is_index(item) else item for item in _spelled_out(items, x.ndim))
    arrays, dims, out = [], [], 0
    for item in _spelled_out(items, x.ndim):
        if _is_index(item):
            arrays.append(np.asarray(item) if isinstance(item, list) else item)
            dims.append(out)
        out += 0 if item.__class__ is int else 1
    plain = (*rest, ...)
    return _gathered(level, x[plain], arrays, dims)


def _gathered(level: Level, x: Any, arrays: list[Any], dims: list[int]) -> Any:
    """Return what index arrays for dimensions of each example name."""
    physical = expose(x, level)
    found = [expose(a, level) if level_of(a) is level else a for a in arrays]
    ndim = max(a.ndim - (level_of(o) is level) for a, o in zip(found, arrays))
    index = [array_of(arange(level.size, device=x.device)).reshape(level.size, *(1,) * ndim)]
    for a, o in zip(found, arrays):
        values = array_of(a)
        if level_of(o) is level:
            values = values.reshape(level.size, *(1,) * (ndim + 1 - values.ndim), *values.shape[1:])
        index.append(values)
    others = [dim for dim in range(x.ndim) if dim not in dims]
    moved = permute(physical, (0, *(dim + 1 for dim in dims), *(dim + 1 for dim in others)))
    out = batched(getitem(moved, index=(*index, ...)), level)
    if dims[-1] - dims[0] != len(dims) - 1 or not dims[0]:
        return out  # separated index arrays put their dimensions in front
    return movedim(out, tuple(range(ndim)), tuple(range(dims[0], dims[0] + ndim)))


def _is_index(item: Any) -> bool:
    return isinstance(item, Traced | list) or is_array(item)


def _flat(items: Any) -> list[Any]:
    return [part for item in items for part in (item if isinstance(item, list) else [item])]


def _spelled_out(items: tuple[Any, ...], ndim: int) -> list[Any]:
    """Return an index with whole slices for the Ellipsis."""
    used = sum(item is not None and item is not ... for item in items)
    place = next((i for i, item in enumerate(items) if item is ...), len(items))
    return [*items[:place], *[_ALL] * (ndim - used), *items[place + 1 :]]
