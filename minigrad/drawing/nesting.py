"""Layouts within layouts: each group is laid out by itself, and then is a box in the one around it.

A line that crosses a group's border does so at a port: inside, a box without size in the group's
first or last column; outside, the place where the line meets the group's box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from .columns import Link
from .layout import Layout, Point, Spacing, laid_flat, turned

__all__ = ["Nested", "nested"]

_INSET = 12.0  # between a group's border and what stands in it
_TITLE = 18.0
_APART = 6.0  # where a value and its gradient meet a box

Item = tuple[str, int]  # ("mark", 3), ("group", 1); or ("in", 6), ("out", 6): the ports of lane 6


@dataclass(frozen=True)
class Nested:
    """A layout of marks, and the middle and size of each group's box."""

    layout: Layout
    boxes: dict[int, tuple[Point, Point]]


@dataclass
class _Inside:
    """What stands in one group: its items, the pieces of the edges there, and their layout."""

    marks: list[int] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    pieces: dict[int, tuple[Item, Item]] = field(default_factory=dict)  # by edge
    size: Point = (0.0, 0.0)
    corner: Point = (0.0, 0.0)  # of the layout in the whole picture
    middle: dict[Item, Point] = field(default_factory=dict)
    routes: dict[int, list[Point]] = field(default_factory=dict)


def nested(
    sizes: Sequence[Point],
    edges: Sequence[tuple[int, int]],
    groups: Sequence[int | None],
    parents: dict[int, int | None],
    rankdir: str,
    spacing: Spacing,
    backward: Sequence[bool] = (),
) -> Nested:
    """Return a layout of boxes of which some stand in groups.

    Args:
        sizes, edges, rankdir, spacing: as for ``lay_out``.
        groups: the group of each box; None for those in no group.
        parents: the group around each group. A group's number is larger than its parent's.
        backward: for each edge whether a gradient flows on it: on a way of its own.
    """
    lanes = [2 * source for source, _ in edges]
    for number, flows in enumerate(backward):
        lanes[number] += flows
    along = rankdir in ("LR", "RL")
    boxes = [size if along else size[::-1] for size in sizes]
    inside: dict[int | None, _Inside] = {None: _Inside()}
    for group, parent in sorted(parents.items()):
        inside[group] = _Inside()
        inside[parent].groups.append(group)
    for box, around in enumerate(groups):
        inside[around].marks.append(box)
    for number, (source, target) in enumerate(edges):
        _cut(number, lanes[number], source, target, groups, parents, inside)
    # In the flat layout a title stands above, or (in pictures that go down) at the left.
    title = (0.0, _TITLE) if along else (_TITLE, 0.0)
    for whole in [*sorted(parents, reverse=True), None]:
        _place(inside[whole], boxes, inside, spacing, title, lanes)
    return _joined(boxes, edges, groups, parents, inside, rankdir, title)


def _around(group: int | None, parents: dict[int, int | None]) -> list[int | None]:
    """Return a group and all around it, up to None."""
    found = [group]
    while group is not None:
        group = parents[group]
        found.append(group)
    return found


def _cut(
    number: int,
    lane: int,
    source: int,
    target: int,
    groups: Sequence[int | None],
    parents: dict[int, int | None],
    inside: dict[int | None, _Inside],
) -> None:
    """Cut an edge into pieces: out of its groups, across, and into those of its target."""
    leaving, entering = _around(groups[source], parents), _around(groups[target], parents)
    while len(leaving) > 1 and len(entering) > 1 and leaving[-2] == entering[-2]:
        leaving.pop()
        entering.pop()
    start: Item = ("mark", source)
    for group in leaving[:-1]:
        inside[group].pieces[number] = start, ("out", lane)
        start = "group", _known(group)
    end: Item = ("mark", target)
    for group in entering[:-1]:
        inside[group].pieces[number] = ("in", lane), end
        end = "group", _known(group)
    inside[leaving[-1]].pieces[number] = start, end


def _known(group: int | None) -> int:
    assert group is not None, "only the whole picture stands in no group"
    return group


def _place(
    one: _Inside,
    boxes: Sequence[Point],
    inside: dict[int | None, _Inside],
    spacing: Spacing,
    title: Point,
    lanes: Sequence[int],
) -> None:
    """Lay out what stands in a group; all groups in it have been laid out."""
    ends = one.pieces.values()
    entries = sorted({start for start, _ in ends if start[0] == "in"})
    exits = sorted({end for _, end in ends if end[0] == "out"})
    items = [*entries, *_sorted(one, inside), *exits]
    sizes = []
    for kind, number in items:
        if kind == "group":
            width, height = inside[number].size
            sizes.append((width + 2 * _INSET + title[0], height + 2 * _INSET + title[1]))
        else:
            sizes.append(boxes[number] if kind == "mark" else (0.0, 0.0))
    place = {item: position for position, item in enumerate(items)}
    links = []
    for number, (start, end) in one.pieces.items():
        (lane, leave), (_, reach) = (
            _port(item, number, inside, title, lanes) for item in (start, end)
        )
        free = end[0] == "mark"
        links.append(Link(place[start], place[end], lane, leave, None if free else reach))
    layout = laid_flat(sizes, links, spacing, len(entries), len(exits))
    one.size = layout.size
    one.middle = dict(zip(items, layout.centres, strict=True))
    one.routes = dict(zip(one.pieces, layout.routes, strict=True))


