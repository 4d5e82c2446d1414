"""Places gradients go through, and the paths between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .node import Node, Output
from .traced import Traced, refresh


def place_of(tensor: Traced) -> Any:
    """Return where a tensor's gradient is collected: its node, or the leaf itself."""
    refresh(tensor)
    return tensor if tensor._node is None else tensor._node


def parents_of(place: Any) -> tuple[Any, ...]:
    """Return the places a place sends gradients to."""
    if isinstance(place, Traced):
        return ()
    return (place.node,) if place.__class__ is Output else place.parents


def receives(parent: Any) -> bool:
    """Return True if a node's parent entry can take a gradient (constants cannot)."""
    return isinstance(parent, Node | Output | Traced)


def leading_to(targets: Iterable[Any], roots: Iterable[Any]) -> set[Any]:
    """Return the places, reachable from ``roots``, from which a path leads to a target."""
    ends = set(targets)
    reached = list(dict.fromkeys(roots))
    seen = set(reached)
    for place in reached:  # grows while it is read
        for parent in parents_of(place):
            if receives(parent) and parent not in seen:
                seen.add(parent)
                reached.append(parent)
    needed = seen & ends
    nodes = [place for place in reached if not isinstance(place, Traced)]
    nodes.sort(key=lambda place: place.number)
    for place in nodes:  # parents come before their children
        if any(receives(parent) and parent in needed for parent in parents_of(place)):
            needed.add(place)
    return needed
