"""What becomes one box where a graph is too large to be drawn: closed modules, repeats, stretches.

A fold is always a run of operations that follow each other in creation order, with the leaves that
nothing else uses. An operation is younger than what it uses, so folds make no circles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from .graph import Graph
from .labels import argument_text, shortened
from .modules import Call

__all__ = ["Fold", "Folding", "fold"]

_LONGEST = 512  # operations of a block that is looked for
_NEAR = 8  # operands that come from farther back count as equal


@dataclass
class Fold:
    """Nodes that are drawn as one: their operations' ids, what the box says, a module's call."""

    operations: list[int]
    lines: list[str]
    call: int | None = None

    @property
    def kind(self) -> str:
        """Return "module" for a closed module, else "fold"."""
        return "fold" if self.call is None else "module"


@dataclass
class Folding:
    """Which fold each node is part of, the folds, and what a reader must be told."""

    part: list[int | None]
    folds: list[Fold] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def fold(
    graph: Graph,
    owner: Sequence[int | None],
    calls: Sequence[Call],
    depth: int | None,
    budget: int | None,
) -> Folding:
    """Return what to fold so that at most ``budget`` boxes are left.

    Modules deeper than ``depth`` are always closed. Over budget, blocks that repeat are folded;
    then modules are closed, the deepest first; then any operations that follow each other.
    """
    deepest = max((call.depth for call in calls), default=-1)
    first = deepest + 1 if depth is None else depth
    made = Folding([None] * len(graph.nodes))
    if depth is not None:
        made = _folded(graph, owner, calls, first, repeats=False)
    if budget is None or _boxes(graph, made) <= budget:
        return made
    for level in range(first, 0, -1):
        made = _folded(graph, owner, calls, level, repeats=True)
        if _boxes(graph, made) <= budget:
            break
    else:
        made = _folded(graph, owner, calls, min(first, 1), repeats=True)
        if _boxes(graph, made) > budget:
            made = _stretched(graph, made, budget)
    hidden = sum(len(one.operations) for one in made.folds if one.kind == "fold")
    boxes = sum(one.kind == "fold" for one in made.folds)
    closed = sum(one.kind == "module" for one in made.folds)
    words = [f"{hidden:,} operations in {boxes:,} {'box' if boxes == 1 else 'boxes'}"]
    words = words * bool(boxes) + [f"{closed:,} modules closed"] * bool(closed)
    made.notes.append(
        f"Folded to at most {budget:,} boxes: {', '.join(words)}. max_nodes=None shows all."
    )
    return made


# --- closed modules, and repeats ------------------------------------------------------------------


@dataclass(frozen=True)
class _Unit:
    """An operation, or all operations of a closed module; and what makes two of them alike."""

    operations: tuple[int, ...]
    alike: tuple[object, ...]
    call: int | None = None


def _folded(
    graph: Graph, owner: Sequence[int | None], calls: Sequence[Call], depth: int, repeats: bool
) -> Folding:
    units = list(_units(graph, owner, calls, depth))
    taken = _repeats(units) if repeats else []
    made = Folding([None] * len(graph.nodes))
    hidden: set[int] = set()
    for start, end, period in taken:
        inside = [identity for unit in units[start:end] for identity in unit.operations]
        times = (end - start) // period
        more = f"the same {times} more time{'s' if times > 1 else ''}"
        _add(made, Fold(inside, [more, *_summary(graph, inside)]))
        hidden.update(range(start, end))
    for position, unit in enumerate(units):
        if unit.call is not None and position not in hidden:
            inside = list(unit.operations)
            shapes = [str(value.shape) for value in graph.nodes[inside[-1]].values]
            lines = [calls[unit.call].title, *_summary(graph, inside), "→ " + ", ".join(shapes)]
            _add(made, Fold(inside, lines, unit.call))
    _leaves(graph, made)
    return made


def _add(made: Folding, one: Fold) -> None:
    for identity in one.operations:
        made.part[identity] = len(made.folds)
    made.folds.append(one)


def _summary(graph: Graph, operations: Sequence[int]) -> Iterator[str]:
    counts = Counter(str(graph.nodes[identity].operation) for identity in operations)
    parts = [name if count == 1 else f"{count} {name}" for name, count in counts.items()]
    yield shortened(", ".join(parts))
    yield f"{len(operations):,} operation{'s' if len(operations) > 1 else ''}"


def _units(
    graph: Graph, owner: Sequence[int | None], calls: Sequence[Call], depth: int
) -> Iterator[_Unit]:
    operations = [node.id for node in graph.nodes if node.kind == "operation"]
    place = {identity: position for position, identity in enumerate(operations)}
    operands: dict[int, list[object]] = {identity: [] for identity in operations}
    for edge in graph.edges:
        source = graph.nodes[edge.source]
        near: object = str(source.values[edge.result].shape), source.kind
        if source.kind == "operation":
            near = min(place[edge.target] - place[edge.source], _NEAR)
        operands[edge.target].append((edge.operand, near))
    group: list[int] = []
    alike: list[object] = []
    inside: int | None = None
    for identity in operations:
        call = _closed(owner[identity], calls, depth)
        if group and (call is None or call != inside):
            yield _Unit(tuple(group), tuple(alike), inside)
            group, alike = [], []
        inside = call
        group.append(identity)
        alike += [*_signature(graph, identity), *operands[identity]]
    if group:
        yield _Unit(tuple(group), tuple(alike), inside)


def _closed(call: int | None, calls: Sequence[Call], depth: int) -> int | None:
    """Return the call at a depth that a call is part of: the one to be closed."""
    while call is not None and calls[call].depth > depth:
        call = calls[call].parent
    return call if call is not None and calls[call].depth == depth else None


def _signature(graph: Graph, identity: int) -> Iterator[object]:
    node = graph.nodes[identity]
    yield node.operation
    yield tuple((value.shape, value.dtype) for value in node.values)
    yield tuple((name, argument_text(value)) for name, value in (*node.arguments, *node.operands))


def _repeats(units: Sequence[_Unit]) -> list[tuple[int, int, int]]:
    """Return (start, end, period) of runs that repeat what stands before them, longest first."""
    codes: dict[object, int] = {}
    sequence = np.array([codes.setdefault(unit.alike, len(codes)) for unit in units])
    found = []
    for period in range(1, min(len(units) // 2, _LONGEST) + 1):
        same = np.concatenate(([False], sequence[period:] == sequence[:-period], [False]))
        starts, ends = np.flatnonzero(np.diff(same.astype(np.int8))).reshape(-1, 2).T
        lengths = (ends - starts) // period * period
        long = lengths >= max(period, 2)
        pairs = zip(starts[long].tolist(), lengths[long].tolist(), strict=True)
        found += [(-length, period, start + period) for start, length in pairs]
    taken = bytearray(len(units))
    chosen = []
    for length, period, start in sorted(found):
        end = start - length
        if not any(taken[start - period : end]):
            taken[start - period : end] = b"\1" * (end - start + period)
            chosen.append((start, end, period))
    return sorted(chosen)


# --- the last resort --------------------------------------------------------------------------


def _stretched(graph: Graph, made: Folding, budget: int) -> Folding:
    """Fold stretches of equal length, and all leaves that several of them use."""
    operations = [node.id for node in graph.nodes if node.kind == "operation"]
    size = -(-len(operations) // max(budget // 8, 1))  # few: between many all is joined to all
    found = Folding([None] * len(graph.nodes))
    for start in range(0, len(operations), size):
        inside = operations[start : start + size]
        _add(found, Fold(inside, [f"stretch {start // size + 1}", *_summary(graph, inside)]))
    _leaves(graph, found)
    rest = [n.id for n in graph.nodes if n.kind != "operation" and found.part[n.id] is None]
    if len(rest) > budget // 8:
        for identity in rest:
            found.part[identity] = len(found.folds)
        found.folds.append(Fold([], [f"{len(rest):,} leaves", "used by several stretches"]))
    return found


def _leaves(graph: Graph, made: Folding) -> None:
    """Make the leaves that a single fold uses part of it, and count them there."""
    users: dict[int, set[int | None]] = {}
    for edge in graph.edges:
        if graph.nodes[edge.source].kind != "operation":
            users.setdefault(edge.source, set()).add(made.part[edge.target])
    count: Counter[int] = Counter()
    numbers: Counter[int] = Counter()
    for leaf, parts in users.items():
        (part,) = parts if len(parts) == 1 else (None,)
        node = graph.nodes[leaf]
        if part is not None and node.kind != "input" and not node.is_output:
            made.part[leaf] = part
            count[part] += 1
            numbers[part] += int(np.prod(node.values[0].shape, dtype=int))
    for part in sorted(count):
        word = "leaf" if count[part] == 1 else "leaves"
        line = f"{count[part]:,} {word} of {numbers[part]:,} number{'s' * (numbers[part] != 1)}"
        made.folds[part].lines.insert(3, line)


def _boxes(graph: Graph, made: Folding) -> int:
    return sum(part is None for part in made.part) + len(made.folds)
