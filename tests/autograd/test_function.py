"""Functions with a backward of the user's own: as PyTorch's, program by program."""

from __future__ import annotations

import gc
import re
import warnings
import weakref
from typing import Any

import numpy as np
import pytest
import torch
from programs import same

import minigrad as mg


def leaf(t: Any, *values: float) -> Any:
    return t.tensor(list(values or (1.5, -2.0)), requires_grad=True)


def function(t: Any, forward: Any, backward: Any, **members: Any) -> Any:
    """Return a Function of an engine."""
    body = {"forward": staticmethod(forward), "backward": staticmethod(backward), **members}
    return type("Mine", (t.autograd.Function,), body)


def cube(t: Any) -> Any:
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x * x * x

    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return 3 * g * x * x

    return function(t, forward, backward)


def exponential(t: Any) -> Any:
    def forward(ctx: Any, x: Any) -> Any:
        out = x.exp()
        ctx.save_for_backward(out)
        return out

    def backward(ctx: Any, g: Any) -> Any:
        (out,) = ctx.saved_tensors
        return g * out

    return function(t, forward, backward)


def double(t: Any) -> Any:
    return function(t, lambda ctx, x: x * 2, lambda ctx, g: g * 2)


# --- gradients ------------------------------------------------------------------------------------


def first_gradient(t: Any) -> Any:
    x = leaf(t)
    y = cube(t).apply(x)
    (y * t.tensor([2.0, 3.0])).sum().backward()
    return y, x.grad


def all_orders(t: Any) -> Any:
    x, found = leaf(t), []
    y = cube(t).apply(x).sum()
    for _ in range(3):
        (y,) = t.autograd.grad(y.sum(), x, create_graph=True)
        found.append(y)
    return found


def all_orders_of_a_saved_output(t: Any) -> Any:
    x, found = leaf(t), []
    y = exponential(t).apply(x * 2).sum()
    for _ in range(3):
        (y,) = t.autograd.grad(y.sum(), x, create_graph=True)
        found.append(y)
    return found


def in_a_chain(t: Any) -> Any:
    x = leaf(t)
    y = cube(t).apply(exponential(t).apply(x) * 2) + x
    y.sum().backward()
    return x.grad


def nested(t: Any) -> Any:
    inner = cube(t)
    outer = function(
        t,
        lambda ctx, x: inner.apply(x) * 2 if not t.is_grad_enabled() and x.requires_grad else None,
        lambda ctx, g: g * 5,
    )
    x = leaf(t)
    y = outer.apply(x)
    y.sum().backward()
    return y, x.grad


def separate_setup(t: Any) -> Any:
    def setup(ctx: Any, inputs: Any, output: Any) -> None:
        x, factor = inputs
        ctx.factor = factor
        ctx.save_for_backward(x, output)
        ctx.mode = t.is_grad_enabled(), x.requires_grad, output.requires_grad

    def backward(ctx: Any, g: Any) -> Any:
        x, output = ctx.saved_tensors
        assert ctx.mode == (False, True, False)
        return g * ctx.factor + 0 * x * output, None

    mine = function(t, lambda x, factor=3: x * factor, backward, setup_context=staticmethod(setup))
    x = leaf(t)
    (mine.apply(x) + mine.apply(x, 5) + mine.apply(x, factor=7)).sum().backward()
    return x.grad


def keyword_arguments(t: Any) -> Any:
    mine = function(t, lambda ctx, x, k=2: x * k, lambda ctx, g: (g * 10, None))
    x = leaf(t)
    mine.apply(x, k=3).sum().backward()
    return mine.apply(x=x), x.grad


def no_gradient_for_one(t: Any) -> Any:
    mine = function(t, lambda ctx, x, y: x * y, lambda ctx, g: (None, g))
    x, y = leaf(t), leaf(t)
    mine.apply(x, y).sum().backward()
    return x.grad, y.grad


def needs(t: Any) -> Any:
    seen: list[Any] = []

    def forward(ctx: Any, *args: Any) -> Any:
        seen.append(ctx.needs_input_grad)
        return args[0] * 2

    mine = function(t, forward, lambda ctx, g: (g * 2, g, None))
    x = leaf(t)
    mine.apply(x, t.ones(2), "text").sum().backward()
    with t.no_grad():
        y = mine.apply(x, t.ones(2), 3)
    return seen, x.grad, y


