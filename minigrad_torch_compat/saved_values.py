"""What a node keeps, as PyTorch shows it: ``grad_fn._saved_self``, ``_saved_result`` ...

The values are minigrad's: what its rules need, and how the operation was called. PyTorch's rules
may need others.
"""

from __future__ import annotations

from typing import Any

from minigrad import Tensor
from minigrad.autograd.node import Node
from minigrad.autograd.save_lists import rule_needs
from minigrad.backend.arrays import is_array
from minigrad.drawing.records import saved_values

_PREFIX = "_saved_"
_NAMES = {"x": "self", "y": "other", "out": "result", "input": "self"}


def _spelled(name: str) -> str:
    return _PREFIX + _NAMES.get(name, name)


def _names(node: Node) -> set[str]:
    """Return the names of all that a node may keep."""
    rules = [rule for rule in node.primitive.rules if rule is not None]
    needed = {need for rule in rules for need in rule_needs(rule)}
    shapes = {need for need in needed if need.endswith("_shape")}
    return set(map(_spelled, {*node.attributes, *needed} - shapes - {"position", "needs"}))


def saved(node: Node) -> dict[str, Any]:
    """Return what a node keeps, by PyTorch's names."""
    known = _names(node)
    pairs = [*node.attributes.items(), *saved_values(node)]
    found = {_spelled(name): _shown(value, node) for name, value in pairs}
    return {name: value for name, value in found.items() if name in known}


def _shown(value: Any, node: Node) -> Any:
    """Return an array as a tensor: the operand itself if it is a leaf."""
    if isinstance(value, tuple):
        return tuple(_shown(item, node) for item in value)
    if not is_array(value):
        return value
    for parent in node.parents:
        if isinstance(parent, Tensor) and parent._array is value:
            return parent
    return Tensor._wrap(value)


def saved_value(node: Node, name: str) -> Any:
    """Return one of them: an attribute that a node has no other way.

    Raises:
        AttributeError: if the node keeps no such value.
        RuntimeError: if it was freed.
    """
    if name.startswith(_PREFIX) and name in _names(node):
        if node.saved is None:
            raise RuntimeError(
                f"{name}: Trying to backward through the graph a second time (or directly access "
                "saved tensors after they have already been freed): backward(retain_graph=True) "
                "keeps them"
            )
        found = saved(node)
        if name in found:
            return found[name]
    raise AttributeError(f"{node.name()!r} object has no attribute {name!r}")


def listed(node: Node) -> list[str]:
    """Return the names of a node's attributes, saved values among them."""
    return sorted({*object.__dir__(node), *([] if node.saved is None else saved(node))})
