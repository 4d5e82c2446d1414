"""A traced backward pass is the real one."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.drawing import graph_of, trace_backward


def trained(data):
    return mg.tensor(data, requires_grad=True)


def test_a_diamond_step_by_step():
    x = trained(0.5)
    h = mg.exp(x)
    y = h * x + h
    steps = trace_backward(y, names={"x": x, "h": h})
    e = np.exp(np.float32(0.5))
    assert [step.name for step in steps] == ["AddBackward", "MulBackward", "ExpBackward"]
    assert [(s.to, s.operand, s.formula) for step in steps for s in step.contributions] == [
        ("mul", "x", "g"),
        ("h", "y", "g"),
        ("h", "x", "g * y"),
        ("x", "y", "g * x"),
        ("x", "x", "g * out"),
    ]
    arrived = [float(s.accumulated) for step in steps for s in step.contributions]
    np.testing.assert_allclose(arrived, [1, 1, 1.5, e, e + 1.5 * e], rtol=1e-6)
    np.testing.assert_allclose([float(s.incoming) for s in steps], [1, 1, 1.5], rtol=1e-6)
    assert float(steps[1].saved["y"]) == 0.5
    np.testing.assert_allclose(x.grad.item(), 2.5 * e, rtol=1e-6)


def test_ids_are_those_of_the_graph():
    x = trained([1.0, 2.0])
    y = (mg.exp(x) * x).sum()
    graph = graph_of(y)
    steps = trace_backward(y)
    assert [graph.nodes[step.id].operation for step in steps] == ["sum", "mul", "exp"]
    sent = {(s.target, step.id, s.operand) for step in steps for s in step.contributions}
    assert sent == {(edge.source, edge.target, edge.operand) for edge in graph.edges}
    assert [step.waiting for step in steps] == [(), (), ()]


def test_the_queue_is_why_the_order_is_right():
    x = trained(1.0)
    a, b = x * 2.0, x * 3.0
    steps = trace_backward(a + b)
    assert [step.id for step in steps] == [3, 2, 1]
    assert [step.waiting for step in steps] == [(), (1,), ()]


def test_it_is_the_real_backward_pass():
    w, x = trained([[1.0, -2.0], [0.5, 3.0]]), mg.tensor([1.0, 2.0])
    v = trained(w.detach())
    seed = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
    for _ in range(2):  # gradients accumulate, too
        (v * x * mg.exp(v)).backward(seed)
        trace_backward(w * x * mg.exp(w), seed)
    np.testing.assert_array_equal(w.grad.numpy(), v.grad.numpy())


def test_the_graph_is_freed_unless_kept():
    x = trained([2.0])
    y = (x * x).sum()
    trace_backward(y, retain_graph=True)
    trace_backward(y)
    with pytest.raises(RuntimeError, match="second time"):
        trace_backward(y)
    assert x.grad.tolist() == [8.0]


def test_broadcast_gradients_are_shown_before_they_are_summed():
    x, b = trained([1.0, 2.0]), trained(3.0)
    _, step = trace_backward((x + b).sum(), names={"b": b})
    (_, to_b) = step.contributions
    assert to_b.gradient.tolist() == [1.0, 1.0]
    assert to_b.accumulated.tolist() == 2.0
    assert "to b, summed to shape (): 2 there now" in str(step)


def test_several_results():
    x = trained([[1.0, 2.0], [3.0, 4.0]])
    first, _ = mg.unbind(x)
    *_, step = trace_backward((first * 3.0).sum())
    assert step.name == "UnbindBackward"
    assert step.shape == ((2,), (2,))
    assert step.incoming[0].tolist() == [3.0, 3.0]
    assert step.incoming[1] is None
    assert step.contributions[0].gradient.tolist() == [[3.0, 3.0], [0.0, 0.0]]


def test_any_number_of_operands():
    a, b = trained([1.0]), trained([2.0, 3.0])
    (step,) = trace_backward(mg.cat([a, b]), mg.tensor([1.0, 2.0, 3.0]), names={"a": a, "b": b})
    assert [(s.operand, s.to, s.gradient.tolist()) for s in step.contributions] == [
        ("[0]", "a", [1.0]),
        ("[1]", "b", [2.0, 3.0]),
    ]


def test_hooks_are_seen_at_work():
    x = trained([1.0])
    h = x * 2.0
    h.register_hook(lambda g: g * 10.0)
    steps = trace_backward(h.sum())
    assert steps[1].incoming.tolist() == [10.0]


def test_steps_are_copies():
    x, seed = trained([1.0, 2.0]), mg.tensor([1.0, 1.0])
    (step,) = trace_backward(x * 3.0, seed)
    seed.zero_()
    x.grad.zero_()
    assert step.incoming.tolist() == [1.0, 1.0]
    assert step.contributions[0].accumulated.tolist() == [3.0, 3.0]


def test_steps_as_text():
    x = trained([1.0, 2.0])
    y = (x * x).sum()
    text = str(trace_backward(y, names={"x": x})[1])
    title, *rest = text.splitlines()
    assert title.startswith("MulBackward  (2,)")
    assert "test_trace.py" in title
    assert rest == [
        "    arrives  [1, 1]",
        "    saved    y = [1, 2]",
        "    saved    x = [1, 2]",
        "    dx = g * y = [1, 2]",
        "        to x: [1, 2] there now",
        "    dy = g * x = [1, 2]",
        "        to x: [2, 4] there now",
    ]


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: mg.tensor([1.0]), "does not require grad"),
        (lambda: trained([1.0, 2.0]) * 2.0, "only for scalar outputs"),
    ],
)
def test_errors_are_those_of_backward(build, message):
    with pytest.raises(RuntimeError, match=message):
        trace_backward(build())


def test_a_leaf_has_no_steps():
    x = trained(1.0)
    assert trace_backward(x) == []
    assert x.grad.item() == 1.0


def test_long_chains():
    y = x = trained(1.0)
    for _ in range(3000):
        y = y * 1.0
    assert len(trace_backward(y)) == 3000
    assert x.grad.item() == 1.0
