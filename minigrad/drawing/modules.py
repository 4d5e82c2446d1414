"""Which module each operation belongs to: the calls of a model, noted while it runs."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..autograd.ledger import next_number
from ..autograd.node import Node
from ..autograd.traced import Traced
from .graph import Graph

__all__ = ["Call", "called", "enclosing", "owners"]


@dataclass
class Call:
    """One call of a module.

    Attributes:
        title: the module's name in the model, and its class: ``layers.0: Linear``.
        parent: the number of the call that it is part of; None for the model's own.
        depth: how many calls it is part of.
        first, last: creation numbers: its operations lie between.
    """

    title: str
    parent: int | None
    depth: int
    first: int
    last: int = 0


def called(function: Any, inputs: Sequence[Any]) -> tuple[Any, list[Call], dict[str, Any]]:
    """Call a module or a function, and return its outputs, the calls inside, and names.

    The names are those of the arguments, and of a module's parameters.
    """
    calls: list[Call] = []
    handles = []
    modules = getattr(function, "named_modules", None)
    names: dict[str, Any] = {}
    if modules is not None:
        names = dict(function.named_parameters())
        for path, module in modules():
            handles += _watch(module, path, calls)
    try:
        outputs = function(*inputs)
    finally:
        for handle in handles:
            handle.remove()
    given = zip(_parameters(getattr(function, "forward", function)), inputs)
    return outputs, calls, {**names, **dict(given)}


def _watch(module: Any, path: str, calls: list[Call]) -> list[Any]:
    """Note the calls of a module from now on; return the handles that end it."""
    title = f"{path}: {type(module).__name__}" if path else type(module).__name__

    def enter(module: Any, inputs: Any) -> None:
        inside = [k for k, call in enumerate(calls) if not call.last]
        parent = inside[-1] if inside else None
        calls.append(Call(title, parent, len(inside), next_number()))

    def leave(module: Any, inputs: Any, outputs: Any) -> None:
        next(call for call in reversed(calls) if not call.last).last = next_number()

    return [module.register_forward_pre_hook(enter), module.register_forward_hook(leave)]


def _parameters(function: Any) -> list[str]:
    try:
        return list(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # built in: no signature
        return []


def owners(graph: Graph, ids: dict[Any, int], calls: Sequence[Call]) -> list[int | None]:
    """Return for each node of a graph the innermost call that it belongs to.

    A leaf or a constant belongs where all that use it do; inputs, which have names, come from
    outside.
    """
    owner: list[int | None] = [None] * len(graph.nodes)
    numbers = {ids[place]: place.number for place in ids if isinstance(place, Node)}
    upcoming, inside = 0, None
    for identity in sorted(numbers):
        number = numbers[identity]
        while upcoming < len(calls) and calls[upcoming].first < number:
            inside, upcoming = upcoming, upcoming + 1
        while inside is not None and calls[inside].last < number:
            inside = calls[inside].parent
        owner[identity] = inside
    users: dict[int, list[int]] = {}
    for edge in graph.edges:
        if graph.nodes[edge.source].kind in ("leaf", "constant"):
            users.setdefault(edge.source, []).append(edge.target)
    for leaf, targets in users.items():
        common = owner[targets[0]]
        for target in targets[1:]:
            common = enclosing(common, owner[target], calls)
        owner[leaf] = common
    return owner


def enclosing(one: int | None, other: int | None, calls: Sequence[Call]) -> int | None:
    """Return the innermost call that two calls are part of."""
    while one != other:
        if one is None or other is None:
            return None
        if calls[one].depth >= calls[other].depth:
            one = calls[one].parent
        else:
            other = calls[other].parent
    return one


def is_model(given: Any) -> bool:
    """Return True for what is to be called: a module or a function, no tensor."""
    return callable(given) and not isinstance(given, Traced)
