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
from itertools import zip_longest

from .columns import Columns, Link
from .heights import GAP, heights_of

__all__ = ["Layout", "Point", "Spacing", "lay_out", "laid_flat", "turned"]

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
    along = rankdir in ("LR", "RL")
    boxes = [size if along else size[::-1] for size in sizes]
    flat = laid_flat(boxes, [Link(*edge) for edge in edges], Spacing(gap, lead, port))
    return turned(flat, rankdir)


@dataclass(frozen=True)
class Spacing:
    """The room between things, as ``lay_out`` takes it."""

    gap: float
    lead: float
    port: float


def laid_flat(
    sizes: Sequence[Point], links: Sequence[Link], spacing: Spacing, first: int = 0, last: int = 0
) -> Layout:
    """Return a layout from left to right, with some boxes kept in the first and last columns."""
    columns = Columns(sizes, links, first, last)
    columns.sort()
    return _Placed(columns, spacing).all()


def turned(layout: Layout, rankdir: str) -> Layout:
    """Return a layout from left to right in another direction."""
    turn, (width, height) = _TURNS[rankdir], layout.size
    return Layout(
        [turn(x, y, width, height) for x, y in layout.centres],
        [[turn(x, y, width, height) for x, y in route] for route in layout.routes],
        layout.size if rankdir in ("LR", "RL") else (height, width),
    )


class _Placed:
    """Columns with coordinates: where each begins, and the height of each item.

    Lines of one box share their way. It is found once, without the points on it that change
    nothing, so that a value used in a thousand places does not cost a million points.
    """

    def __init__(self, columns: Columns, spacing: Spacing) -> None:
        self.columns, self.spacing = columns, spacing
        self.sizes, self.level = columns.sizes, columns.level
        self.middle = [m - GAP / 2 for m in heights_of(columns)]  # no gap above the topmost box
        self.width = [0.0] * len(columns.columns)
        for (w, _), v in zip(self.sizes, self.level):
            self.width[v] = max(self.width[v], float(w))
        self.left, self.end = [], 0.0
        for w in self.width:
            self.left.append(self.end)
            self.end += w + spacing.gap
        self.found: dict[int, tuple[list[Point], list[int]]] = {}

    def all(self) -> Layout:
        """Return where everything stands."""
        boxes = self.level[: len(self.sizes)]
        centres = [
            (self.left[v] + self.width[v] / 2, self.middle[box]) for box, v in enumerate(boxes)
        ]
        routes = []
        for number, port in enumerate(self._ports()):
            link = self.columns.links[number]
            route = self._route(number)
            route[0] = centres[link.source][0] + self.sizes[link.source][0] / 2, route[0][1]
            route.append((self.left[self.level[link.target]] - self.spacing.lead, port))
            route.append((centres[link.target][0] - self.sizes[link.target][0] / 2, port))
            routes.append(route)
        bottom = [y + s[1] / 2 for (_, y), s in zip(centres, self.sizes, strict=True)]
        bottom += self.middle[len(boxes) :]
        width = max(self.end - self.spacing.gap, 0.0)
        return Layout(centres, routes, (width, max(bottom, default=0.0)))

    def _way(self, number: int) -> tuple[list[Point], list[int]]:
        """Return where each run of a link's lane begins, and how many there are at each column."""
        way, link = self.columns.ways[number], self.columns.links[number]
        if way not in self.found:
            runs, counts = [(0.0, self.middle[link.source] + link.leave)], [1]
            for item in self.columns.tracks[way]:
                if self.middle[item] != runs[-1][1]:
                    runs.append((self.left[self.level[item]], self.middle[item]))
                counts.append(len(runs))
            self.found[way] = runs, counts
        return self.found[way]

    def _route(self, number: int) -> list[Point]:
        """Return the ends of the runs of a link up to the column before its target."""
        runs, counts = self._way(number)
        link = self.columns.links[number]
        last = self.level[link.target] - 1
        runs = runs[: counts[last - self.level[link.source]]]
        points: list[Point] = []
        for (x, y), following in zip_longest(runs, runs[1:]):
            # Up to the gap before the next run.
            end = last if following is None else bisect_right(self.left, following[0]) - 2
            points += [(x, y), (self.left[end] + self.width[end], y)]
        return points

    def _ports(self) -> list[float]:
        """Return the height at which each link reaches its box.

        They are spread over the box's side, in the order in which they come.
        """
        links = self.columns.links
        arriving: list[list[int]] = [[] for _ in self.sizes]
        for number, link in enumerate(links):
            arriving[link.target].append(number)
        ports = [0.0] * len(links)
        for box, numbers in enumerate(arriving):
            numbers.sort(key=lambda n: self.middle[self.columns.joint(n)])
            step = min(self.spacing.port, self.sizes[box][1] / (len(numbers) + 1))
            for position, number in enumerate(numbers):
                reach = links[number].reach
                shift = (position - (len(numbers) - 1) / 2) * step if reach is None else reach
                ports[number] = self.middle[box] + shift
        return ports
