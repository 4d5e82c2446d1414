"""The recorded graph as plain data, for every kind of picture of it.

``graph_of`` walks back from some tensors, without recursion and once per operation. The nodes come
in a canonical order: operations as they were created, each after the leaves and constants that it
is the first to use. A node's position in that order is its id, so that the same program yields the
same graph in every process. Arrays are referred to, not copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..autograd.node import Constant, Node, Output
from ..autograd.source import describe
from ..autograd.traced import Traced
from . import records
from .formulas import formulas
from .names import named_tensors, outputs_of
from .values import Known, Value, slot_of

__all__ = ["Edge", "Graph", "GraphNode", "build", "graph_of"]


@dataclass(frozen=True)
class GraphNode:
    """A leaf, a constant or an operation.

    Attributes:
        id: its position among the graph's nodes.
        kind: "leaf" (requires a gradient), "input" (requires none), "constant" (an input that
            nobody named) or "operation".
        values: the tensor itself, or an operation's results: more than one for some.
        operation: the operation's name.
        operands: (parameter, plain number or None for a tensor), one for each operand given.
        arguments: the keyword arguments, except those at their defaults.
        rules: (operand, derivative rule as text) for each operand that gets a gradient; operands
            that share one rule stand together: ``x, weight``.
        saved: names of the values kept for the rules; None once freed.
        where: the user's line that recorded it.
    """

    id: int
    kind: str
    values: tuple[Value, ...]
    operation: str | None = None
    operands: tuple[tuple[str, Any], ...] = ()
    arguments: tuple[tuple[str, Any], ...] = ()
    rules: tuple[tuple[str, str], ...] = ()
    saved: tuple[str, ...] | None = ()
    where: str = ""

    @property
    def is_output(self) -> bool:
        """Whether one of its values is an output of the graph."""
        return any(value.is_output for value in self.values)


@dataclass(frozen=True)
class Edge:
    """A value on its way into an operation.

    Attributes:
        source: the id of the node it comes from.
        result: which of that node's values it is.
        target: the id of the operation.
        operand: the parameter of the operation that receives it.
    """

    source: int
    result: int
    target: int
    operand: str


@dataclass(frozen=True)
class Graph:
    """Nodes in canonical order, and the edges ordered by target and operand."""

    nodes: tuple[GraphNode, ...]
    edges: tuple[Edge, ...]


def graph_of(outputs: Any, names: Any = None) -> Graph:
    """Return the graph that led to some tensors.

    Args:
        outputs: a tensor, or a list, tuple or dict of them.
        names: a mapping of names to tensors, such as ``locals()``. Lists of tensors and modules in
            it name what they hold; any other value is ignored.

    Raises:
        TypeError: if an output is no tensor.
        ValueError: if there is none.
    """
    return build(outputs, names)[0]


def build(outputs: Any, names: Any = None) -> tuple[Graph, dict[Any, int]]:
    """Return the graph, and the ids of its places: the recorded nodes and the leaf tensors."""
    roots = outputs_of(outputs)
    operations = records.operations_behind(tensor for _, tensor in roots)
    known = Known(roots, named_tensors(names), operations)
    writer = _Writer(known)
    for node in operations:
        writer.operation(node)
    for _, tensor in roots:
        if tensor._node is None:
            writer.leaf(tensor)
    return Graph(tuple(writer.nodes), tuple(writer.edges)), writer.ids


class _Writer:
    """Writes the nodes and edges of a graph down in their order."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.nodes: list[GraphNode] = []
        self.edges: list[Edge] = []
        self.ids: dict[Any, int] = {}
        self.constants: dict[tuple[int, bool], tuple[int, Any]] = {}
        self.lines: dict[tuple[Any, int], str] = {}

    def operation(self, node: Node) -> None:
        """Add an operation, after what it is the first to use."""
        names = records.operand_names(node)
        sources = [self.source(node, parent) for parent in node.parents]
        identity = self.ids[node] = len(self.nodes)
        self.edges += [
            Edge(*source, identity, name)
            for source, name in zip(sources, names, strict=True)
            if source is not None
        ]
        self.nodes.append(
            GraphNode(
                id=identity,
                kind="operation",
                values=self.results(node),
                operation=node.primitive.name,
                operands=tuple(
                    (name, parent if source is None else None)
                    for name, parent, source in zip(names, node.parents, sources, strict=True)
                    if parent is not None
                ),
                arguments=tuple(_arguments(node)),
                rules=tuple(_rules(node)),
                saved=records.saved_names(node),
                where=self.line(node),
            )
        )

    def source(self, node: Node, parent: Any) -> tuple[int, int] | None:
        """Return the id of what an operand of a node comes from, and which of its results.

        None for a plain number.
        """
        if isinstance(parent, Node | Output):
            maker, result = slot_of(parent)
            return self.ids[maker], result
        if isinstance(parent, Traced):
            return self.leaf(parent), 0
        if isinstance(parent, Constant):
            return self.constant(node, parent), 0
        return None

    def leaf(self, tensor: Traced) -> int:
        """Return the id of a leaf, added if it is new."""
        if tensor not in self.ids:
            value = self.known.value((tensor, 0), tensor.shape, tensor.dtype)
            self.ids[tensor] = self.add("leaf" if tensor._requires_grad else "input", value)
        return self.ids[tensor]

    def constant(self, node: Node, constant: Constant) -> int:
        """Return the id of a constant: the same for the same array, unless written in between."""
        array = constant.array
        intact = array is None or records.intact(array, node)
        key = id(constant if array is None else array), intact
        if key not in self.constants:
            name = None if array is None else self.known.array_names.get(id(array))
            value = Value(
                name=name,
                shape=constant.shape,
                dtype=str(constant.dtype),
                array=array if intact else None,
                keeps_gradient=True,
                overwritten=not intact,
            )
            identity = self.add("constant" if name is None else "input", value)
            self.constants[key] = identity, array  # held, so that its identity is not used twice
        return self.constants[key][0]

    def add(self, kind: str, value: Value) -> int:
        self.nodes.append(GraphNode(len(self.nodes), kind, (value,)))
        return len(self.nodes) - 1

    def results(self, node: Node) -> tuple[Value, ...]:
        if not isinstance(node.dtype, tuple):
            return (self.known.value((node, 0), node.shape, node.dtype),)
        return tuple(
            self.known.value((node, index), shape, dtype)
            for index, (shape, dtype) in enumerate(zip(node.shape, node.dtype, strict=True))
        )

    def line(self, node: Node) -> str:
        """Return where a node was recorded; each line is looked up once."""
        position = (node.code, node.offset)
        if position not in self.lines:
            self.lines[position] = describe(*position)
        return self.lines[position]


