"""Indexing, gathering and scattering: an index for all examples, or one for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...autograd.fitting import cast
from ...autograd.traced import Traced
from ...backend.arrays import is_array
from ...creation import arange
from ...ops.comparison import where
from ...ops.elementwise import add
from ...ops.embedding import embedding, one_hot
from ...ops.indexing import full_index, getitem, part_by_arrays
from ...ops.joining import stack
from ...ops.masks import masked_fill
from ...ops.scatter import (
    gather,
    index_add,
    index_copy,
    index_fill,
    index_select,
    scatter,
    scatter_add,
    take_along_dim,
)
from ...ops.shapes import movedim, permute, reshape
from ..batching import everywhere, function_rule, one_by_one, rule_for
from ..levels import Level, batched, expose, hide, level_of

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


@rule_for("embedding", "picked_rows")
def rows_of_table(
    call: Call,
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    *,
    padding: int | None,
    frequency: bool,
) -> Any:
    """One table: more numbers. A table for each example: its rows, picked from all of them."""
    table, index = operands
    if not mapped[0] and not frequency:
        return call(table, index, padding=padding, frequency=frequency)
    if padding is not None or frequency:
        parts = [
            call(
                table[i] if mapped[0] else table,
                index[i] if mapped[1] else index,
                padding=padding,
                frequency=frequency,
            )
            for i in range(size)
        ]
        return stack(parts)
    first = reshape(arange(size), (size,) + (1,) * (index.ndim - mapped[1]))
    return getitem(table, index=(first._array, _array(index)))


@rule_for("placed_rows")
def rows_put_back(
    call: Call,
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    *,
    count: int,
    padding: int | None,
    frequency: bool,
) -> Any:
    """The rows of all examples, in one table of all their rows."""
    g, index = everywhere(operands, mapped, size)
    if padding is not None or frequency:
        return stack(
            [
                call(g[i], index[i], count=count, padding=padding, frequency=frequency)
                for i in range(size)
            ]
        )
    first = np.arange(size).reshape(size, *(1,) * (index.ndim - 1)) * count
    rows = call(g, index + first, count=count * size, padding=None, frequency=False)
    return reshape(rows, (size, count, rows.shape[-1]))


def _array(x: Any) -> Any:
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
    if any(level_of(item) not in (None, level) for item in (x, *items)):
        return one_by_one(level, part_by_arrays, (x, index), {})
    rest = tuple(_ALL if _is_index(item) else item for item in _spelled_out(items, x.ndim))
    arrays, dims, out = [], [], 0
    for item in _spelled_out(items, x.ndim):
        if _is_index(item):
            arrays.append(item)
            dims.append(out)
        out += 0 if item.__class__ is int else 1
    return _gathered(level, x[(*rest, ...)], arrays, dims)


def _gathered(level: Level, x: Any, arrays: list[Any], dims: list[int]) -> Any:
    """Return what index arrays for dimensions of each example name."""
    physical = expose(x, level)
    found = [expose(a, level) if level_of(a) is level else a for a in arrays]
    ndim = max(a.ndim - (level_of(o) is level) for a, o in zip(found, arrays))
    index = [np.arange(level.size).reshape(level.size, *(1,) * ndim)]
    for a, o in zip(found, arrays):
        values = np.asarray(_array(a))
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


# --- functions along a dimension ------------------------------------------------------------------


def _along_dim(function: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    def rule(level: Level, *args: Any, **kwargs: Any) -> Any:
        given = {**dict(zip(names, args)), **kwargs}
        x, dim = given["x"], given.get("dim")
        index = given.get("index", given.get("indices"))
        if dim is None or not x.ndim or not index.ndim:
            return one_by_one(level, function, (), given)
        if function in _SLICES and level_of(index) is level:
            return one_by_one(level, function, (), given)
        exposed = {**given, "dim": dim % x.ndim + 1}
        for name, value in given.items():
            keeps = function in _SLICES and name == "index"
            if isinstance(value, Traced) and value.ndim and not keeps:
                exposed[name] = expose(value, level)
            elif is_array(value) and value.ndim and not keeps:
                exposed[name] = np.broadcast_to(value, (level.size, *value.shape))
            elif level_of(value) is level:
                return one_by_one(level, function, (), given)
        return hide(function(**exposed), level)

    return rule


_SLICES = (index_select, index_add, index_copy, index_fill)
for _function, _names in (
    (gather, ("x", "dim", "index")),
    (scatter, ("x", "dim", "index", "src")),
    (scatter_add, ("x", "dim", "index", "src")),
    (take_along_dim, ("x", "indices", "dim")),
    (index_select, ("x", "dim", "index")),
    (index_add, ("x", "dim", "index", "source")),
    (index_copy, ("x", "dim", "index", "source")),
    (index_fill, ("x", "dim", "index", "value")),
):
    function_rule(_function)(_along_dim(_function, _names))


@function_rule(masked_fill)
def masked_fill_of_examples(level: Level, x: Any, mask: Any, value: Any) -> Any:
    """A mask for each example chooses like ``where``."""
    if mask.dtype != np.bool_:
        raise RuntimeError(f"masked_fill(): only boolean masks are supported, got {mask.dtype}")
    if level_of(mask) is None:
        return masked_fill.__wrapped__(x, mask, value)  # type: ignore[attr-defined]
    if getattr(value, "ndim", 0):
        raise RuntimeError(
            "masked_fill only supports a 0-dimensional value tensor, but got shape "
            f"{list(value.shape)}"
        )
    out = where(mask, value, x)
    return out if out.dtype == x.dtype else cast(out, dtype=x.dtype)


@function_rule(embedding)
def embedding_of_examples(level: Level, input: Any, weight: Any, *args: Any, **kwargs: Any) -> Any:
    """Look the numbers of all examples up at once; what each may be is checked for all."""
    if level_of(weight) is None and not kwargs.get("max_norm"):
        return hide(embedding(expose(input, level), weight, *args, **kwargs), level)
    if args or kwargs or level_of(weight) not in (None, level):
        return one_by_one(level, embedding, (input, weight, *args), kwargs)
    table = expose(weight, level)
    _, count, width = table.shape
    index = expose(input, level)
    first = reshape(arange(level.size), (level.size, *(1,) * (index.ndim - 1))) * count
    flat = reshape(table, (level.size * count, width))
    embedding(index, flat[:count])  # raises for a number that is no row of its own table
    return hide(embedding(add(index, first), flat), level)


@function_rule(one_hot)
def one_hot_of_examples(level: Level, input: Any, num_classes: int = -1) -> Any:
    """All at once; how many classes there are cannot be asked of single examples."""
    if num_classes == -1:
        raise RuntimeError(
            "vmap: one_hot needs num_classes: the largest number may differ between examples"
        )
    return hide(one_hot(expose(input, level), num_classes), level)
