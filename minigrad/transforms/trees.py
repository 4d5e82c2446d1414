"""Trees: tensors nested in dicts, lists, tuples and named tuples, taken apart and put together.

Everything else, None included, is a leaf.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple


class Structure(NamedTuple):
    """The form of a tree without its leaves; equal for trees of one form.

    Attributes:
        kind: the class of the container; None for a leaf.
        keys: a dict's keys, in order.
        parts: the forms of the items.
    """

    kind: type | None = None
    keys: tuple[Any, ...] = ()
    parts: tuple[Structure, ...] = ()

    def __str__(self) -> str:
        if self.kind is None:
            return "*"
        if self.keys:
            return "{" + ", ".join(f"{k!r}: {p}" for k, p in zip(self.keys, self.parts)) + "}"
        return f"{self.kind.__name__}({', '.join(map(str, self.parts))})"


LEAF = Structure()


def flatten(tree: Any) -> tuple[list[Any], Structure]:
    """Return the leaves of a tree, in order, and its structure."""
    leaves: list[Any] = []
    return leaves, _collect(tree, leaves)


def _collect(tree: Any, leaves: list[Any]) -> Structure:
    kind = type(tree)
    if issubclass(kind, dict):
        return Structure(kind, tuple(tree), tuple(_collect(item, leaves) for item in tree.values()))
    if kind in (list, tuple) or _is_named(kind):
        return Structure(kind, (), tuple(_collect(item, leaves) for item in tree))
    leaves.append(tree)
    return LEAF


def _is_named(kind: type) -> bool:
    return issubclass(kind, tuple) and hasattr(kind, "_fields")


def unflatten(structure: Structure, leaves: Iterable[Any]) -> Any:
    """Return the tree of a structure with the given leaves."""
    return _build(structure, iter(leaves))


def _build(structure: Structure, leaves: Iterator[Any]) -> Any:
    kind = structure.kind
    if kind is None:
        return next(leaves)
    items = [_build(part, leaves) for part in structure.parts]
    if issubclass(kind, dict):
        pairs = zip(structure.keys, items)
        return OrderedDict(pairs) if issubclass(kind, OrderedDict) else dict(pairs)
    return kind(*items) if _is_named(kind) else kind(items)  # type: ignore[call-arg]


def leaves_of(tree: Any) -> list[Any]:
    """Return the leaves of a tree."""
    return flatten(tree)[0]


def map_leaves(function: Callable[[Any], Any], tree: Any) -> Any:
    """Return a tree with ``function`` applied to each leaf."""
    leaves, structure = flatten(tree)
    return unflatten(structure, map(function, leaves))


def spread(prefix: Any, structure: Structure) -> list[Any] | None:
    """Return what a prefix of a tree says for each leaf; None if it does not fit the structure.

    A leaf of the prefix holds for the whole part of the tree in its place.
    """
    _, form = flatten(prefix)
    if form.kind is None:
        return [prefix] * _count(structure)
    if form[:2] != structure[:2] or len(form.parts) != len(structure.parts):
        return None
    found: list[Any] = []
    for item, part in zip(prefix.values() if form.keys else prefix, structure.parts):
        below = spread(item, part)
        if below is None:
            return None
        found += below
    return found


def _count(structure: Structure) -> int:
    return 1 if structure.kind is None else sum(map(_count, structure.parts))