def _arguments(node: Node) -> Iterator[tuple[str, Any]]:
    """Yield the keyword arguments of a call, except those at their defaults.

    Of a named tuple (the geometry of a window) each field is an argument of its own, and those
    that change nothing are left out: strides and dilations of 1, padding of 0.
    """
    defaults = node.primitive.defaults
    for name, value in node.attributes.items():
        if name == "steps":  # the way to the view that was written through
            yield from _way(value)
        elif hasattr(value, "_asdict"):
            yield from ((n, v) for n, v in value._asdict().items() if not _neutral(n, v))
        elif name not in defaults or not _same(value, defaults[name]):
            yield name, value


def _way(steps: Any) -> Iterator[tuple[str, Any]]:
    """Yield how a view was made: the indices, and the names of what is no indexing."""
    path = []
    while steps is not None:
        steps, step = steps
        path.append(step)
    for function, _, attributes in reversed(path):
        if "index" in attributes:
            yield "index", attributes["index"]
        else:
            yield "through", getattr(getattr(function, "primitive", None), "name", "a part")


# What windows do if nobody asks for more.
_NEUTRAL = {"stride": 1, "dilation": 1, "groups": 1, "padding": 0, "low": 0}


def _neutral(name: str, value: Any) -> bool:
    return name in _NEUTRAL and bool(np.all(np.equal(value, _NEUTRAL[name])))


def _rules(node: Node) -> Iterator[tuple[str, str]]:
    """Yield the derivative rules that backward would apply."""
    written = formulas(node.primitive)
    names = [name for name in records.receiving_operands(node) if name in written]
    if node.primitive.joint and len({written[name] for name in names}) == 1:
        yield ", ".join(names), written[names[0]]  # one text for all of them
        return
    for name in names:
        yield name, written[name]


def _same(value: Any, default: Any) -> bool:
    try:
        return value is default or bool(type(value) is type(default) and value == default)
    except ValueError:  # arrays, which are never defaults, have no single truth
        return False