def broadcast_gradients_are_summed(t: Any) -> Any:
    mine = function(t, lambda ctx, x, y: x * y, lambda ctx, g: (g, g))
    x, y = leaf(t), t.ones(3, 2, requires_grad=True)
    mine.apply(x, y).sum().backward()
    return x.grad, y.grad


def gradients_of_another_dtype_are_cast(t: Any) -> Any:
    mine = function(t, lambda ctx, x: x * 2, lambda ctx, g: g.double())
    x = leaf(t)
    mine.apply(x).sum().backward()
    return x.grad


def trailing_nones_are_dropped(t: Any) -> Any:
    mine = function(t, lambda ctx, x: x * 2, lambda ctx, g: (g, None, None))
    x = leaf(t)
    mine.apply(x).sum().backward()
    return x.grad


def vjp_is_another_name(t: Any) -> Any:
    mine = type(
        "Mine",
        (t.autograd.Function,),
        {"forward": staticmethod(lambda ctx, x: x * 2), "vjp": staticmethod(lambda ctx, g: g * 7)},
    )
    x = leaf(t)
    mine.apply(x).sum().backward()
    return x.grad


def given_the_same_tensor_twice(t: Any) -> Any:
    def forward(ctx: Any, x: Any, y: Any) -> Any:
        ctx.save_for_backward(x)
        ctx.save_for_backward(x, y)  # the last call counts
        return x * y

    def backward(ctx: Any, g: Any) -> Any:
        x, y = ctx.saved_tensors
        return g * y, g * x * 3

    x = leaf(t)
    function(t, forward, backward).apply(x, x).sum().backward()
    return x.grad


def any_number_of_arguments(t: Any) -> Any:
    mine = function(
        t,
        lambda ctx, *xs: t.stack(xs).sum(0),
        lambda ctx, g: tuple(g * i for i in range(3)),
    )
    xs = [leaf(t) for _ in range(3)]
    mine.apply(*xs).sum().backward()
    return [x.grad for x in xs]


def recomputed_in_backward(t: Any) -> Any:
    def forward(ctx: Any, f: Any, x: Any) -> Any:
        ctx.f = f
        ctx.save_for_backward(x)
        return f(x)

    def backward(ctx: Any, g: Any) -> Any:
        x = ctx.saved_tensors[0].detach().requires_grad_()
        with t.enable_grad():
            out = ctx.f(x)
        out.backward(g)
        return None, x.grad

    x, w = leaf(t), leaf(t)
    function(t, forward, backward).apply(lambda a: a * w, x * 2).sum().backward()
    return x.grad, w.grad


def wanted_for_one_input_only(t: Any) -> Any:
    seen: list[Any] = []

    def forward(ctx: Any, x: Any, y: Any) -> Any:
        ctx.save_for_backward(x, y)
        return x * y

    def backward(ctx: Any, g: Any) -> Any:
        seen.append(ctx.needs_input_grad)
        x, y = ctx.saved_tensors
        return g * y, g * x

    x, y = leaf(t), leaf(t)
    return t.autograd.grad(function(t, forward, backward).apply(x, y).sum(), y), seen


def inherited(t: Any) -> Any:
    parent = double(t)
    child = type("Child", (parent,), {"backward": staticmethod(lambda ctx, g: g * 5)})
    x = leaf(t)
    (parent.apply(x) + child.apply(x)).sum().backward()
    return x.grad, child.apply(x).grad_fn.name()


# --- results --------------------------------------------------------------------------------------


def several_results(t: Any) -> Any:
    seen: list[Any] = []

    def backward(ctx: Any, *grads: Any) -> Any:
        seen.append([g if g is None else g.tolist() for g in grads])
        return grads[0] * 2 + grads[4] * 3

    mine = function(t, lambda ctx, x: (x * 2, 3, None, x > 0, x * 3), backward)
    x = leaf(t)
    a, three, none, mask, b = mine.apply(x)
    (a * 5).sum().backward(retain_graph=True)
    (a * 5 + b).sum().backward()
    return seen, three, none, mask, a, b, x.grad


