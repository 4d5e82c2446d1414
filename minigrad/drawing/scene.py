"""What a picture shows, whatever it is written in: boxes with lines of text, and arrows.

Between the graph and its pictures stands the scene. It knows what is said, and nothing of DOT, SVG,
Mermaid or plain text, which only write it down.
"""

from __future__ import annotations

from dataclasses import dataclass

from .graph import Graph
from .labels import WARNING, Show, edge_label, node_label

__all__ = ["Arrow", "Mark", "Scene", "scene_of"]


@dataclass(frozen=True)
class Mark:
    """A node as it is shown.

    Attributes:
        id: the node's id in the graph.
        kind: the node's kind: "leaf", "input", "constant" or "operation".
        lines: its text, the title first.
        is_output: whether the graph was asked for from here.
    """

    id: int
    kind: str
    lines: tuple[str, ...]
    is_output: bool = False

    @property
    def alarms(self) -> bool:
        """Whether it holds NaN or infinity."""
        return any(line.startswith(WARNING) for line in self.lines)


@dataclass(frozen=True)
class Arrow:
    """An edge as it is shown: ids of marks, and what stands beside the line."""

    source: int
    target: int
    label: str = ""


@dataclass(frozen=True)
class Scene:
    """All that a picture shows: marks in topological order, arrows, the arrows' direction."""

    marks: tuple[Mark, ...]
    arrows: tuple[Arrow, ...]
    rankdir: str = "LR"


def scene_of(graph: Graph, show: Show, rankdir: str = "LR") -> Scene:
    """Return what to show of a graph."""
    return Scene(
        tuple(Mark(n.id, n.kind, tuple(node_label(n, show)), n.is_output) for n in graph.nodes),
        tuple(Arrow(e.source, e.target, edge_label(e, graph)) for e in graph.edges),
        rankdir,
    )
