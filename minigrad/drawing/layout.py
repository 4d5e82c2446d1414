"""Where the boxes and lines of a picture go: a layered layout, without any other program.

Boxes stand in columns, each box to the right of all that leads to it (Sugiyama, Tagawa and Toda,
"Methods for visual understanding of hierarchical system structures", 1981). A line to a later
column passes through the columns between on a track, one track per box that it comes from, so that
lines of one value run together until they part, and no line crosses a box. The order within the
columns comes from barycentres, the heights from isotonic regression: both go column by column, so
that the time is about linear in boxes and tracks. The same input gives the same picture, always.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .columns import Columns
from .heights import GAP, heights_of

__all__ = ["Layout", "lay_out"]

Point = tuple[float, float]

_TURNS: dict[str, Callable[[float, float, float, float], Point]] = {
    "LR": lambda x, y, w, h: (x, y),
    "RL": lambda x, y, w, h: (w - x, y),
    "TB": lambda x, y, w, h: (y, x),
    "BT": lambda x, y, w, h: (y, w - x),
}


@dataclass(frozen=True)
class Layout:
    """A finished layout.

    Attributes:
        centres: the middle of each box.
        routes: for each edge its points: horizontal lines and the bends between them, in turn,
            from the box that it leaves to the box that it reaches.
        size: width and height of the whole.
    """

    centres: list[Point]
    routes: list[list[Point]]
    size: Point


def lay_out(
    sizes: Sequence[Point],
    edges: Sequence[tuple[int, int]],
    *,
    rankdir: str = "LR",
    gap: float = 48.0,
    lead: float = 0.0,
    port: float = 18.0,
) -> Layout:
    """Return a layout of boxes of given sizes.

    Args:
        sizes: width and height of each box.
        edges: (box that it leaves, box that it reaches); the first number is the smaller one, as
            in any list of boxes in topological order.
        rankdir: direction of the edges: "LR", "TB", "RL" or "BT".
        gap: room for the lines between two columns.
        lead: length of the straight end of each line, part of the gap.
        port: distance of the lines that reach one box, less where its side is too short.

    Raises:
        ValueError: for an edge to an earlier box, or an unknown ``rankdir``.

    Example:
        >>> layout = lay_out([(10, 10), (10, 10)], [(0, 1)], gap=20)
        >>> layout.centres, layout.size
        ([(5.0, 5.0), (35.0, 5.0)], (40.0, 10.0))
    """
    if rankdir not in _TURNS:
        raise ValueError(f"rankdir must be LR, TB, RL or BT, got {rankdir!r}")
    for source, target in edges:
        if not 0 <= source < target < len(sizes):
            raise ValueError(f"edges lead to later boxes, got one from {source} to {target}")
    flat = rankdir in ("LR", "RL")
    columns = Columns([s if flat else (s[1], s[0]) for s in sizes], edges)
    columns.sort()
    centres, routes, size = _Placed(columns, gap, lead, port).all()
    turn = _TURNS[rankdir]
    return Layout(
        [turn(x, y, *size) for x, y in centres],
        [[turn(x, y, *size) for x, y in route] for route in routes],
        size if flat else (size[1], size[0]),
    )


class _Placed:
    """Columns with coordinates: where each begins, and the height of each item.

    Lines of one box share their way. It is found once, without the points on it that change
    nothing, so that a value used in a thousand places does not cost a million points.
    """

    def __init__(self, columns: Columns, gap: float, lead: float, port: float) -> None:
        self.columns, self.gap, self.lead, self.port = columns, gap, lead, port
        self.sizes, self.level = columns.sizes, columns.level
        self.middle = [m - GAP / 2 for m in heights_of(columns)]  # no gap above the topmost box
        self.width = [0.0] * len(columns.columns)
        for (w, _), v in zip(self.sizes, self.level):
            self.width[v] = max(self.width[v], float(w))
        self.left, self.end = [], 0.0
        for w in self.width:
            self.left.append(self.end)
            self.end += w + gap
        self.found: dict[int, tuple[list[Point], list[int]]] = {}

    def all(self) -> tuple[list[Point], list[list[Point]], Point]:
        """Return the centres of the boxes, the routes of the edges, and the size of it all."""
        boxes = self.level[: len(self.sizes)]
        centres = [
            (self.left[v] + self.width[v] / 2, self.middle[box]) for box, v in enumerate(boxes)
        ]
        routes = []
        for (source, target), port in zip(self.columns.edges, self._ports(), strict=True):
            route = self._route(source, self.level[target] - self.level[source] - 1)
            route[0] = centres[source][0] + self.sizes[source][0] / 2, route[0][1]
            route.append((self.left[self.level[target]] - self.lead, port))
            route.append((centres[target][0] - self.sizes[target][0] / 2, port))
            routes.append(route)
        bottom = [y + s[1] / 2 for (_, y), s in zip(centres, self.sizes, strict=True)]
        bottom += self.middle[len(boxes) :]
        return centres, routes, (max(self.end - self.gap, 0.0), max(bottom, default=0.0))

    def _way(self, box: int) -> tuple[list[Point], list[int]]:
        """Return where each run of a box's way begins, and how many there are at each column."""
        if box not in self.found:
            runs, counts = [(0.0, self.middle[box])], [1]
            for item in self.columns.tracks[box]:
                if self.middle[item] != runs[-1][1]:
                    runs.append((self.left[self.level[item]], self.middle[item]))
                counts.append(len(runs))
            self.found[box] = runs, counts
        return self.found[box]

    def _route(self, box: int, passed: int) -> list[Point]:
        """Return the ends of the runs from a box to where a line has passed some columns."""
        runs, counts = self._way(box)
        runs = runs[: counts[passed]]
        points: list[Point] = []
        for number, (x, y) in enumerate(runs):
            if number + 1 < len(runs):  # up to the gap before the next run
                last = bisect_right(self.left, runs[number + 1][0]) - 2
            else:
                last = self.level[box] + passed
            points += [(x, y), (self.left[last] + self.width[last], y)]
        return points

    def _ports(self) -> list[float]:
        """Return the height at which each edge reaches its box.

        They are spread over the box's side, in the order in which they come.
        """
        edges = self.columns.edges
        arriving: list[list[int]] = [[] for _ in self.sizes]
        for number, (_, target) in enumerate(edges):
            arriving[target].append(number)
        ports = [0.0] * len(edges)
        for box, numbers in enumerate(arriving):
            numbers.sort(key=lambda n: self.middle[self.columns.joint(*edges[n])])
            step = min(self.port, self.sizes[box][1] / (len(numbers) + 1))
            for position, number in enumerate(numbers):
                shift = (position - (len(numbers) - 1) / 2) * step
                ports[number] = self.middle[box] + shift
        return ports
