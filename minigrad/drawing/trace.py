"""A backward pass told step by step, as the engine really goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import numpy as np

from ..autograd.engine import Sweep
from ..autograd.functional import output_gradients
from ..autograd.node import Node, Output
from ..autograd.traced import Traced
from ..backend.arrays import as_array, is_array, to_host
from . import records
from .formulas import formulas
from .graph import Graph, GraphNode, build
from .labels import array_text

__all__ = ["Contribution", "Recorder", "Step", "copied", "node_at", "trace_backward"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Contribution:
    """The gradient that a step sends to one operand.

    Attributes:
        operand: the operation's parameter that the operand was given for.
        formula: the derivative rule, as text.
        target: the id, in ``graph_of``, of the node that the gradient goes to.
        to: that node in words: the name of a leaf, or an operation.
        gradient: what the rule returned, before the engine fits it to the operand's shape.
        accumulated: the sum of all that has arrived at the target so far, this included.
        late: whether it came after the target's turn, and so is lost: never in a true pass.
    """

    operand: str
    formula: str
    target: int
    to: str
    gradient: Array
    accumulated: Array
    late: bool = False


@dataclass(frozen=True)
class Step:
    """One operation's turn in a backward pass.

    Attributes:
        id: the operation's id in ``graph_of`` of the same tensor.
        name: its name as a node: ``MulBackward``.
        where: the user's line that recorded it.
        shape: that of its result; a tuple of shapes if it has several.
        incoming: the gradient of the result; for several results a tuple, None where nothing came.
        saved: the values that its rules were called with, by name.
        contributions: the gradients that went out, in order.
        waiting: ids of the operations whose turn is still to come, the next one first.
    """

    id: int
    name: str
    where: str
    shape: Any
    incoming: Any
    saved: dict[str, Any]
    contributions: list[Contribution] = field(default_factory=list)
    waiting: tuple[int, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.name}  {self.shape}  {self.where}", f"    arrives  {_text(self.incoming)}"]
        lines += [f"    saved    {name} = {_text(value)}" for name, value in self.saved.items()]
        for sent in self.contributions:
            shape = sent.accumulated.shape
            lines.append(f"    d{sent.operand} = {sent.formula} = {_text(sent.gradient)}")
            summed = "" if shape == sent.gradient.shape else f", summed to shape {shape}"
            lines.append(f"        to {sent.to}{summed}: {_text(sent.accumulated)} there now")
        return "\n".join(lines)


def trace_backward(
    tensor: Any, gradient: Any = None, *, retain_graph: bool = False, names: Any = None
) -> list[Step]:
    """Run backward from a tensor as ``tensor.backward(gradient)`` does, and return its steps.

    The steps come in the engine's own order: the youngest operation first, so that all that flows
    into an operation has arrived when its turn comes. Leaves receive their gradients at the end,
    as in any backward pass. Arrays in the steps are copies.

    Args:
        tensor: where to start.
        gradient: its gradient; may be omitted for a single element.
        retain_graph: keep saved tensors for another pass.
        names: a mapping of names to tensors, as for ``draw_graph``.

    Raises:
        RuntimeError: as ``Tensor.backward``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.tensor(3.0, requires_grad=True)
        >>> (step,) = trace_backward(x * x, names={"x": x})
        >>> [(sent.formula, float(sent.gradient), sent.to) for sent in step.contributions]
        [('g * y', 3.0, 'x'), ('g * x', 3.0, 'x')]
        >>> float(step.contributions[1].accumulated)
        6.0
    """
    roots = [tensor]
    gradients = output_gradients(roots, None if gradient is None else [gradient])
    graph, ids = build(tensor, names)
    sweep = Recorder(tensor._result_class, retain_graph, graph, ids)
    with sweep:
        sweep.start(roots, gradients)
        sweep.run()
        sweep.accumulate(sweep.gradients.items())
    return sweep.steps


class Recorder(Sweep):
    """A backward pass that notes what it does."""

    def __init__(
        self, kind: type[Traced], retain_graph: bool, graph: Graph, ids: dict[Any, int]
    ) -> None:
        super().__init__(kind, retain_graph, create_graph=False)
        self.graph = graph
        self.ids = ids
        self.steps: list[Step] = []
        self.sent: Iterator[tuple[str, str]] = iter(())  # operands and formulas to be delivered

    def differentiate(self, node: Node, gradient: Any) -> Sequence[Any]:
        """Note a node's turn, before its saved values are freed."""
        step = Step(
            id=self.ids[node],
            name=node.name(),
            where=node.where(),
            shape=node.shape,
            incoming=copied(tuple(gradient) if isinstance(gradient, list) else gradient),
            saved={name: copied(value) for name, value in records.saved_values(node)},
            waiting=self.waiting(),
        )
        found = super().differentiate(node, gradient)
        self.steps.append(step)
        rules = formulas(node.primitive)
        parameters = node.primitive.operands * (len(found) if node.primitive.variadic else 1)
        self.sent = iter(
            [
                (operand, rules.get(parameter, ""))
                for operand, parameter, result in zip(
                    records.operand_names(node), parameters, found
                )
                if result is not None
            ]
        )
        return found

    def waiting(self) -> tuple[int, ...]:
        """Return the ids of the operations in the queue, the next one first."""
        places = (place for _, place in sorted(self.queue, key=itemgetter(0)))
        return tuple(dict.fromkeys(self.ids[node_at(place)] for place in places))

    def deliver(self, place: Any, gradient: Any) -> None:
        """Note a gradient's way to an operand, and what is there once it has arrived."""
        super().deliver(place, gradient)
        self.note(place, gradient, self.gradients[place])

    def note(self, place: Any, gradient: Any, accumulated: Any, late: bool = False) -> None:
        """Note that a gradient was sent to an operand."""
        sent = next(self.sent, None)
        if sent is not None:  # None for the gradients that a pass starts from
            target = self.ids[node_at(place)]
            self.steps[-1].contributions.append(
                Contribution(
                    *sent,
                    target=target,
                    to=_words(self.graph.nodes[target]),
                    gradient=copied(gradient),
                    accumulated=copied(accumulated),
                    late=late,
                )
            )


def node_at(place: Any) -> Any:
    """Return the recorded node (or the leaf) of a place."""
    return place.node if isinstance(place, Output) else place


def _words(node: GraphNode) -> str:
    return node.values[0].name or node.operation or f"leaf {node.id}"


def copied(value: Any) -> Any:
    """Return arrays as copies in the host's memory, in tuples too; anything else as it is."""
    if isinstance(value, tuple):
        return tuple(map(copied, value))
    return np.array(to_host(as_array(value))) if is_array(value) else value


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_text, value))}{',' if len(value) == 1 else ''})"
    return array_text(value) if is_array(value) else str(value)
