"""Embedding: one table for all examples, or the tables of all as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...creation import arange
from ...ops.indices.indexing import getitem
from ...ops.pointwise.elementwise import add
from ...ops.sequences.embedding import embedding, one_hot
from ...ops.shaping.joining import stack
from ...ops.shaping.shapes import reshape
from ..batching import everywhere, function_rule, one_by_one, rule_for
from ..levels import Level, expose, hide, level_of
from .indexing import array_of

Call = Callable[..., Any]


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
    return getitem(table, index=(first._array, array_of(index)))


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
    first = reshape(arange(size, device=g.device), (size, *(1,) * (index.ndim - 1))) * count
    rows = call(g, index + first, count=count * size, padding=None, frequency=False)
    return reshape(rows, (size, count, rows.shape[-1]))


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
