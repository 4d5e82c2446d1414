"""What a picture shows, whatever it is written in: boxes with lines of text, and arrows.

Between the graph and its pictures stands the scene. It knows what is said, and nothing of DOT, SVG,
Mermaid or plain text, which only write it down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .folding import Fold, Folding
from .graph import Edge, Graph, GraphNode
from .labels import WARNING, Show, edge_label, node_label, stretched_edges
from .modules import Call, enclosing

__all__ = ["Arrow", "Group", "Mark", "Scene", "outline", "scene_of"]


@dataclass(frozen=True)
class Mark:
    """A node as it is shown.

    Attributes:
        id: the node's id in the graph; of a fold, that of its first node.
        kind: the node's kind ("leaf", "input", "constant" or "operation"), "module" for one that
            is closed, or "fold".
        lines: its text, the title first.
        is_output: whether the graph was asked for from here.
        group: the id of the group that it stands in.
    """

    id: int
    kind: str
    lines: tuple[str, ...]
    is_output: bool = False
    group: int | None = None

    @property
    def alarms(self) -> bool:
        """Whether it holds NaN or infinity."""
        return any(line.startswith(WARNING) for line in self.lines)


@dataclass(frozen=True)
class Arrow:
    """An edge as it is shown: ids of marks, and what stands beside the line.

    Attributes:
        backward: whether it shows a gradient, which flows from ``target`` to ``source``.
    """

    source: int
    target: int
    label: str = ""
    backward: bool = False


@dataclass(frozen=True)
class Group:
    """An open module: its title, and the group that it stands in."""

    id: int
    title: str
    parent: int | None


@dataclass(frozen=True)
class Scene:
    """All that a picture shows: marks and groups in topological order, arrows, and notes."""

    marks: tuple[Mark, ...]
    arrows: tuple[Arrow, ...]
    rankdir: str = "LR"
    groups: tuple[Group, ...] = ()
    notes: tuple[str, ...] = ()


def scene_of(
    graph: Graph,
    show: Show,
    rankdir: str = "LR",
    view: str = "forward",
    *,
    folding: Folding | None = None,
    owner: Sequence[int | None] = (),
    calls: Sequence[Call] = (),
) -> Scene:
    """Return what to show of a graph.

    Args:
        graph: the graph.
        show: what its nodes say.
        rankdir: direction from the leaves to the outputs.
        view: "forward" shows values on their way, "backward" gradients on theirs, "both" both.
        folding: what is drawn as one box.
        owner: for each node the call that it belongs to.
        calls: the calls of modules, which become groups.
    """
    folding = folding or Folding([None] * len(graph.nodes))
    seen = _receivers(graph) if view == "backward" else set(range(len(graph.nodes)))
    writer = _Writer(graph, show, folding, owner or [None] * len(graph.nodes), calls)
    marks = tuple(writer.marks(seen))
    arrows = dict.fromkeys(writer.arrows(seen, view))
    used = {mark.group for mark in marks if mark.group is not None}
    for call in reversed(range(len(calls))):  # parents come before their parts
        parent = calls[call].parent
        if call in used and parent is not None:
            used.add(parent)
    groups = tuple(Group(call, calls[call].title, calls[call].parent) for call in sorted(used))
    return Scene(marks, tuple(arrows), rankdir, groups, tuple(folding.notes))


def outline(scene: Scene) -> Iterator[tuple[int, Mark | Group | None]]:
    """Yield (depth, mark or group), a group before what stands in it; None where it ends.

    The marks of a group come together, where the first of them stands.
    """
    groups = {group.id: group for group in scene.groups}
    paths = [_path(mark, groups) for mark in scene.marks]
    first: dict[Group, int] = {}
    keys = [
        [*(first.setdefault(group, place) for group in path), place]
        for place, path in enumerate(paths)
    ]
    opened: list[Group] = []
    for place in sorted(range(len(keys)), key=keys.__getitem__):
        while opened != paths[place][: len(opened)]:
            opened.pop()
            yield len(opened), None
        for group in paths[place][len(opened) :]:
            yield len(opened), group
            opened.append(group)
        yield len(opened), scene.marks[place]
    while opened:
        opened.pop()
        yield len(opened), None


def _path(mark: Mark, groups: dict[int, Group]) -> list[Group]:
    """Return the groups that a mark stands in, the outermost first."""
    path, group = [], mark.group
    while group is not None:
        path.append(groups[group])
        group = groups[group].parent
    return path[::-1]


class _Writer:
    """Writes down the marks and arrows of a folded graph."""

    def __init__(
        self,
        graph: Graph,
        show: Show,
        folding: Folding,
        owner: Sequence[int | None],
        calls: Sequence[Call],
    ) -> None:
        self.graph, self.show, self.folding = graph, show, folding
        self.owner, self.calls = owner, calls
        self.members: list[list[int]] = [[] for _ in folding.folds]
        for identity, part in enumerate(folding.part):
            if part is not None:
                self.members[part].append(identity)

    def mark_of(self, identity: int) -> int:
        """Return the id of the mark that shows a node."""
        part = self.folding.part[identity]
        return identity if part is None else self.members[part][0]

    def marks(self, seen: set[int]) -> Iterator[Mark]:
        """Yield the marks in topological order: a fold where its first operation stands.

        A leaf stands before the first mark that uses it.
        """
        order: dict[int, tuple[int, int, int]] = {}
        for identity, part in enumerate(self.folding.part):
            if part is None:
                order[identity] = (identity, 1, identity)
            else:
                first = self.folding.folds[part].operations[:1]
                order[self.members[part][0]] = (first[0] if first else -1, 1, identity)
        for edge in reversed(self.graph.edges):
            source, target = self.mark_of(edge.source), self.mark_of(edge.target)
            alone = self.folding.part[source] is None
            if alone and self.graph.nodes[source].kind != "operation":
                order[source] = min(order[source], (order[target][0], 0, source))
        for identity in sorted(order, key=order.__getitem__):
            part = self.folding.part[identity]
            if identity in seen or part is not None:
                yield self.node(identity) if part is None else self.fold(part)

    def node(self, identity: int) -> Mark:
        """Return the mark of a node."""
        node = self.graph.nodes[identity]
        lines = tuple(node_label(node, self.show))
        return Mark(identity, node.kind, lines, node.is_output, self.owner[identity])

    def fold(self, part: int) -> Mark:
        """Return the mark of a fold: it stands in the group that all of it belongs to."""
        found: Fold = self.folding.folds[part]
        members = self.members[part]
        group = self.owner[members[0]]
        for identity in members[1:]:
            group = enclosing(group, self.owner[identity], self.calls)
        if (
            found.kind == "module"
            and group is not None
            and found.lines[0] == self.calls[group].title
        ):
            group = self.calls[group].parent
        is_output = any(self.graph.nodes[identity].is_output for identity in members)
        return Mark(members[0], found.kind, tuple(found.lines), is_output, group)

    def arrows(self, seen: set[int], view: str) -> Iterator[Arrow]:
        """Yield the arrows; those between the same folds are alike."""
        stretched = stretched_edges(self.graph)
        for number, edge in enumerate(self.graph.edges):
            source, target = self.mark_of(edge.source), self.mark_of(edge.target)
            if source == target or edge.source not in seen:
                continue
            folded = self.folding.part[edge.target] is not None
            if view != "backward":
                label = " ".join([edge_label(edge, self.graph), *stretched.get(number, [])])
                yield Arrow(source, target, "" if folded else label.strip())
            if view != "forward" and _receives(self.graph, edge):
                yield Arrow(source, target, "" if folded else f"d{edge.operand}", backward=True)


def _receivers(graph: Graph) -> set[int]:
    """Return the nodes that gradients reach."""
    return {node.id for node in graph.nodes if node.kind in ("leaf", "operation")}


def _receives(graph: Graph, edge: Edge) -> bool:
    """Return True if a gradient flows back on an edge."""
    source, target = graph.nodes[edge.source], graph.nodes[edge.target]
    if source.kind not in ("leaf", "operation") or not target.rules:
        return False
    return edge.operand.startswith("[") or edge.operand in _ruled(target)


def _ruled(node: GraphNode) -> set[str]:
    return {name for operands, _ in node.rules for name in operands.split(", ")}
