"""What a graph is made of: one node per recorded operation."""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable
from types import CodeType
from typing import Any

from . import source
from .node_hooks import (
    Handles,
    RemovableHandle,
    add_after_accumulation,
    add_around,
    add_before_accumulation,
)
from .table import Primitive


class Constant:
    """Stands in a node's ``parents`` for an array operand that needs no gradient.

    It keeps the description of the operand, not its memory: a picture shows the values as long
    as somebody else holds them.
    """

    __slots__ = ("_reference", "dtype", "shape")

    inference_ = False

    def __init__(self, array: Any) -> None:
        self.shape = array.shape
        self.dtype = array.dtype
        self._reference = weakref.ref(array)

    @property
    def array(self) -> Any:
        """The operand's array; None once nobody holds it any more."""
        return self._reference()

    def __repr__(self) -> str:
        return f"<Constant {self.shape} {self.dtype}>"


class InferenceConstant(Constant):
    """An operand that was made in inference mode: no rule may save it."""

    __slots__ = ()

    inference_ = True


class Node:
    """One recorded operation: where its gradients go and what its derivative rules need.

    Attributes:
        primitive: the operation, which holds the rules.
        parents: one entry per operand: the ``Node`` (or ``Output``) that made it, the leaf tensor
            itself, a ``Constant``, or a plain Python value.
        saved: one entry per rule: the tuple of arguments it will be called with after the incoming
            gradient; None where the operand needs no gradient. None altogether once freed.
        attributes: the keyword arguments of the call (``dim``, ``stride``, ...).
        number: creation number; a node is always younger than its parents, so descending numbers
            are a topological order.
        shape, dtype: those of the output (tuples of them for several outputs).
        hooks: functions of the gradient, called before the rules; None if there are none.
        retains: weak reference to the tensor that asked to keep its gradient (``retain_grad``).
        around: hooks around the rules (see ``node_hooks``); not set unless there are any.
        notes: what ``metadata`` returns; not set until it is asked for.
    """

    __slots__ = (
        "__weakref__",
        "around",
        "attributes",
        "code",
        "dtype",
        "hooks",
        "notes",
        "number",
        "offset",
        "parents",
        "primitive",
        "retains",
        "saved",
        "shape",
    )

    primitive: Primitive
    parents: tuple[Any, ...]
    saved: tuple[Any, ...] | None
    attributes: dict[str, Any]
    number: int
    shape: Any
    dtype: Any
    hooks: dict[int, Any] | None
    retains: Any
    around: Any
    notes: dict[Any, Any]
    code: CodeType | None
    offset: int

    def name(self) -> str:
        """Return the node's name in PyTorch's style: ``MulBackward``."""
        return backward_name(self.primitive.name)

    def where(self) -> str:
        """Return the user's line that recorded this operation."""
        return source.describe(self.code, self.offset)

    @property
    def metadata(self) -> dict[Any, Any]:
        """A dict for the user's own notes on this operation."""
        if not hasattr(self, "notes"):
            self.notes = {}
        return self.notes

    def register_hook(self, hook: Callable[[Any, Any], Any]) -> RemovableHandle:
        """Call ``hook(grad_inputs, grad_outputs)`` after the rules; it may return other inputs'."""
        return add_around(self, "after", hook)

    def register_prehook(self, hook: Callable[[Any], Any]) -> RemovableHandle:
        """Call ``hook(grad_outputs)`` before the rules; it may return others."""
        return add_around(self, "before", hook)

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """Where the gradients go next, as PyTorch shows it: pairs (node, output index)."""
        return tuple(as_function(parent) for parent in self.parents)

    def __repr__(self) -> str:
        return f"<{self.name()}>"


class FunctionNode(Node):
    """A call of a ``Function``: attributes of its context are its own, as in PyTorch."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        if name in Node.__slots__:
            raise AttributeError(name)
        return getattr(self.saved[0][0], name)  # type: ignore[index]


class Output:
    """One of several results of a node: collects that result's gradient for the node."""

    __slots__ = ("__weakref__", "dtype", "hooks", "index", "node", "number", "retains", "shape")

    node: Node
    index: int
    number: int
    shape: tuple[int, ...]
    dtype: Any
    hooks: dict[int, Any] | None
    retains: Any

    def __init__(self, node: Node, index: int, array: Any, number: int) -> None:
        self.node = node
        self.index = index
        self.number = number
        self.shape = array.shape
        self.dtype = array.dtype
        self.hooks = None
        self.retains = None

    def name(self) -> str:
        """Return the name of the node."""
        return self.node.name()

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """Where the node's gradients go next."""
        return self.node.next_functions

    def __repr__(self) -> str:
        return repr(self.node)


class AccumulateGrad:
    """The end of a path in ``next_functions``: the leaf tensor that collects a gradient."""

    __slots__ = ("__weakref__", "variable")

    next_functions: tuple[tuple[Any, int], ...] = ()

    def __init__(self, variable: Any) -> None:
        self.variable = variable

    def name(self) -> str:
        """Return PyTorch's name for it."""
        return "torch::autograd::AccumulateGrad"

    def register_hook(self, hook: Callable[[Any, Any], Any]) -> Handles:
        """Call ``hook((), (gradient,))`` once the leaf has added it to its ``grad``."""
        return add_after_accumulation(self.variable, hook)

    def register_prehook(self, hook: Callable[[Any], Any]) -> RemovableHandle:
        """Call ``hook((gradient,))`` before the leaf adds it; it may return another."""
        return add_before_accumulation(self.variable, hook)

    def __repr__(self) -> str:
        return "<AccumulateGrad>"


def as_function(parent: Any) -> tuple[Any, int]:
    """Return a parent entry in the form of PyTorch's ``next_functions``."""
    if isinstance(parent, Node):
        return parent, 0
    if isinstance(parent, Output):
        return parent.node, parent.index
    if hasattr(parent, "_node"):
        return end_of(parent), 0
    return None, 0


# A path to a leaf always ends in the same object, for as long as somebody looks at it.
_ends: weakref.WeakValueDictionary[int, AccumulateGrad] = weakref.WeakValueDictionary()


def end_of(leaf: Any) -> AccumulateGrad:
    """Return what stands for a leaf in ``next_functions``."""
    found = _ends.get(id(leaf))
    if found is None or found.variable is not leaf:
        found = _ends[id(leaf)] = AccumulateGrad(leaf)
    return found


def backward_name(name: str) -> str:
    """Return ``MaxPool2DBackward`` for ``max_pool2d``."""
    words = re.sub(r"(?<=\d)d\b", "D", name.strip("_")).split("_")
    return "".join(word[:1].upper() + word[1:] for word in words) + "Backward"
