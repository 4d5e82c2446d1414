"""How high the boxes and tracks of a layered picture stand, in columns whose order is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from .columns import Columns

__all__ = ["GAP", "heights_of"]

GAP = 16.0  # between boxes of a column
_TRACK = 8.0  # between a track and its neighbours
_SWEEPS = 13


def heights_of(columns: Columns) -> list[float]:
    """Return the height of the middle of each item, the topmost near 0."""
    room = [s[1] + GAP for s in columns.sizes]
    room += [2 * _TRACK] * (len(columns.level) - len(room))
    middle = [0.0] * len(room)
    # What begins a path (a leaf) goes where the rest wants it: the paths themselves are straight.
    pull = [1.0 if before else 0.1 for before in columns.before]
    before, after = columns.before, columns.after
    leans, leans_after = columns.leans_before, columns.leans_after
    both = [b + a for b, a in zip(before, after, strict=True)]
    all_leans = [b + a for b, a in zip(leans, leans_after, strict=True)]
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        beside, lean = (before, leans) if forward else (after, leans_after)
        if sweep == _SWEEPS - 1:
            beside, lean = both, all_leans
        for column in columns.columns if forward else reversed(columns.columns):
            _settle(column, beside, lean, middle, room, pull, len(columns.sizes))
    _straighten(columns, middle, room)
    top = min((m - r / 2 for m, r in zip(middle, room, strict=True)), default=0.0)
    return [m - top for m in middle]


def _settle(
    column: list[int],
    beside: list[list[int]],
    leans: list[list[float]],
    middle: list[float],
    room: list[float],
    pull: list[float],
    boxes: int,
) -> None:
    """Give a column the heights nearest to its wishes at which nothing overlaps."""
    offset, offsets = 0.0, []  # of each item if all stood without a gap
    for item in column:
        offsets.append(offset + room[item] / 2)
        offset += room[item]
    wishes, weights = [], []
    for item, start in zip(column, offsets, strict=True):
        near = beside[item]
        mass = sum(pull[n] for n in near)
        wish = middle[item]
        if near:
            wish = sum((middle[n] + d) * pull[n] for n, d in zip(near, leans[item])) / mass
        wishes.append(wish - start)
        # A track goes around boxes; a box that nothing pulls gives way.
        weights.append(0.1 if not near else 0.5 if item >= boxes else pull[item])
    for item, start, at in zip(column, offsets, _rising(wishes, weights), strict=True):
        middle[item] = at + start


def _straighten(columns: Columns, middle: list[float], room: list[float]) -> None:
    """Give each track as few bends as the room beside it allows."""
    above, below = [-1] * len(room), [-1] * len(room)
    for column in columns.columns:
        for upper, lower in pairwise(column):
            above[lower], below[upper] = upper, lower
    for track in columns.tracks:
        run: list[int] = []
        low, high = float("-inf"), float("inf")
        for item in track:
            over, under = above[item], below[item]
            floor = middle[over] + (room[over] + room[item]) / 2 if over >= 0 else float("-inf")
            ceiling = middle[under] - (room[under] + room[item]) / 2 if under >= 0 else float("inf")
            if max(low, floor) > min(high, ceiling):
                _level(run, low, high, middle)
                run, low, high = [], float("-inf"), float("inf")
            run.append(item)
            low, high = max(low, floor), min(high, ceiling)
        _level(run, low, high, middle)


def _level(run: list[int], low: float, high: float, middle: list[float]) -> None:
    if len(run) > 1:
        height = min(max(sum(middle[i] for i in run) / len(run), low), high)
        for item in run:
            middle[item] = height


def _rising(wishes: Sequence[float], weights: Sequence[float]) -> Iterator[float]:
    """Yield the rising numbers nearest to the wishes, in weighted squares.

    Neighbours in the wrong order are pooled at their mean: isotonic regression (Barlow,
    Bartholomew, Bremner and Brunk, 1972, section 1.2).

    Example:
        >>> list(_rising([1.0, 5.0, 3.0], [1.0, 1.0, 1.0]))
        [1.0, 4.0, 4.0]
    """
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for wish, weight in zip(wishes, weights, strict=True):
        mean, mass, members = wish, weight, 1
        while pools and pools[-1][0] >= mean:
            other, more, count = pools.pop()
            mean = (mean * mass + other * more) / (mass + more)
            mass, members = mass + more, members + count
        pools.append((mean, mass, members))
    for mean, _, members in pools:
        yield from [mean] * members
