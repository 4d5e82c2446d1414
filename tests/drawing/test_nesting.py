"""Layouts within layouts: everything stands in its frame, and no line runs through a box."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minigrad.drawing.layout import Spacing, lay_out
from minigrad.drawing.nesting import nested

SPACING = Spacing(40.0, 10.0, 12.0)


@st.composite
def framed(draw):
    """A random graph, and frames around boxes that follow each other."""
    count = draw(st.integers(2, 14))
    sides = st.tuples(st.integers(8, 60), st.integers(8, 60))
    sizes = draw(st.lists(sides, min_size=count, max_size=count))
    pairs = [(s, t) for t in range(count) for s in range(t)]
    edges = draw(st.lists(st.sampled_from(pairs), max_size=24))
    groups, parents = [None] * count, {}
    spans = [(0, count, None)]
    for group in range(draw(st.integers(0, 4))):
        start, end, parent = draw(st.sampled_from(spans))
        first = draw(st.integers(start, end - 1))
        last = draw(st.integers(first + 1, end))
        if any(g != parent for g in groups[first:last]):
            continue  # that would cut another frame
        groups[first:last] = [group] * (last - first)
        parents[group] = parent
        spans.append((first, last, group))
    return sizes, edges, groups, parents


def used(parents, groups):
    """Only frames that something stands in, directly or not."""
    found = set()
    for group in groups:
        while group is not None:
            found.add(group)
            group = parents[group]
    return {group: parent for group, parent in parents.items() if group in found}


def box(centre, size):
    (x, y), (w, h) = centre, size
    return x - w / 2, y - h / 2, x + w / 2, y + h / 2


def inside(a, b):
    return a[0] >= b[0] and a[1] >= b[1] and a[2] <= b[2] and a[3] <= b[3]


def apart(a, b):
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@settings(max_examples=200, deadline=None)
@given(framed(), st.sampled_from(["LR", "TB", "RL", "BT"]))
def test_everything_stands_in_its_frame_alone(graph, rankdir):
    sizes, edges, groups, parents = graph
    parents = used(parents, groups)
    found = nested(sizes, edges, groups, parents, rankdir, SPACING)
    marks = [box(c, s) for c, s in zip(found.layout.centres, sizes, strict=True)]
    frames = {group: box(*place) for group, place in found.boxes.items()}
    for a, b in combinations(marks, 2):
        assert apart(a, b)
    for mark, group in zip(marks, groups, strict=True):
        around = set()
        while group is not None:
            assert inside(mark, frames[group])
            around.add(group)
            group = parents[group]
        assert all(apart(mark, frames[other]) for other in frames.keys() - around)
    for group, parent in parents.items():
        assert parent is None or inside(frames[group], frames[parent])
    width, height = found.layout.size
    for one in [*marks, *frames.values()]:
        assert inside(one, (-1e-6, -1e-6, width + 1e-6, height + 1e-6))


@settings(max_examples=200, deadline=None)
@given(framed(), st.data())
def test_lines_join_their_boxes_and_avoid_all_others(graph, data):
    sizes, edges, groups, parents = graph
    sizes = [(width, height + 12) for width, height in sizes]  # a gradient leaves 6 lower
    flows = data.draw(st.lists(st.booleans(), min_size=len(edges), max_size=len(edges)))
    found = nested(sizes, edges, groups, used(parents, groups), "LR", SPACING, flows)
    marks = [box(c, s) for c, s in zip(found.layout.centres, sizes, strict=True)]
    for (source, target), route in zip(edges, found.layout.routes, strict=True):
        assert route[0][0] == pytest.approx(marks[source][2])
        assert route[-1][0] == pytest.approx(marks[target][0])
        assert marks[source][1] <= route[0][1] <= marks[source][3]
        assert marks[target][1] <= route[-1][1] <= marks[target][3]
        for (ax, ay), (bx, by) in pairwise(route):
            assert ax <= bx + 1e-6
            low, high = min(ay, by), max(ay, by)
            for left, top, right, bottom in marks:
                clear = bx <= left + 1e-6 or right <= ax + 1e-6
                assert clear or high <= top + 1e-6 or bottom <= low + 1e-6


def test_without_frames_it_is_the_plain_layout():
    sizes, edges = [(10, 10), (20, 30), (10, 10), (15, 5)], [(0, 1), (1, 3), (0, 3), (2, 3)]
    plain = lay_out(sizes, edges, gap=40.0, lead=10.0, port=12.0)
    assert nested(sizes, edges, [None] * 4, {}, "LR", SPACING).layout == plain


def test_values_and_gradients_go_different_ways():
    sizes, edges = [(10, 40)] * 3, [(0, 1), (1, 2), (0, 2), (0, 2)]
    routes = nested(
        sizes, edges, [None, 0, None], {0: None}, "LR", SPACING, [False, False, False, True]
    ).layout.routes
    assert routes[2][0][1] + 6.0 == routes[3][0][1]
    assert not {y for _, y in routes[2]} & {y for _, y in routes[3]}
