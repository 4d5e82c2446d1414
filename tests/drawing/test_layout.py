"""The layout: columns, no overlap, no line through a box, the same every time."""

import itertools
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minigrad.drawing.heights import _rising
from minigrad.drawing.layout import lay_out


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 14))
    sizes = draw(
        st.lists(st.tuples(st.integers(4, 60), st.integers(4, 60)), min_size=count, max_size=count)
    )
    pairs = [(s, t) for t in range(count) for s in range(t)]
    edges = draw(st.lists(st.sampled_from(pairs), max_size=30)) if pairs else []
    return sizes, edges


def box(layout, sizes, k):
    (x, y), (w, h) = layout.centres[k], sizes[k]
    return x - w / 2, y - h / 2, x + w / 2, y + h / 2


@settings(max_examples=150, deadline=None)
@given(graphs(), st.sampled_from(["LR", "TB", "RL", "BT"]))
def test_boxes_do_not_overlap_and_stay_inside(graph, rankdir):
    sizes, edges = graph
    layout = lay_out(sizes, edges, rankdir=rankdir)
    found = [box(layout, sizes, k) for k in range(len(sizes))]
    for a, b in itertools.combinations(found, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    for left, top, right, bottom in found:
        assert left >= -1e-9
        assert top >= -1e-9
        assert right <= layout.size[0] + 1e-9
        assert bottom <= layout.size[1] + 1e-9


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_edges_go_right_and_through_no_box(graph):
    sizes, edges = graph
    layout = lay_out(sizes, edges)
    boxes = [box(layout, sizes, k) for k in range(len(sizes))]
    assert len(layout.routes) == len(edges)
    for (source, target), route in zip(edges, layout.routes, strict=True):
        assert route[0][0] == pytest.approx(boxes[source][2])
        assert route[-1][0] == pytest.approx(boxes[target][0])
        assert boxes[target][1] <= route[-1][1] <= boxes[target][3]
        for (ax, ay), (bx, by) in itertools.pairwise(route):
            assert ax <= bx + 1e-9
            low, high = min(ay, by), max(ay, by)
            for left, top, right, bottom in boxes:  # a bend stays in the rectangle of its ends
                apart = bx <= left + 1e-9 or right <= ax + 1e-9 or high <= top or bottom <= low
                assert apart


def test_columns_are_longest_paths():
    #  0 -> 1 -> 2 -> 3, and 0 -> 3 passes by two columns; 4 stands just before 3
    layout = lay_out([(10, 10)] * 5, [(0, 1), (1, 2), (2, 4), (0, 4), (3, 4)], gap=10)
    assert [x for x, _ in layout.centres] == [5, 25, 45, 45, 65]


def test_lines_of_one_box_share_a_track():
    edges = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 3), (0, 4)]
    layout = lay_out([(10, 10)] * 5, edges)
    near, far = layout.routes[4:]
    assert near[:3] == far[:3]
    assert near[3][1] == far[3][1]


def test_crossings_that_can_be_avoided_are():
    # two chains whose boxes are given in turn, and crossed in the middle
    edges = [(0, 3), (1, 2), (2, 4), (3, 5), (4, 7), (5, 6)]
    layout = lay_out([(10, 10)] * 8, edges)
    above = [layout.centres[k][1] < layout.centres[j][1] for k, j in [(0, 1), (3, 2), (5, 4)]]
    assert len(set(above)) == 1


def test_a_chain_is_straight():
    layout = lay_out([(10, 20 + k % 3) for k in range(50)], [(k, k + 1) for k in range(49)])
    assert len({round(y, 6) for _, y in layout.centres}) == 1


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(1, 5)), max_size=6))
def test_rising_is_the_nearest(pairs):
    wishes, weights = [float(w) for w, _ in pairs], [float(m) for _, m in pairs]
    found = list(_rising(wishes, weights))
    assert found == sorted(found)
    cost = sum(m * (f - w) ** 2 for f, w, m in zip(found, wishes, weights, strict=True))
    rng = random.Random(0)
    for _ in range(40):  # no other rising sequence is nearer
        other = sorted(f + rng.uniform(-2, 2) for f in found)
        far = sum(m * (f - w) ** 2 for f, w, m in zip(other, wishes, weights, strict=True))
        assert far >= cost - 1e-9


def test_many_boxes_take_little_time():
    count = 20_000
    edges = [(k, k + 1) for k in range(count - 1)] + [(0, k) for k in range(2, count, 7)]
    start = time.perf_counter()
    layout = lay_out([(80, 30)] * count, edges)
    assert time.perf_counter() - start < 20
    assert len(layout.centres) == count


@pytest.mark.parametrize("edges", [[(1, 0)], [(0, 0)], [(0, 2)]])
def test_edges_must_lead_to_later_boxes(edges):
    with pytest.raises(ValueError, match="edges lead to later boxes"):
        lay_out([(1, 1), (1, 1)], edges)


def test_unknown_direction():
    with pytest.raises(ValueError, match="rankdir must be LR, TB, RL or BT, got 'XY'"):
        lay_out([], [], rankdir="XY")


def test_nothing_to_lay_out():
    assert lay_out([], []).size == (0.0, 0.0)
