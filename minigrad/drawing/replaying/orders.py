"""The same backward pass twice: in the engine's order, and in one that looks as good and is wrong.

The engine takes the youngest of the operations that a gradient has reached. The wrong pass takes
the oldest. Where a value is used twice, its operation then has its turn when only a part of its
gradient has arrived; what comes later is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np

from ...autograd.functional import output_gradients
from ...autograd.modes import enable_grad
from ...autograd.node import Output
from ...autograd.traced import Traced
from ...ops import exp
from ..graph import Graph, build
from ..trace import Array, Recorder, Step, copied, node_at

__all__ = ["Pass", "Replay", "diamond", "replayed"]


@dataclass(frozen=True)
class Pass:
    """The steps of a pass, and what arrived at the leaves, by their ids in the graph."""

    steps: list[Step]
    leaves: dict[int, Array]

    @property
    def loses(self) -> bool:
        """Whether a gradient came too late."""
        return any(sent.late for step in self.steps for sent in step.contributions)


@dataclass(frozen=True)
class Replay:
    """A graph, the gradient that a pass starts from, and the pass in both orders."""

    graph: Graph
    root: int
    gradient: Array
    true: Pass
    wrong: Pass


def replayed(tensor: Any, gradient: Any, retain_graph: bool, names: Any, most: int) -> Replay:
    """Run backward from a tensor, and note the pass in both orders.

    The wrong pass comes first: it changes nothing, and the true one may free the graph.

    Raises:
        RuntimeError: as ``Tensor.backward``.
        ValueError: if the graph has more than ``most`` operations.
    """
    roots = [tensor]
    gradients = output_gradients(roots, None if gradient is None else [gradient])
    graph, ids = build(tensor, names)
    operations = sum(node.kind == "operation" for node in graph.nodes)
    if operations > most:
        raise ValueError(
            f"the graph has {operations:,} operations, more than max_steps={most:,}: replay a "
            "smaller model, or pass a larger max_steps if the page may be that long"
        )
    passes = []
    kinds: tuple[type[Recorder], ...] = (_OldestFirst, Recorder)
    for kind in kinds:
        retain = retain_graph or kind is _OldestFirst
        sweep = kind(tensor._result_class, retain, graph, ids)
        with sweep:
            sweep.start(roots, gradients)
            sweep.run()
            arrived = {ids[p]: copied(g) for p, g in sweep.gradients.items()}
            if kind is Recorder:
                sweep.accumulate(sweep.gradients.items())
        passes.append(Pass(sweep.steps, arrived))
    wrong, true = passes
    root = ids[node_at(sweep.roots[0])]
    return Replay(graph, root, copied(gradients[0]._array), true, wrong)


def diamond(kind: type[Traced]) -> Replay:
    """Return the replay of a small graph in which the order matters: a value used twice."""
    x = kind._wrap(np.array(0.5))
    x._requires_grad = True
    with enable_grad():
        h = exp(x)
        y = h * x + h
    return replayed(y, None, False, {"x": x, "h": h, "y": y}, 3)


class _OldestFirst(Recorder):
    """A pass in creation order instead of its reverse. Hooks are left to the true pass."""

    def run(self) -> None:
        """Process the nodes, the oldest first, each as soon as anything has reached it."""
        while self.queue:
            entry = max(self.queue, key=itemgetter(0))  # of the negative numbers
            self.queue.remove(entry)
            place = entry[1]
            gradient = self.gradients.pop(place)
            if isinstance(place, Output):
                if place.node not in self.done:
                    self.collect(place, gradient)
                continue
            self.done.add(place)
            for parent, found in zip(place.parents, self.differentiate(place, gradient)):
                if found is not None:
                    self.deliver(parent, found)

    def start(self, roots: Any, gradients: Any) -> None:
        """Deliver the gradient that the pass starts from."""
        self.done: set[Any] = set()
        super().start(roots, gradients)

    def waiting(self) -> tuple[int, ...]:
        """Return the ids of the operations in the queue, the next one first."""
        return super().waiting()[::-1]

    def deliver(self, place: Any, gradient: Any) -> None:
        """Deliver a gradient, unless its operation has had its turn."""
        if node_at(place) in self.done:
            self.note(place, gradient, gradient, late=True)
        else:
            super().deliver(place, gradient)
