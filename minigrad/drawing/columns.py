"""The columns of a layered picture, and the order of what stands in each."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Columns"]

_SWEEPS = 12


@dataclass
class Columns:
    """Boxes and tracks in their columns.

    Both are items: the boxes come first, under their own numbers.

    Attributes:
        level: the column of each item.
        before, after: the items that each is joined to in the columns beside.
        columns: the items of each column, from top to bottom.
        tracks: for each box the items on its track, one for each column that it passes.
    """

    sizes: Sequence[tuple[float, float]]
    edges: Sequence[tuple[int, int]]
    level: list[int] = field(init=False)
    before: list[list[int]] = field(init=False)
    after: list[list[int]] = field(init=False)
    columns: list[list[int]] = field(init=False)
    tracks: list[list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.level = _levels(len(self.sizes), self.edges)
        self.tracks = [[] for _ in self.sizes]
        self.before = [[] for _ in self.sizes]
        self.after = [[] for _ in self.sizes]
        last = list(self.level)
        for source, target in self.edges:
            last[source] = max(last[source], self.level[target] - 1)
        for box, end in enumerate(last):
            for level in range(self.level[box] + 1, end + 1):
                self._extend(box, level)
        for source, target in self.edges:
            self._join(self.joint(source, target), target)
        self.columns = [[] for _ in range(max(self.level, default=-1) + 1)]
        # Boxes and tracks by age: the boxes' own order, a track behind the box it comes from.
        for box, track in enumerate(self.tracks):
            for item in (box, *track):
                self.columns[self.level[item]].append(item)

    def _extend(self, box: int, level: int) -> None:
        track = self.tracks[box]
        item = len(self.level)
        self.level.append(level)
        self.before.append([])
        self.after.append([])
        self._join(track[-1] if track else box, item)
        track.append(item)

    def _join(self, left: int, right: int) -> None:
        self.after[left].append(right)
        self.before[right].append(left)

    def joint(self, source: int, target: int) -> int:
        """Return the item in the column before the target that an edge comes from."""
        passed = self.level[target] - self.level[source] - 1
        return self.tracks[source][passed - 1] if passed else source

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


def _levels(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Return the column of each box: its longest path from a beginning.

    Boxes that nothing leads to move right, next to the first that they lead to.
    """
    level = [0] * count
    started = [False] * count
    for source, target in sorted(edges, key=lambda edge: edge[1]):
        level[target] = max(level[target], level[source] + 1)
        started[target] = True
    first: dict[int, int] = {}
    for source, target in edges:
        first[source] = min(first.get(source, level[target]), level[target])
    return [v if started[b] else first.get(b, 1) - 1 for b, v in enumerate(level)]
