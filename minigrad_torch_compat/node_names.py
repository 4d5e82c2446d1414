"""What PyTorch calls the nodes of a graph: ``MulBackward0`` where minigrad says ``MulBackward``.

Most names differ by the number of the overload alone; ``node_table`` has the others.
A node is of minigrad's operations, not PyTorch's: where one of theirs is several of ours, the name
is that of our last one.

A program sees a node through ``grad_fn`` and ``next_functions``, its name through ``name()`` and
through its class. The class is given to the node when it is first looked at, so that recording
costs nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from minigrad import Tensor
from minigrad.autograd import graph
from minigrad.autograd import node as nodes
from minigrad.autograd.node import FunctionNode, Node, backward_name
from minigrad.autograd.traced import refresh
from minigrad.methods.shapes import Shapes

from .node_table import BY_FUNCTION, row
from .replacing import replace
from .saved_values import listed, saved_value

_CLASSES: dict[tuple[type, str], type] = {}
_NAMES: dict[type, str] = {}
_SHARED = ("CopyBackwards", "CopySlices")  # written in the engine itself, under its namespace


def torch_name(node: Node) -> str:
    """Return PyTorch's name of a node."""
    if type(node) in _NAMES:
        return _NAMES[type(node)]
    if isinstance(node, FunctionNode):
        return backward_name(node.primitive.name)
    return row(node) or backward_name(node.primitive.name) + "0"


def class_named(name: str, kind: type = Node) -> type:
    """Return the class of nodes with a name."""
    if (kind, name) not in _CLASSES:
        body = {"__slots__": (), "__module__": "torch.autograd", "__dir__": listed}
        if kind is Node:  # those of a Function have attributes of their own
            body["__getattr__"] = saved_value
        found = type(name, (kind,), body)
        _CLASSES[kind, name] = found
        _NAMES[found] = f"torch::autograd::{name}" if name in _SHARED else name
    return _CLASSES[kind, name]


def spelled(node: Any) -> Any:
    """Return a node whose class bears PyTorch's name."""
    kind = type(node)
    if kind is Node or kind is FunctionNode:
        node.__class__ = class_named(torch_name(node), kind)
    return node


def naming(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return a function that names its nodes, if what they show would not tell their names."""
    known = BY_FUNCTION.get(name)
    if known is None:
        return function

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        node = getattr(result, "_node", None)
        if type(node) is Node and (result is not args[0] or name[-1] == "_"):
            node.__class__ = class_named(known(*args, **kwargs) if callable(known) else known)
        return result

    return call


def _in_order(found: tuple[Any, ...], node: Node) -> tuple[Any, ...]:
    """Return a node's next functions in the order PyTorch has them: ``addmm(bias, x, weight)``."""
    added = node.primitive.name == "linear" and torch_name(node) == "AddmmBackward0"
    return (found[-1], *found[:-1]) if added else found


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

    for module in (nodes, graph):
        replace(module, "as_function", as_function)
    following: Any = vars(Node)["next_functions"].fget
    replace(Node, "name", torch_name)
    replace(Node, "next_functions", property(lambda node: _in_order(following(node), node)))
    replace(Tensor, "grad_fn", property(_grad_fn, doc=Tensor.grad_fn.__doc__))
    replace(Shapes, "mT", property(naming(vars(Shapes)["mT"].fget, "mT"), doc=Shapes.mT.__doc__))
