"""Reading a recorded node: what it saved, of which operands, and where its gradients go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..autograd.ledger import ledger
from ..autograd.node import Node, Output
from ..autograd.paths import place_of, receives
from ..autograd.save_lists import rule_needs
from ..autograd.traced import Traced
from ..backend.arrays import is_array


def operations_behind(tensors: Iterable[Traced]) -> list[Node]:
    """Return the operations that led to the tensors, oldest first."""
    waiting = [place_of(tensor) for tensor in tensors]
    seen: set[Node] = set()
    while waiting:
        place = waiting.pop()
        node = place.node if isinstance(place, Output) else place
        if isinstance(node, Node) and node not in seen:
            seen.add(node)
            waiting.extend(node.parents)
    return sorted(seen, key=lambda node: node.number)


def operand_names(node: Node) -> list[str]:
    """Return the parameter that each operand was given for: ``[0]``, ``[1]`` of a variadic one."""
    if node.primitive.variadic:
        return [f"[{position}]" for position in range(len(node.parents))]
    return list(node.primitive.operands[: len(node.parents)])


def receiving_operands(node: Node) -> list[str]:
    """Return the parameters of the primitive whose operands get a gradient."""
    entry = node.primitive
    if entry.variadic:
        return list(entry.operands)
    return [name for name, parent in zip(entry.operands, node.parents) if receives(parent)]


def saved_values(node: Node) -> Iterator[tuple[str, Any]]:
    """Yield (rule's parameter, value) of all that a node keeps for its rules."""
    entry = node.primitive
    for position, arguments in enumerate(node.saved or ()):
        if arguments is not None:
            rule = entry.rules[0 if entry.joint or entry.variadic else position]
            yield from zip(rule_needs(rule), arguments, strict=True)


def saved_names(node: Node) -> tuple[str, ...] | None:
    """Return the rules' parameters for which a node keeps arrays; None once they are freed."""
    if node.saved is None:
        return None
    found = {}
    for name, value in saved_values(node):
        if any(map(is_array, value if isinstance(value, tuple) else (value,))):
            found[name] = True
    return tuple(found)


def saved_operands(node: Node) -> list[Any]:
    """Return the operands' values, None for each that was not saved or was written since."""
    entry = node.primitive
    found: list[Any] = [None] * len(node.parents)
    for name, value in saved_values(node):
        if name not in entry.operands:
            continue
        values = value if entry.variadic else (value,)
        for position, array in enumerate(values, entry.operands.index(name)):
            if position < len(found) and is_array(array) and intact(array, node):
                found[position] = array
    return found


def saved_result(node: Node) -> Any:
    """Return the value of a node's result; None if it was not saved or was written since."""
    for name, value in saved_values(node):
        if name == "out" and is_array(value) and intact(value, node):
            return value
    return None


def intact(array: Any, node: Node) -> bool:
    """Return True if the memory was not written since the node saved it."""
    if ledger.last < node.number:
        return True
    entry = ledger.entry(array)
    return entry is None or entry.last < node.number