def _port(
    item: Item,
    edge: int,
    inside: dict[int | None, _Inside],
    title: Point,
    lanes: Sequence[int],
) -> tuple[int, float]:
    """Return the lane of an edge through an item, and how far that is from the item's middle."""
    if item[0] == "mark":
        return lanes[edge], _APART * (lanes[edge] % 2)
    if item[0] != "group":
        return item[1], 0.0
    within = inside[item[1]]
    start, end = within.pieces[edge]
    port = end if end[0] == "out" else start
    offset = within.middle[port][1] - within.size[1] / 2 + title[1] / 2
    return port[1], offset


def _sorted(one: _Inside, inside: dict[int | None, _Inside]) -> list[Item]:
    """Return marks and groups so that edges lead to later ones, the oldest first otherwise."""
    first: dict[int, int] = {}
    for group in sorted(one.groups, reverse=True):
        first[group] = _oldest(group, inside)
    age: dict[Item, int] = {("mark", mark): mark for mark in one.marks}
    age |= {("group", group): first[group] for group in one.groups}
    after: dict[Item, set[Item]] = {item: set() for item in age}
    waits = dict.fromkeys(age, 0)
    for start, end in one.pieces.values():
        if start in age and end in age and end not in after[start]:
            after[start].add(end)
            waits[end] += 1
    ready = [(age[item], item) for item in age if not waits[item]]
    heapify(ready)
    found = []
    while ready:
        _, item = heappop(ready)
        found.append(item)
        for later in sorted(after[item]):
            waits[later] -= 1
            if not waits[later]:
                heappush(ready, (age[later], later))
    return found


def _oldest(group: int, inside: dict[int | None, _Inside]) -> int:
    """Return the first mark in a group, or in one of its own."""
    waiting, found = [group], []
    while waiting:
        one = inside[waiting.pop()]
        found += one.marks[:1]
        waiting += one.groups
    return min(found)


def _joined(
    boxes: Sequence[Point],
    edges: Sequence[tuple[int, int]],
    groups: Sequence[int | None],
    parents: dict[int, int | None],
    inside: dict[int | None, _Inside],
    rankdir: str,
    title: Point,
) -> Nested:
    """Put the layouts into each other, and the pieces of the edges together."""
    middles: dict[int, Point] = {}
    sizes: dict[int, Point] = {}
    for group in sorted(parents):
        outer, own = inside[parents[group]], inside[group]
        x, y = outer.middle["group", group]
        middles[group] = x, y = x + outer.corner[0], y + outer.corner[1]
        width = own.size[0] + 2 * _INSET + title[0]
        height = own.size[1] + 2 * _INSET + title[1]
        sizes[group] = width, height
        own.corner = x - width / 2 + _INSET + title[0], y - height / 2 + _INSET + title[1]
    centres = []
    for box, around in enumerate(groups):
        (x, y), (left, top) = inside[around].middle["mark", box], inside[around].corner
        centres.append((x + left, y + top))
    routes = [
        _route(number, groups[source], groups[target], parents, inside)
        for number, (source, target) in enumerate(edges)
    ]
    flat = Layout(centres, routes, inside[None].size)
    whole = turned(flat, rankdir)
    numbered = list(middles)
    turned_boxes = turned(Layout([middles[g] for g in numbered], [], flat.size), rankdir).centres
    along = rankdir in ("LR", "RL")
    return Nested(
        whole,
        {
            group: (centre, sizes[group] if along else sizes[group][::-1])
            for group, centre in zip(numbered, turned_boxes, strict=True)
        },
    )


def _route(
    number: int,
    start: int | None,
    end: int | None,
    parents: dict[int, int | None],
    inside: dict[int | None, _Inside],
) -> list[Point]:
    """Return the pieces of an edge as one route, in the coordinates of the whole picture."""
    ways = [*_around(start, parents), *reversed(_around(end, parents))]
    path = dict.fromkeys(group for group in ways if number in inside[group].pieces)
    return [
        (x + inside[group].corner[0], y + inside[group].corner[1])
        for group in path
        for x, y in inside[group].routes[number]
    ]
