"""The plain data of a recorded graph: complete, without repetition, in a canonical order."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minigrad as mg
from minigrad.autograd.primitive import PRIMITIVES, primitive
from minigrad.drawing import graph_of


def trained(data):
    return mg.tensor(data, requires_grad=True)


# --- structure ----------------------------------------------------------------------------------


@given(st.data())
def test_every_operation_and_edge_appears_exactly_once(data):
    leaves = [trained([float(i)]) for i in range(data.draw(st.integers(1, 4)))]
    tensors = list(leaves)
    expected = {}  # id of the node -> (operation, ids of the operands' sources)
    for _ in range(data.draw(st.integers(1, 20))):
        x, y = (data.draw(st.sampled_from(tensors)) for _ in range(2))
        operation = data.draw(st.sampled_from([mg.add, mg.mul, mg.sub]))
        out = operation(x, y)
        expected[id(out)] = (operation.__name__.strip("_"), id(x), id(y))
        tensors.append(out)
    outputs = data.draw(st.lists(st.sampled_from(tensors), min_size=1, max_size=3))
    graph = graph_of(outputs)

    reached, waiting = set(), [id(t) for t in outputs]
    while waiting:
        this = waiting.pop()
        if this not in reached:
            reached.add(this)
            waiting += expected.get(this, ("",))[1:]
    # Creation order is the order of ``tensors``; a leaf precedes its first user.
    order = []
    for tensor in tensors:
        if id(tensor) in reached and id(tensor) in expected:
            _, *sources = expected[id(tensor)]
            order += [s for s in dict.fromkeys(sources) if s not in order]
            order.append(id(tensor))
    order += [i for i in dict.fromkeys(id(t) for t in outputs) if i not in order]
    number = {identity: position for position, identity in enumerate(order)}

    assert len(graph.nodes) == len(reached)
    assert [node.id for node in graph.nodes] == list(range(len(order)))
    assert [node.operation for node in graph.nodes] == [
        expected[i][0] if i in expected else None for i in order
    ]
    assert [(edge.source, edge.target, edge.operand) for edge in graph.edges] == [
        (number[source], number[i], operand)
        for i in order
        if i in expected
        for source, operand in zip(expected[i][1:], "xy", strict=True)
    ]
    assert {n.id for n in graph.nodes if n.is_output} == {number[id(t)] for t in outputs}


def test_order_is_that_of_creation_not_of_outputs():
    x = trained(1.0)
    first, second = mg.exp(x), x * 2.0
    for outputs in ([first, second], [second, first]):
        assert [n.operation for n in graph_of(outputs).nodes] == [None, "exp", "mul"]


def test_sources_are_older_than_targets():
    x = trained([[1.0, 2.0], [3.0, 4.0]])
    a, b = mg.unbind(x)
    graph = graph_of((a * b + a).sum())
    assert all(edge.source < edge.target for edge in graph.edges)
    assert [(e.result, e.operand) for e in graph.edges if e.source == 1] == [
        (0, "x"),
        (1, "y"),
        (0, "y"),
    ]


def test_same_array_is_one_constant():
    x, c = trained([1.0, 2.0]), mg.tensor([3.0, 4.0])
    graph = graph_of((x * c + c) - c)
    assert [n.kind for n in graph.nodes].count("constant") == 1


def test_equal_arrays_are_two_constants():
    x, c, d = trained([1.0]), mg.tensor([3.0]), mg.tensor([3.0])
    assert [n.kind for n in graph_of(x * c + d).nodes].count("constant") == 2


def test_plain_numbers_are_operands_not_nodes():
    (node,) = [n for n in graph_of(trained([1.0]) * 2.5).nodes if n.kind == "operation"]
    assert node.operands == (("x", None), ("y", 2.5))


def test_defaults_are_left_out_of_the_arguments():
    @primitive(x=lambda g: g)
    def passed(x, *, often=1, index=None):
        return x.copy()

    PRIMITIVES.pop("passed")
    x = trained([1.0])
    assert graph_of(passed(x, often=1)).nodes[-1].arguments == ()
    assert graph_of(passed(x, often=True)).nodes[-1].arguments == (("often", True),)
    positions = (np.array([1, 2]),)
    assert graph_of(passed(x, index=positions)).nodes[-1].arguments == (("index", positions),)


# --- values and gradients -----------------------------------------------------------------------


def test_values_of_intermediate_results_come_from_saved_operands():
    x = trained([1.0, 2.0])
    y = (x + 1.0) * x  # nobody holds x + 1, but the product saved it
    middle = graph_of(y).nodes[1]
    np.testing.assert_array_equal(middle.values[0].array, [2.0, 3.0])


def test_values_written_over_are_not_shown():
    x = trained([1.0, 2.0])
    h = x + 1.0
    y = h * x
    h.detach().add_(5.0)
    assert graph_of(y).nodes[1].values[0].array is None


def test_graph_does_not_keep_constants_alive():
    x = trained([1.0])
    y = x + mg.tensor([2.0])
    constant = graph_of(y).nodes[1]
    assert (constant.kind, constant.values[0].array) == ("constant", None)


def test_gradients_of_leaves_and_retained_results():
    x = trained([1.0, 2.0])
    h = x * 3.0
    h.retain_grad()
    y = h.sum()
    assert [n.values[0].gradient for n in graph_of(y).nodes] == [None] * 3
    y.backward()
    leaf, middle, last = (n.values[0] for n in graph_of(y).nodes)
    np.testing.assert_array_equal(leaf.gradient, [3.0, 3.0])
    np.testing.assert_array_equal(middle.gradient, [1.0, 1.0])
    assert (leaf.keeps_gradient, middle.keeps_gradient, last.keeps_gradient) == (True, True, False)


def test_one_of_several_results_may_retain_its_gradient():
    first, _ = mg.unbind(trained([1.0, 2.0]))
    first.retain_grad()
    first.backward()
    kept, other = graph_of(first).nodes[-1].values
    assert (kept.keeps_gradient, other.keeps_gradient) == (True, False)
    assert kept.gradient == 1.0


def test_saved_names_until_freed():
    x = trained([1.0, 2.0])
    y = (x * x).sum()
    assert [n.saved for n in graph_of(y).nodes] == [(), ("y", "x"), ()]
    y.backward()
    assert [n.saved for n in graph_of(y).nodes] == [(), None, ()]


def test_where_is_the_users_line():
    y = trained(1.0) * 2.0
    assert "test_graph.py" in graph_of(y).nodes[-1].where


# --- names --------------------------------------------------------------------------------------


def names_in(graph):
    return [value.name for node in graph.nodes for value in node.values]


def test_names_of_locals_lists_and_modules():
    class Module:
        def __init__(self, weight):
            self.weight = weight

        def named_parameters(self):
            yield "inner.weight", self.weight

    def forward():
        a, ws = trained(1.0), [trained(2.0), trained(3.0)]
        net, _hidden, unrelated = Module(trained(4.0)), a, object()
        out = a * ws[0] * ws[1] * net.weight
        return graph_of(out, locals())

    assert names_in(forward()) == [
        "a", "ws[0]", None, "ws[1]", None, "net.inner.weight", "out",
    ]  # fmt: skip


def test_a_tensor_may_know_its_own_name():
    x = trained(1.0)
    x.name = "mine"
    assert names_in(graph_of(x * 2.0)) == ["mine", None]
    assert names_in(graph_of(x * 2.0, {"yours": x})) == ["yours", None]


def test_names_of_notebooks_are_passed_over():
    x = trained(1.0)
    assert names_in(graph_of(x * 2.0, {"_": x, "x": x})) == ["x", None]


def test_pairs_serve_as_names():
    x = trained(1.0)
    assert names_in(graph_of(x * 2.0, iter([("x", x)]))) == ["x", None]


def test_views_follow_their_base():
    x = trained([1.0, 2.0])
    y = x * 1.0
    part = y[:1]
    y.mul_(3.0)
    graph = graph_of(part)
    assert [n.operation for n in graph.nodes] == [None, "mul", "mul", "getitem"]


# --- errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize("outputs", [None, 3.0, np.ones(2), "x", [1.0], {"a": None}])
def test_outputs_must_be_tensors(outputs):
    with pytest.raises(TypeError, match="expects"):
        graph_of(outputs)


@pytest.mark.parametrize("outputs", [[], (), {}])
def test_some_output_is_needed(outputs):
    with pytest.raises(ValueError, match="at least one"):
        graph_of(outputs)


@pytest.mark.parametrize(
    "names", [3, "xy", [1, 2], [mg.ones(2)], {mg.ones(1): "x"}], ids=lambda n: type(n).__name__
)
def test_names_must_be_a_mapping(names):
    with pytest.raises(TypeError, match="names must be a mapping"):
        graph_of(trained(1.0), names)


# --- size ---------------------------------------------------------------------------------------


def seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def test_thirty_doublings_are_thirty_nodes():
    y = trained(1.0)
    for _ in range(30):
        y = y + y
    graph = graph_of(y)
    assert (len(graph.nodes), len(graph.edges)) == (31, 60)


def test_ten_thousand_operations_take_about_a_second():
    y = x = trained([1.0, 2.0])
    for _ in range(5_000):
        y = y * 0.999 + x
    assert seconds(lambda: y.draw_graph().source) < 3.0  # 0.5 measured


def test_a_chain_of_one_hundred_thousand_needs_no_recursion():
    y = trained([1.0, 2.0])
    for _ in range(100_000):
        y = y * 0.99999
    graph = graph_of(y)
    assert (len(graph.nodes), len(graph.edges)) == (100_001, 100_000)
