"""Folding: what repeats becomes one box, nothing is lost, and nothing turns into a circle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minigrad as mg
from minigrad import draw_graph
from minigrad.drawing.folding import fold
from minigrad.drawing.graph import graph_of


def trained(data):
    return mg.tensor(data, requires_grad=True)


def blocks(count):
    x = trained(1.0)
    for _ in range(count):
        x = mg.exp(mg.sin(x) * trained(2.0))
    return x


def test_a_graph_within_the_budget_is_whole():
    scene = blocks(5).draw_graph(max_nodes=21).scene
    assert len(scene.marks) == 21
    assert scene.notes == ()


def test_repeats_become_one_box_that_says_so():
    scene = blocks(12).draw_graph(max_nodes=20).scene
    shown = [mark.lines[0] for mark in scene.marks]
    more = "the same 10 more times"  # mul, exp and sin: the first sin has a leaf before it
    assert shown == ["leaf", "sin", "leaf", "mul", "exp", "sin", more, "leaf", "mul", "exp"]
    assert scene.marks[6].kind == "fold"
    assert scene.marks[6].lines[1:] == (
        "10 mul, 10 exp, 10 sin", "30 operations", "10 leaves of 10 numbers"
    )  # fmt: skip
    assert scene.notes == (
        "Folded to at most 20 boxes: 30 operations in 1 box. max_nodes=None shows all.",
    )


def test_max_nodes_none_shows_all():
    assert len(blocks(100).draw_graph(max_nodes=None).scene.marks) == 401


def test_blocks_that_differ_are_not_folded_together():
    x = trained(1.0)
    for number in range(12):
        x = mg.exp(x) * float(number)  # another number each time
    scene = x.draw_graph(max_nodes=24).scene
    assert not any("the same" in mark.lines[0] for mark in scene.marks)
    assert len(scene.marks) <= 24


def test_a_recurrent_step_with_shared_weights():
    w, h = trained(np.eye(2, dtype=np.float32)), mg.tensor([[0.5, 0.5]])
    for _ in range(30):
        h = mg.tanh(h @ w)
    scene = h.draw_graph(names={"w": w}, max_nodes=20).scene
    folds = [mark.lines[0] for mark in scene.marks if mark.kind == "fold"]
    assert folds == ["the same 28 more times"]  # the first step starts from a constant
    assert sum(mark.lines[0] == "w" for mark in scene.marks) == 1  # outside: it is used before too


def test_a_graph_without_repeats_is_folded_in_stretches():
    x = trained(1.0)
    for number in range(400):
        x = x * float(number)
    scene = x.draw_graph(max_nodes=40).scene
    assert len(scene.marks) <= 40
    assert scene.marks[-1].lines[0].startswith("stretch")
    assert "400 operations in 5 boxes" in scene.notes[0]


@st.composite
def programs(draw):
    """Random graphs: each operation takes two earlier values."""
    values = [trained(1.0) for _ in range(draw(st.integers(1, 3)))]
    for _ in range(draw(st.integers(1, 40))):
        one, other = (draw(st.integers(0, len(values) - 1)) for _ in range(2))
        operation = draw(st.sampled_from([mg.add, mg.mul, mg.maximum]))
        values.append(operation(values[one], values[other]))
    return values[-1]


@settings(max_examples=60, deadline=None)
@given(programs(), st.integers(4, 12))
def test_nothing_is_lost_and_order_stays(output, budget):
    graph = graph_of(output)
    folded = fold(graph, [None] * len(graph.nodes), [], None, budget)
    scene = output.draw_graph(max_nodes=budget).scene
    hidden = [identity for one in folded.folds for identity in one.operations]
    assert len(hidden) == len(set(hidden))
    shown = [n.id for n in graph.nodes if folded.part[n.id] is None]
    assert len(shown) + sum(p is not None for p in folded.part) == len(graph.nodes)
    assert len(scene.marks) == len(shown) + len(folded.folds)
    # Each edge of the graph is inside a fold or stands in the picture, once for each label.
    first = {}
    for identity, part in enumerate(folded.part):
        first.setdefault(("node", identity) if part is None else ("fold", part), identity)
    mark = [
        first["node", identity] if part is None else first["fold", part]
        for identity, part in enumerate(folded.part)
    ]
    expected = {(mark[e.source], mark[e.target]) for e in graph.edges}
    drawn = [(arrow.source, arrow.target) for arrow in scene.arrows]
    assert set(drawn) == {(a, b) for a, b in expected if a != b}
    # So what can be reached stays so; and arrows only lead on, so that there is no circle.
    place = {found.id: position for position, found in enumerate(scene.marks)}
    assert all(place[source] < place[target] for source, target in drawn)


@settings(max_examples=30, deadline=None)
@given(programs())
def test_unfolded_every_node_and_edge_appears_once(output):
    graph, scene = graph_of(output), output.draw_graph(max_nodes=None).scene
    assert sorted(mark.id for mark in scene.marks) == [node.id for node in graph.nodes]
    drawn = [(arrow.source, arrow.target, arrow.label) for arrow in scene.arrows]
    assert drawn == [(edge.source, edge.target, edge.operand) for edge in graph.edges]


@pytest.mark.parametrize("budget", [3, 0, -1])
def test_a_budget_must_be_of_use(budget):
    with pytest.raises(ValueError, match=f"max_nodes must be at least 4, got {budget}"):
        draw_graph(trained(1.0), max_nodes=budget)
