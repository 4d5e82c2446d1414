"""Modules as frames or closed boxes, functions, and the ways that values and gradients take."""

from itertools import pairwise

import numpy as np
import pytest

import minigrad as mg
from minigrad import draw_graph


class Block(mg.nn.Module):
    def __init__(self, size):
        super().__init__()
        self.a, self.b = mg.nn.Linear(size, size), mg.nn.Linear(size, size)

    def forward(self, x):
        return x + self.b(mg.relu(self.a(x)))


def net(count=1):
    return mg.nn.Sequential(mg.nn.Linear(4, 8), *[Block(8) for _ in range(count)])


X = mg.tensor(np.ones((3, 4)), dtype="float32")


def titles(scene):
    return {mark.lines[0] for mark in scene.marks}


def test_groups_are_the_calls_of_modules():
    scene = draw_graph(net(), X).scene
    groups = {group.id: group for group in scene.groups}
    assert [group.title for group in scene.groups] == [
        "Sequential", "0: Linear", "1: Block", "1.a: Linear", "1.b: Linear"
    ]  # fmt: skip
    assert [group.parent for group in scene.groups] == [None, 0, 0, 2, 2]
    inside = {
        mark.lines[0]: None if mark.group is None else groups[mark.group].title
        for mark in scene.marks
    }
    assert inside["input"] is None  # named after forward's parameter, and from outside
    assert inside["0.weight"] == "0: Linear"
    assert inside["1.b.bias"] == "1.b: Linear"
    assert inside["relu"] == inside["add"] == "1: Block"


def test_depth_closes_modules():
    scene = draw_graph(net(), X, depth=1).scene
    assert [(mark.kind, mark.lines[0]) for mark in scene.marks] == [
        ("input", "input"), ("module", "0: Linear"), ("module", "1: Block")
    ]  # fmt: skip
    assert scene.marks[2].lines == (
        "1: Block", "2 linear, relu, add", "4 operations", "4 leaves of 144 numbers", "→ (3, 8)"
    )  # fmt: skip
    assert [group.title for group in scene.groups] == ["Sequential"]
    assert {mark.group for mark in scene.marks[1:]} == {0}
    assert titles(draw_graph(net(), X, depth=0).scene) == {"input", "Sequential"}
    with pytest.raises(ValueError, match="depth must be at least 0, got -1"):
        draw_graph(net(), X, depth=-1)


def test_over_budget_repeats_are_folded_then_modules_closed():
    scene = draw_graph(net(12), X, max_nodes=20).scene
    assert "the same 11 more times" in titles(scene)
    assert "1.a.weight" in titles(scene)
    sizes = [4, 5, 6, 7, 8, 9, 10]
    odd = mg.nn.Sequential(*[mg.nn.Linear(a, b) for a, b in pairwise(sizes)])
    scene = draw_graph(odd, X, max_nodes=12).scene
    assert [mark.kind for mark in scene.marks] == ["input", *["module"] * 6]
    assert "6 modules closed" in scene.notes[0]


def test_a_module_called_twice_is_two_frames():
    class Twice(mg.nn.Module):
        def __init__(self):
            super().__init__()
            self.f = mg.nn.Linear(4, 4)

        def forward(self, x):
            return self.f(self.f(x))

    scene = draw_graph(Twice(), X).scene
    assert [group.title for group in scene.groups] == ["Twice", "f: Linear", "f: Linear"]
    weight = next(mark for mark in scene.marks if mark.lines[0] == "f.weight")
    assert weight.group == 0  # both use it, so it belongs to what is around both
    assert sum(arrow.source == weight.id for arrow in scene.arrows) == 2


def test_hooks_are_removed_even_after_an_error():
    model = net()
    with pytest.raises(RuntimeError):
        draw_graph(model, mg.ones(2, 5))
    assert len(draw_graph(model, X).scene.groups) == 5
    assert all(not m._hooks.before and not m._hooks.after for m in model.modules())


def test_functions():
    w = mg.tensor([1.0, 2.0], requires_grad=True)
    scene = draw_graph(lambda value, weight: value * weight, mg.tensor([3.0, 4.0]), w).scene
    assert titles(scene) == {"value", "weight", "mul"}
    assert scene.groups == ()
    with pytest.raises(TypeError, match="takes inputs only for a module or a function"):
        draw_graph(w * 2.0, w)


