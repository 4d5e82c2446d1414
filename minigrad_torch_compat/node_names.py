"""What PyTorch calls the nodes of a graph: ``MulBackward0`` where minigrad says ``MulBackward``.

A program sees a node through ``grad_fn`` and ``next_functions``, its name through ``name()`` and
through its class. The class is given to the node when it is first looked at, so that recording
costs nothing.
"""

from __future__ import annotations

from typing import Any

from minigrad import Tensor
from minigrad.autograd import node as nodes
from minigrad.autograd.node import FunctionNode, Node, backward_name
from minigrad.autograd.traced import refresh

from .replacing import replace

_CLASSES: dict[tuple[type, str], type] = {}


def torch_name(node: Node) -> str:
    """Return PyTorch's name of a node."""
    if isinstance(node, FunctionNode):
        return backward_name(node.primitive.name)
    return backward_name(node.primitive.name) + "0"


def spelled(node: Any) -> Any:
    """Return a node whose class bears PyTorch's name."""
    kind = type(node)
    if kind is Node or kind is FunctionNode:
        key = (kind, torch_name(node))
        if key not in _CLASSES:
            _CLASSES[key] = type(key[1], (kind,), {"__slots__": (), "__module__": "torch.autograd"})
        node.__class__ = _CLASSES[key]
    return node


def _grad_fn(self: Any) -> Any:
    refresh(self)
    node = self._node
    return None if node is None else spelled(getattr(node, "node", node))


def install() -> None:
    """Give nodes PyTorch's names from now on."""
    plain = nodes.as_function

    def as_function(parent: Any) -> tuple[Any, int]:
        node, index = plain(parent)
        return spelled(node), index

    replace(nodes, "as_function", as_function)
    replace(Node, "name", torch_name)
    replace(Tensor, "grad_fn", property(_grad_fn, doc=Tensor.grad_fn.__doc__))