def results_saved_and_differentiated_twice(t: Any) -> Any:
    def forward(ctx: Any, x: Any) -> Any:
        a, b = x.exp(), x * x
        ctx.save_for_backward(x, None, a)
        return a, b

    def backward(ctx: Any, ga: Any, gb: Any) -> Any:
        x, none, a = ctx.saved_tensors
        assert none is None
        return ga * a + 2 * gb * x

    x = leaf(t)
    a, b = function(t, forward, backward).apply(x * 1)
    (first,) = t.autograd.grad((a * b).sum(), x, create_graph=True)
    return first, t.autograd.grad(first.sum(), x)


def materialized(t: Any, value: bool) -> Any:
    seen: list[Any] = []

    def forward(ctx: Any, x: Any) -> Any:
        ctx.set_materialize_grads(value)
        return x * 1, x * 2

    def backward(ctx: Any, *grads: Any) -> Any:
        seen.append([g if g is None else g.tolist() for g in grads])
        return grads[0]

    x = leaf(t)
    function(t, forward, backward).apply(x)[0].sum().backward()
    return seen, x.grad


def grads_are_materialized(t: Any) -> Any:
    return materialized(t, True)


def grads_are_not_materialized(t: Any) -> Any:
    return materialized(t, False)


def non_differentiable_results(t: Any) -> Any:
    seen: list[Any] = []

    def forward(ctx: Any, x: Any) -> Any:
        a, b = x * 2, x * 3
        ctx.mark_non_differentiable(b, x)
        return a, b, x

    def backward(ctx: Any, *grads: Any) -> Any:
        seen.append([g.tolist() for g in grads])
        return grads[0]

    x = leaf(t)
    a, b, c = function(t, forward, backward).apply(x)
    a.sum().backward()
    return a, b, c, c is x, x.requires_grad, seen


def no_tensor_at_all(t: Any) -> Any:
    x = leaf(t)
    return [
        function(t, lambda ctx, x, r=result: r, lambda ctx, g: g).apply(x)
        for result in (5, None, "text", [1, 2], ())
    ]


def integers_in_and_out(t: Any) -> Any:
    x = t.tensor([1, 2])
    return double(t).apply(x)


def an_input_returned_as_it_is(t: Any) -> Any:
    x = leaf(t)
    constant = t.ones(2)
    identity = function(t, lambda ctx, x: x, lambda ctx, g: g * 7)
    y = identity.apply(x)
    (y * 2).sum().backward()
    return y is x, y, x.grad, identity.apply(constant) is constant, x.is_leaf


def a_view_returned(t: Any) -> Any:
    mine = function(t, lambda ctx, x: x.view(2, 1), lambda ctx, g: g.view(2) * 7)
    x = leaf(t)
    y = mine.apply(x)
    (y * 2).sum().backward()
    return y, x.grad


# --- writing in place -----------------------------------------------------------------------------


def doubled_in_place(t: Any, returned: bool = True) -> Any:
    def forward(ctx: Any, x: Any) -> Any:
        x.mul_(2)
        ctx.mark_dirty(x)
        return x if returned else x * 1

    return function(t, forward, lambda ctx, g: g * 2)


def dirty(t: Any) -> Any:
    x = leaf(t)
    y = x * 3
    z = doubled_in_place(t).apply(y)
    (y * 5).sum().backward()
    return z is y, y, x.grad


def dirty_view(t: Any) -> Any:
    x = leaf(t)
    y = x * 3
    v = y[:1]
    z = doubled_in_place(t).apply(v)
    (y * 5 + v).sum().backward()
    return z is v, y, v, x.grad


def dirty_base_of_a_view(t: Any) -> Any:
    x = leaf(t)
    y = x * 3
    v = y[:1]
    doubled_in_place(t).apply(y)
    (v * 5).sum().backward()
    return v, x.grad


def dirty_constant(t: Any) -> Any:
    x = t.ones(2)
    z = doubled_in_place(t).apply(x)
    return z is x, x


def dirty_leaf_without_recording(t: Any) -> Any:
    x = leaf(t)
    with t.no_grad():
        z = doubled_in_place(t).apply(x)
    return z is x, x


def dirty_and_saved(t: Any) -> Any:
    def forward(ctx: Any, x: Any) -> Any:
        x.exp_()
        ctx.mark_dirty(x)
        ctx.save_for_backward(x)
        return x

    def backward(ctx: Any, g: Any) -> Any:
        (out,) = ctx.saved_tensors
        return g * out

    x = leaf(t)
    y = function(t, forward, backward).apply(x * 1)
    (first,) = t.autograd.grad(y.sum(), x, create_graph=True)
    return first, t.autograd.grad(first.sum(), x)


