"""Saved tensors: still there, unmodified, and as tensors of the graph for second derivatives."""

from __future__ import annotations

from typing import Any

from ..backend.arrays import as_array, is_array
from ..backend.dtypes import is_floating
from .ledger import ledger, next_number
from .node import Node, Output
from .paths import receives
from .save_lists import rule_needs
from .traced import Traced

FREED = (
    "Trying to backward through the graph a second time: the saved tensors of {name} (recorded at "
    "{where}) were freed by the first backward pass. Specify retain_graph=True there if you need "
    "to backward through the graph a second time, or compute the output anew."
)
_MODIFIED = (
    "one of the variables needed for gradient computation has been modified by an inplace "
    "operation: {name} (recorded at {where}) saved a tensor of shape {shape}, which was modified "
    "at {write}. Modify a clone() instead, or move the modification after backward()."
)


def saved_by(node: Node) -> tuple[Any, ...]:
    """Return what a node saved, one entry per rule.

    Raises:
        RuntimeError: if it was freed by an earlier backward pass, or modified in place since.
    """
    saved = node.saved
    if saved is None:
        raise RuntimeError(FREED.format(name=node.name(), where=node.where()))
    if saved.__class__ is not tuple:  # packed by hooks, or dropped by a checkpoint
        return saved.recall(node)  # type: ignore[attr-defined]
    if ledger.last > node.number:
        check_unmodified(node)
    return saved


def check_unmodified(node: Node) -> None:
    """Raise if memory that the node saved was written after it was recorded."""
    for arguments in node.saved or ():
        for value in arguments or ():
            for array in value if value.__class__ is tuple else (value,):
                if is_array(array):
                    check_array(array, node)


def check_array(array: Any, node: Node) -> None:
    """Raise if memory was written after a node that saved it was recorded."""
    entry = ledger.entry(array)
    if entry is not None and entry.last > node.number:
        raise RuntimeError(
            _MODIFIED.format(
                name=node.name(), where=node.where(), shape=array.shape, write=entry.where()
            )
        )


def tied(node: Node, position: int, saved: tuple[Any, ...], kind: type[Traced]) -> tuple[Any, ...]:
    """Return a rule's saved arguments as tensors of the graph, of class ``kind``.

    An operand's array becomes a tensor tied to the operand's parent, the output's one tied to the
    node itself, so the rules' own operations are recorded where they belong. Residuals stay
    arrays: constants.
    """
    entry = node.primitive
    found = []
    for name, value in zip(rule_needs(entry.rules[position]), saved, strict=True):
        if name == "out":
            value = _results(node, value, kind)
        elif name in entry.operands:
            if entry.variadic:
                value = tuple(_tie(p, v, kind) for p, v in zip(node.parents, value, strict=True))
            else:
                value = _tie(node.parents[entry.operands.index(name)], value, kind)
        found.append(value)
    return tuple(found)


def _results(node: Node, out: Any, kind: type[Traced]) -> Any:
    """Return a node's result, or each of several, as the tensor it was."""
    if out.__class__ is not tuple:
        return kind._wrap(out, node, True)
    return tuple(
        kind._wrap(array, Output(node, i, array, next_number()), True)
        if is_floating(array.dtype)
        else kind._wrap(array)
        for i, array in enumerate(out)
    )


def _tie(parent: Any, value: Any, kind: type[Traced]) -> Any:
    """Return an operand's array as the tensor it was."""
    if isinstance(parent, Traced) and parent._array is value:
        return parent
    if not is_array(value):
        return value
    value = as_array(value)  # a NumPy scalar is no memory of a tensor
    return kind._wrap(value, parent, True) if receives(parent) else kind._wrap(value)