def test_outputs_in_containers_of_containers():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    y, z = x * 2.0, mg.exp(x)
    scene = draw_graph({"out": y, "state": (z, {"start": x})}).scene
    assert {mark.lines[0] for mark in scene.marks if mark.is_output} == {
        "out = mul", "state[0] = exp", "state[1].start"
    }  # fmt: skip
    assert sum(mark.is_output for mark in draw_graph([y, (z, [x])]).scene.marks) == 3
    again = [y]
    again.append(again)
    assert len(draw_graph(again).scene.marks) == 2
    lstm = mg.nn.LSTM(3, 4)
    assert sum(m.is_output for m in draw_graph(lstm, mg.zeros(2, 1, 3)).scene.marks) >= 1
    with pytest.raises(TypeError, match="expects Tensors, got int among them"):
        draw_graph([y, (z, 1)])
    with pytest.raises(ValueError, match="at least one Tensor"):
        draw_graph([[], {}])


def test_deep_nesting_needs_no_recursion():
    class Wrapped(mg.nn.Module):
        def __init__(self, inner):
            super().__init__()
            self.inner = inner

        def forward(self, x):
            return self.inner(x)

    model = mg.nn.Linear(4, 4)
    for _ in range(60):
        model = Wrapped(model)
    drawing = draw_graph(model, X)
    assert len(drawing.scene.groups) == 61
    assert drawing.svg().count('class="group"') == 61


# --- views ------------------------------------------------------------------------------------


def weighed():
    w, x = mg.tensor([1.0, 2.0], requires_grad=True), mg.tensor([3.0, 4.0])
    b = mg.tensor(0.5, requires_grad=True)
    return w * x + b, {"w": w, "x": x, "b": b}


def arrows(scene):
    name = {mark.id: mark.lines[0] for mark in scene.marks}
    return [(name[a.source], name[a.target], a.label, a.backward) for a in scene.arrows]


def test_forward_labels_say_what_is_broadcast():
    y, names = weighed()
    assert arrows(y.draw_graph(names=names).scene) == [
        ("w", "mul", "x", False),
        ("x", "mul", "y", False),
        ("mul", "add", "x", False),
        ("b", "add", "y ()→(2,)", False),
    ]


def test_backward_shows_what_gradients_reach():
    y, names = weighed()
    drawing = y.draw_graph(names=names, view="backward")
    assert titles(drawing.scene) == {"w", "b", "mul", "add"}
    assert arrows(drawing.scene) == [
        ("w", "mul", "dx", True), ("mul", "add", "dx", True), ("b", "add", "dy", True)
    ]  # fmt: skip
    assert drawing.source.count("dir=back") == 3


def test_both():
    y, names = weighed()
    drawing = y.draw_graph(names=names, view="both")
    assert sum(backward for *_, backward in arrows(drawing.scene)) == 3
    assert len(drawing.scene.arrows) == 7
    assert drawing.source.count("constraint=false dir=back") == 3
    with pytest.raises(ValueError, match="view must be forward, backward or both, got 'up'"):
        y.draw_graph(view="up")


def test_no_gradient_flows_to_an_index_or_a_detached_tensor():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    y = x[mg.tensor([0, 1])] * x.detach()
    found = arrows(y.draw_graph(names={"x": x}, view="backward").scene)
    assert [(source, target) for source, target, *_ in found] == [
        ("x", "getitem"),
        ("getitem", "mul"),
    ]


def test_gradient_states_are_told_apart():
    w, unused, zero = (mg.tensor([1.0, 2.0], requires_grad=True) for _ in range(3))
    y = (w * mg.tensor([float("nan"), 1.0]) + zero * 0.0).sum()
    y.backward()
    drawing = draw_graph([y, unused], names={"w": w, "unused": unused, "zero": zero})
    lines = {mark.lines[0]: mark.lines[1:] for mark in drawing.scene.marks}
    assert "no gradient yet" in lines["unused"]
    assert "grad  0 everywhere" in lines["zero"]
    assert "⚠ 1 NaN" in lines["w"]
    assert any("gradient not needed" in text for text in lines["constant"])