# --- saving ---------------------------------------------------------------------------------------


def saved_tensors_are_what_they_were(t: Any) -> Any:
    seen: list[Any] = []

    def forward(ctx: Any, x: Any, y: Any) -> Any:
        ctx.save_for_backward(x, None, y, x * 2)
        return x * y

    def backward(ctx: Any, g: Any) -> Any:
        a, none, b, c = ctx.saved_tensors
        seen.extend([a is x, none, a.requires_grad, b.requires_grad, b.is_leaf, c.requires_grad])
        seen.append((t.is_grad_enabled(), g.requires_grad))
        return g, g

    x = leaf(t)
    z = function(t, forward, backward).apply(x, x * 3)
    z.sum().backward()
    return seen


def twice_without_saving(t: Any) -> Any:
    def forward(ctx: Any, x: Any) -> Any:
        ctx.factor = 3
        return x * 3

    x = leaf(t)
    y = function(t, forward, lambda ctx, g: g * ctx.factor).apply(x)
    y.sum().backward()
    y.sum().backward()
    return x.grad


def twice_when_retained(t: Any) -> Any:
    x = leaf(t)
    y = cube(t).apply(x).sum()
    y.backward(retain_graph=True)
    y.backward()
    return x.grad


def the_node(t: Any) -> Any:
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        ctx.factor = 3
        return x * 3

    node = function(t, forward, lambda ctx, g: g).apply(leaf(t)).grad_fn
    return node.name(), node.factor, node.saved_tensors, node.needs_input_grad


def once_marked(t: Any) -> Any:
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x * x

    @t.autograd.function.once_differentiable
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        assert not t.is_grad_enabled()
        return 2 * g * x

    return function(t, forward, backward)


def once_differentiable_once(t: Any) -> Any:
    x = leaf(t)
    y = once_marked(t).apply(x)
    constant = t.autograd.grad(y.sum(), x, create_graph=True, retain_graph=True)
    return constant, t.autograd.grad((y * y).sum(), x, create_graph=True)[0].requires_grad


