"""The columns of a layered picture, and the order of what stands in each."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Columns", "Link"]

_SWEEPS = 12


@dataclass(frozen=True)
class Link:
    """An edge between two boxes.

    Attributes:
        source, target: the boxes' numbers.
        lane: lines that leave a box in the same lane share a track.
        leave, reach: where the line meets the boxes, from their middles; None if that is free.
    """

    source: int
    target: int
    lane: int = 0
    leave: float = 0.0
    reach: float | None = None


@dataclass
class Columns:
    """Boxes and tracks in their columns.

    Both are items: the boxes come first, under their own numbers.

    Attributes:
        level: the column of each item.
        before, after: the items that each is joined to in the columns beside.
        leans_before, leans_after: how much lower than each neighbour's middle an item's middle is
            where the line between them is straight.
        columns: the items of each column, from top to bottom.
        ways: for each link the number of its box's lane.
        tracks: for each lane the items on its track, one for each column that it passes.
    """

    sizes: Sequence[tuple[float, float]]
    links: Sequence[Link]
    first: int = 0  # so many boxes stay in the first column, alone
    last: int = 0  # and so many in the last
    level: list[int] = field(init=False)
    before: list[list[int]] = field(init=False)
    after: list[list[int]] = field(init=False)
    leans_before: list[list[float]] = field(init=False)
    leans_after: list[list[float]] = field(init=False)
    columns: list[list[int]] = field(init=False)
    ways: list[int] = field(init=False)
    tracks: list[list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.level = _levels(len(self.sizes), self.links, self.first, self.last)
        self.before = [[] for _ in self.sizes]
        self.after = [[] for _ in self.sizes]
        self.leans_before = [[] for _ in self.sizes]
        self.leans_after = [[] for _ in self.sizes]
        lanes: dict[tuple[int, int], int] = {}
        leaves: dict[int, float] = {}
        ends: dict[int, int] = {}
        self.ways = []
        for link in self.links:
            way = lanes.setdefault((link.source, link.lane), len(lanes))
            ends[way] = max(ends.get(way, 0), self.level[link.target])
            leaves[way] = link.leave
            self.ways.append(way)
        self.tracks = [[] for _ in lanes]
        for (box, _), way in lanes.items():
            for level in range(self.level[box] + 1, ends[way]):
                self._extend(box, self.tracks[way], level, leaves[way])
        for number, link in enumerate(self.links):
            joint = self.joint(number)
            leave = link.leave if joint == link.source else 0.0
            self._join(joint, link.target, leave - (link.reach or 0.0))
        self.columns = [[] for _ in range(max(self.level, default=-1) + 1)]
        for item, level in enumerate(self.level):
            self.columns[level].append(item)

    def _extend(self, box: int, track: list[int], level: int, leave: float) -> None:
        item = len(self.level)
        self.level.append(level)
        for lists in (self.before, self.after, self.leans_before, self.leans_after):
            lists.append([])
        if track:
            self._join(track[-1], item, 0.0)
        else:
            self._join(box, item, leave)
        track.append(item)

    def _join(self, left: int, right: int, lean: float) -> None:
        self.leans_after[left].append(-lean)
        self.leans_before[right].append(lean)
        self.after[left].append(right)
        self.before[right].append(left)

    def joint(self, number: int) -> int:
        """Return the item in the column before its target that a link comes from."""
        link = self.links[number]
        passed = self.level[link.target] - self.level[link.source] - 1
        return self.tracks[self.ways[number]][passed - 1] if passed else link.source

    # --- order within the columns ---------------------------------------------------------

    def sort(self) -> None:
        """Order the columns so that few lines cross: the best of a fixed number of sweeps."""
        best, fewest = self.columns, self.crossings()
        for sweep in range(_SWEEPS):
            if fewest == 0:
                break
            forward = sweep % 2 == 0
            self.columns = self._swept(self.before if forward else self.after, forward)
            crossings = self.crossings()
            if crossings < fewest:
                best, fewest = self.columns, crossings
        self.columns = best

    def _swept(self, beside: list[list[int]], forward: bool) -> list[list[int]]:
        """Return the columns with each item at the mean place of its neighbours on one side."""
        place = self._places()
        columns = list(self.columns)
        for k in range(len(columns)) if forward else reversed(range(len(columns))):
            mean = {
                item: sum(place[n] for n in beside[item]) / len(beside[item])
                if beside[item]
                else place[item]
                for item in columns[k]
            }
            columns[k] = sorted(columns[k], key=mean.__getitem__)
            for position, item in enumerate(columns[k]):
                place[item] = (position + 0.5) / len(columns[k])
        return columns

    def _places(self) -> list[float]:
        place = [0.0] * len(self.level)
        for column in self.columns:
            for position, item in enumerate(column):
                place[item] = (position + 0.5) / len(column)
        return place

    def crossings(self) -> int:
        """Count the pairs of lines that cross (Barth, Jünger and Mutzel, 2002)."""
        place = self._places()
        count = 0
        for column in self.columns:
            ends: list[float] = []
            for item in column:
                found = sorted(place[n] for n in self.after[item])
                count += sum(len(ends) - bisect_right(ends, end) for end in found)
                for end in found:
                    insort(ends, end)
        return count


def _levels(count: int, links: Sequence[Link], first: int, last: int) -> list[int]:
    """Return the column of each box: its longest path from a beginning.

    Boxes that nothing leads to move right, next to the first that they lead to.
    """
    level = [0] * count
    started = [box < first for box in range(count)]
    for link in sorted(links, key=lambda link: link.target):
        level[link.target] = max(level[link.target], level[link.source] + 1)
        started[link.target] = True
    nearest: dict[int, int] = {}
    for link in links:
        found = level[link.target]
        nearest[link.source] = min(nearest.get(link.source, found), found)
    level = [v if started[box] else nearest.get(box, 1) - 1 for box, v in enumerate(level)]
    end = max(level[: count - last], default=-1) + 1
    return [*level[: count - last], *[end] * last]
