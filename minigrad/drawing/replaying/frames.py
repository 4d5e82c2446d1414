"""What a page says at each step, as HTML: the same words with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..graph import Graph
from ..labels import Show, node_label
from ..trace import Contribution
from .numbers import answers, numbers, text
from .orders import Pass, Replay

__all__ = ["Frame", "frames"]


@dataclass
class Frame:
    """One picture of a replay.

    Attributes:
        html: what it says.
        title: in a few words, for screen readers.
        node: the id of the node whose turn it is; None before and after the pass.
        edges: the numbers of the edges on which gradients flow.
        queue: ids of the operations in the queue, the next one first.
        asked: for each gradient that goes out what a quiz takes for right: its numbers, or its
            shape.
    """

    html: str
    title: str
    node: int | None = None
    edges: list[int] = field(default_factory=list)
    queue: list[int] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)


def frames(replay: Replay, order: str) -> list[Frame]:
    """Return the frames of a pass: before it, one for each step, and the leaves after it."""
    told = replay.true if order == "true" else replay.wrong
    teller = _Teller(replay, told)
    return [
        teller.beginning(),
        *(teller.frame(number) for number in range(len(told.steps))),
        teller.end(),
    ]


class _Teller:
    """Tells a pass; of the wrong one also what would have been right."""

    def __init__(self, replay: Replay, told: Pass) -> None:
        self.replay, self.told = replay, told
        self.order = "" if told is replay.true else " (wrong order)"
        self.right = {step.id: step for step in replay.true.steps}
        self.names = [_name(replay.graph, node.id) for node in replay.graph.nodes]
        self.edges = {
            (edge.source, edge.target, edge.operand): number
            for number, edge in enumerate(replay.graph.edges)
        }
        self.arrived: dict[tuple[int, int], Any] = {}  # the last sum noted at each place

    def queue(self, number: int) -> list[int]:
        """Return the queue before a step, that step's operation first."""
        if number >= len(self.told.steps):
            return []
        step = self.told.steps[number]
        return [step.id, *step.waiting]

    def beginning(self) -> Frame:
        """Return what is to be seen before the first step."""
        root = self.replay.root
        html = (
            f"<h2>Before the first step{self.order}</h2>"
            f"<p>The pass starts at {self.name(root)}, with this gradient:</p>"
            f"{numbers(self.replay.gradient)}{self.queue_html(0)}"
        )
        return Frame(html, f"Before the first step{self.order}", root, [], self.queue(0))

    def frame(self, number: int) -> Frame:
        """Return what is to be seen at a step."""
        step = self.told.steps[number]
        title = f"Step {number + 1} of {len(self.told.steps)}: {step.name}{self.order}"
        right = self.right.get(step.id)
        place = step.where.replace("\\", "/").rpartition("/")[2]
        parts = [
            f"<h2>{text(title)}</h2>",
            f'<p class="where">{self.name(step.id)}, recorded at {text(place)}</p>',
            '<div class="step"><div><h3>Arrives</h3>',
            _beside(step.incoming, None if right is None else right.incoming),
        ]
        if step.saved:
            parts.append("<h3>Saved by the forward pass</h3><dl>")
            parts += [f"<dt>{text(n)}</dt><dd>{numbers(v)}</dd>" for n, v in step.saved.items()]
            parts.append("</dl>")
        parts.append("</div><div><h3>Goes out</h3>")
        edges, asked = [], []
        for position, sent in enumerate(step.contributions):
            parts += self.contribution(sent, step.id, position)
            edges.append(self.edge(sent, step.id))
            known = answers(sent.gradient)
            asked.append({"shape": sent.gradient.shape} if known is None else {"numbers": known})
        parts.append(f"{self.queue_html(number + 1)}</div></div>")
        return Frame("".join(parts), title, step.id, edges, self.queue(number + 1), asked)

    def edge(self, sent: Contribution, identity: int) -> int:
        """Return the number of the edge that a gradient goes back on."""
        return self.edges[sent.target, identity, sent.operand]

    def contribution(self, sent: Contribution, identity: int, position: int) -> Iterator[str]:
        """Yield one gradient that a step sends: its rule, its numbers, and where it goes."""
        rule = f"d{sent.operand} = {sent.formula}" if sent.formula else f"d{sent.operand}"
        known = answers(sent.gradient)
        asked = "What is "
        if known is None:
            asked += "the shape of "
        elif len(known) > 1:
            asked = f"What are the {len(known)} numbers of "
        yield f'<section class="sent" data-sent="{position}"><h4><code>{text(rule)}</code></h4>'
        yield (
            f'<form class="quiz"><label>{asked}d{text(sent.operand)}? '
            '<input type="text" autocomplete="off" spellcheck="false"></label> '
            '<button type="submit">Check</button> <button type="button">Show</button>'
            '<p role="status"></p></form><div class="answer">'
        )
        right = self.right.get(identity)
        same = None if right is None else right.contributions[position].gradient
        yield _beside(sent.gradient, same)
        edge = self.replay.graph.edges[self.edge(sent, identity)]
        yield self.arrival(sent, edge.result)
        yield "</div></section>"

    def arrival(self, sent: Contribution, result: int) -> str:
        """Return what becomes of a gradient where it goes."""
        target = self.name(sent.target)
        if sent.late:
            return (
                f'<p class="wrong">✗ {target} has had its turn already: this comes too late and is '
                "lost.</p>"
            )
        place = sent.target, result  # of several results each has a sum of its own
        before = self.arrived.get(place)
        self.arrived[place] = sent.accumulated
        shape = sent.accumulated.shape
        fitted = (
            ""
            if shape == sent.gradient.shape
            else f", summed to the shape {text(shape)} of what was broadcast"
        )
        if before is None:
            first = numbers(sent.accumulated) if fitted else ""
            return f"<p>→ goes to {target}{fitted}: the first to arrive there.</p>{first}"
        added = sent.accumulated - before if fitted else sent.gradient
        return (
            f'<p>→ goes to {target}{fitted}, and is added to what is there:</p><div class="sum">'
            f"{numbers(before)}<span>+</span>{numbers(added)}<span>=</span>"
            f"{numbers(sent.accumulated)}</div>"
        )

    def end(self) -> Frame:
        """Return what the leaves have received."""
        rows = []
        for leaf, arrived in self.told.leaves.items():
            right = self.replay.true.leaves.get(leaf)
            rows.append(f"<dt>{self.name(leaf)}</dt><dd>{_beside(arrived, right)}</dd>")
        if self.told is self.replay.true:
            words = "Only now the leaves add what arrived to their <code>.grad</code>:"
        elif self.told.loses:
            words = (
                "Gradients came too late and were lost. Had the youngest operation gone first, "
                "each would have had its whole gradient before its turn: every operation is "
                "younger than what it uses, so nothing that is still to come can flow into it."
            )
        else:
            words = "Here nothing came too late."
        html = f"<h2>After the last step{self.order}</h2><p>{words}</p><dl>{''.join(rows)}</dl>"
        return Frame(html, f"After the last step{self.order}")

    def queue_html(self, number: int) -> str:
        """Return the queue before a step."""
        waiting = self.queue(number)
        if not waiting:
            return '<h3>Queue</h3><p class="queue">empty: the pass is over</p>'
        items = "".join(f"<li>{self.name(identity)}</li>" for identity in waiting)
        rule = "youngest" if self.told is self.replay.true else "oldest"
        return f'<h3>Queue</h3><p>The {rule} goes next:</p><ol class="queue">{items}</ol>'

    def name(self, identity: int) -> str:
        """Return a node's name and number."""
        return f'<b class="name">{text(self.names[identity])}</b> <small>#{identity}</small>'


def _name(graph: Graph, identity: int) -> str:
    return node_label(graph.nodes[identity], Show("none"))[0]


def _beside(found: Any, right: Any) -> str:
    """Return numbers; if they are wrong, marked as such with the right ones beside."""
    if right is None or _alike(found, right):
        return numbers(found)
    return (
        f'<div class="sum"><div class="wrong">✗ {numbers(found)}</div>'
        f"<span>instead of</span>{numbers(right)}</div>"
    )


def _alike(found: Any, right: Any) -> bool:
    if isinstance(found, tuple):
        return all(_alike(f, r) for f, r in zip(found, right, strict=True))
    if found is None or right is None:
        return found is right
    return bool(np.array_equal(found, right, equal_nan=found.dtype.kind in "fc"))