AGREE = [value for value in list(globals().values()) if getattr(value, "__code__", None)]
AGREE = [
    program
    for program in AGREE
    if program.__code__.co_varnames[: program.__code__.co_argcount] == ("t",)
    and program.__name__ not in ("cube", "exponential", "double", "once_marked")
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("program", AGREE, ids=lambda program: program.__name__)
def test_same_as_pytorch(program: Any) -> None:
    outcome = same(program)
    assert not isinstance(outcome, Exception)


# --- refusals -------------------------------------------------------------------------------------


def backward_that_returns(result: Any, *args: Any) -> Any:
    def program(t: Any) -> Any:
        mine = function(t, lambda ctx, x, *rest: x * 2, lambda ctx, g: result(t, g))
        mine.apply(leaf(t), *args).sum().backward()

    return program


def used_twice(t: Any) -> Any:
    y = cube(t).apply(leaf(t)).sum()
    y.backward()
    y.backward()


def saved_tensor_modified(t: Any) -> Any:
    x = leaf(t)
    y = cube(t).apply(x)
    with t.no_grad():
        x.mul_(2)
    y.sum().backward()


def saved_output_modified(t: Any) -> Any:
    y = exponential(t).apply(leaf(t))
    y.mul_(2)
    y.sum().backward()


def save_a_number(t: Any) -> Any:
    function(t, lambda ctx, x: ctx.save_for_backward(3), lambda ctx, g: g).apply(leaf(t))


def dirty_number(t: Any) -> Any:
    function(t, lambda ctx, x: ctx.mark_dirty(3), lambda ctx, g: g).apply(leaf(t))


def non_differentiable_number(t: Any) -> Any:
    function(t, lambda ctx, x: ctx.mark_non_differentiable(3) or x * 2, lambda ctx, g: g).apply(
        leaf(t)
    )


def dirty_leaf(t: Any) -> Any:
    doubled_in_place(t).apply(leaf(t))


def dirty_but_not_returned(t: Any) -> Any:
    doubled_in_place(t, returned=False).apply(leaf(t) * 1)


def write_into_the_alias_of_an_input(t: Any) -> Any:
    function(t, lambda ctx, x: x, lambda ctx, g: g).apply(leaf(t) * 1).mul_(2)


def write_into_a_view_returned(t: Any) -> Any:
    mine = function(t, lambda ctx, x: x.view(2, 1), lambda ctx, g: g.view(2))
    mine.apply(leaf(t) * 1).mul_(2)


def no_backward(t: Any) -> Any:
    forward = staticmethod(lambda ctx, x: x * 2)
    mine = type("Mine", (t.autograd.Function,), {"forward": forward})
    mine.apply(leaf(t)).sum().backward()


def no_forward(t: Any) -> Any:
    type("Mine", (t.autograd.Function,), {}).apply(leaf(t))


def two_names_for_backward(t: Any) -> Any:
    mine = function(t, lambda ctx, x: x * 2, lambda ctx, g: g, vjp=staticmethod(lambda ctx, g: g))
    mine.apply(leaf(t)).sum().backward()


def called_as_an_instance(t: Any) -> Any:
    double(t)()(leaf(t))


def keyword_with_a_gap(t: Any) -> Any:
    function(t, lambda ctx, x, y=None, k=2: x * k, lambda ctx, g: g).apply(leaf(t), k=3)


def keyword_unknown(t: Any) -> Any:
    double(t).apply(leaf(t), q=3)


def once_differentiable_twice(t: Any) -> Any:
    x = leaf(t)
    y = once_marked(t).apply(x)
    (first,) = t.autograd.grad((y * y).sum(), x, create_graph=True)
    first.sum().backward()


REFUSED = {
    "too few gradients": (
        backward_that_returns(lambda t, g: g, 2),
        "returned an incorrect number of gradients (expected 2, got 1)",
    ),
    "no gradients": (backward_that_returns(lambda t, g: ()), "(expected 1, got 0)"),
    "too many gradients": (backward_that_returns(lambda t, g: (g, g)), "(expected 1, got 2)"),
    "gradient of a number": (
        backward_that_returns(lambda t, g: (g, g), 2),
        "returned a gradient different than None at position 2",
    ),
    "number for a gradient": (backward_that_returns(lambda t, g: 3), "got int"),
    "list of gradients": (backward_that_returns(lambda t, g: [g]), "got list"),
    "wrong shape": (
        backward_that_returns(lambda t, g: t.ones(3)),
        "invalid gradient at index 0 - got [3] but expected shape compatible with [2]",
    ),
    **{
        program.__name__: (program, message)
        for program, message in {
            used_twice: "MineBackward (recorded at",
            saved_tensor_modified: "modified by an inplace operation: MineBackward (recorded at",
            saved_output_modified: "which was modified at",
            save_a_number: "argument 0 is of type int",
            dirty_number: "mark_dirty",
            non_differentiable_number: "mark_non_differentiable",
            dirty_leaf: "a leaf Variable that requires grad",
            dirty_but_not_returned: "were not returned as output",
            write_into_the_alias_of_an_input: "modified inplace",
            write_into_a_view_returned: "modified inplace",
            no_backward: "You must implement either the backward or vjp",
            no_forward: "You must implement the forward",
            two_names_for_backward: "both 'backward' and 'vjp'",
            called_as_an_instance: "Mine.apply",
            keyword_with_a_gap: "missing the argument 'y'",
            keyword_unknown: "unexpected arguments ['q']",
            once_differentiable_twice: "marked with @once_differentiable",
        }.items()
    },
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", REFUSED)
def test_refused_as_by_pytorch(name: str) -> None:
    program, message = REFUSED[name]
    assert isinstance(same(program, message), Exception)


def test_marking_a_result_dirty_warns() -> None:
    def forward(ctx: Any, x: Any) -> Any:
        out = x * 2
        ctx.mark_dirty(out)
        return out

    with pytest.warns(UserWarning, match="mark_dirty"):
        function(mg, forward, lambda ctx, g: g).apply(leaf(mg))


# --- what only the graph shows --------------------------------------------------------------------


@pytest.mark.parametrize("make", [cube, exponential, double])
def test_a_graph_is_freed_at_once(make: Any) -> None:
    x = leaf(mg)
    gc.collect()
    gc.disable()
    try:
        y = make(mg).apply(x * 1)
        gone = weakref.ref(y), weakref.ref(y.grad_fn)
        y.sum().backward(retain_graph=True)
        del y
        assert [reference() for reference in gone] == [None, None]
    finally:
        gc.enable()


def test_arguments_are_not_kept_by_the_node() -> None:
    class Thing:
        pass

    thing, constant = Thing(), mg.ones(2)
    gone = weakref.ref(thing), weakref.ref(constant)
    mine = function(mg, lambda ctx, x, *rest: x * 2, lambda ctx, g: (g, None, None))
    y = mine.apply(leaf(mg), thing, constant)
    del thing, constant
    assert [reference() for reference in gone] == [None, None]
    y.sum().backward()


def test_saved_memory_is_freed_by_backward() -> None:
    x = leaf(mg)
    y = exponential(mg).apply(x)
    gone = weakref.ref(y._array)
    z = y.sum()
    del y
    assert gone() is not None
    z.backward()
    assert gone() is None


def test_the_graph_can_be_drawn() -> None:
    class Scale(mg.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any, factor: float) -> Any:
            ctx.factor = factor
            return x * factor

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            """dx = g * factor."""
            return g * ctx.factor, None

    x = leaf(mg)
    y = Scale.apply(x, 3.0)
    picture = str(y.draw_graph(rules=True, names={"x": x}).source)
    assert "Scale" in picture
    assert "g * factor" in picture
    (step,) = mg.trace_backward(y.sum(), names={"x": x})[1:]
    assert (step.name, step.contributions[0].operand) == ("ScaleBackward", "x")
    assert step.contributions[0].to == "x"


def test_the_users_line_is_kept() -> None:
    y = double(mg).apply(leaf(mg))
    assert re.search(r"test_function\.py:\d+, in test_the_users_line_is_kept", y.grad_fn.where())


def test_complex_gradients_have_pytorchs_convention() -> None:
    def program(t: Any) -> Any:
        def forward(ctx: Any, z: Any) -> Any:
            ctx.save_for_backward(z)
            return z * z

        def backward(ctx: Any, g: Any) -> Any:
            (z,) = ctx.saved_tensors
            return 2 * g * z.conj()

        z = t.tensor([1 + 2j, -0.5j], requires_grad=True)
        (first,) = t.autograd.grad(
            (function(t, forward, backward).apply(z) * 1j).abs().sum(), z, create_graph=True
        )
        return first

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        same(program)


def straight_through(t: Any) -> Any:
    class Rounded(t.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(x: Any, scale: float) -> Any:
            return (x * scale).round() / scale

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:
            ctx.save_for_backward(inputs[0], output)

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            x, output = ctx.saved_tensors
            return g * x * output, None

    return lambda x: Rounded.apply(x, 4.0)


@pytest.mark.parametrize("kind", ["vmap", "grad", "vmap of grad", "grad of vmap", "jacrev"])
def test_inside_transforms(kind: str) -> None:
    def program(t: Any) -> Any:
        f = straight_through(t)
        x = t.tensor([[1.2, -0.7, 2.1], [0.3, 0.9, -1.4]])
        tools = t.func if t is torch else mg.transforms

        def total(x: Any) -> Any:
            return (f(x) * x).sum()

        call = {
            "vmap": t.vmap(f),
            "grad": tools.grad(total),
            "vmap of grad": t.vmap(tools.grad(total)),
            "grad of vmap": tools.grad(lambda x: (t.vmap(f)(x) * x).sum()),
            "jacrev": tools.jacrev(f),
        }[kind]
        return call(x)

    assert not isinstance(same(program), Exception)


def test_a_backward_that_raises_leaves_the_mode_as_it_was() -> None:
    def backward(ctx: Any, g: Any) -> Any:
        raise KeyError("mine")

    y = function(mg, lambda ctx, x: x * 2, backward).apply(leaf(mg))
    with pytest.raises(KeyError, match="mine"):
        y.sum().backward()
    assert mg.is_grad_enabled()
    with pytest.raises(KeyError, match="mine"):
        function(mg, lambda ctx, x: {}["mine"], backward).apply(leaf(mg))
    assert mg.is_grad_enabled()
    np.testing.assert_array_equal(double(mg).apply(mg.ones(2)).numpy(), [2, 2])
