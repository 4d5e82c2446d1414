"""Hooks around nodes, after accumulation, of several tensors, and on what is saved."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest
from programs import same

import minigrad as mg


def leaf(t: Any, *values: float) -> Any:
    return t.tensor(list(values or (1.5, -2.0)), requires_grad=True)


def lists(value: Any) -> Any:
    """Return gradients as plain lists."""
    if isinstance(value, tuple | list):
        return [lists(item) for item in value]
    return value if value is None else value.tolist()


# --- nodes ----------------------------------------------------------------------------------------


def the_order_of_all_hooks(t: Any) -> Any:
    x, seen = leaf(t), []
    y = x * 2
    z = y * t.ones(3, 2)
    z.grad_fn.register_hook(lambda gi, go: seen.append(("z after", lists(gi), lists(go))))
    y.grad_fn.register_hook(lambda gi, go: seen.append(("after", lists(gi), lists(go))))
    y.grad_fn.register_prehook(lambda go: seen.append(("before", lists(go))))
    y.register_hook(lambda g: seen.append(("tensor", lists(g))))
    x.register_post_accumulate_grad_hook(lambda p: seen.append(("there", p is x, lists(p.grad))))
    x.register_hook(lambda g: seen.append(("leaf", lists(g), x.grad is None)))
    z.sum().backward()
    return seen


def replaced_after(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    y.grad_fn.register_hook(lambda gi, go: (gi[0] * 5, None))
    y.grad_fn.register_hook(lambda gi, go: (gi[0] + go[0], gi[1]))
    y.sum().backward()
    return x.grad


def replaced_before(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    y.grad_fn.register_prehook(lambda go: (go[0] * 5,))
    y.grad_fn.register_hook(lambda gi, go: (gi[0] + go[0], None))
    y.sum().backward()
    return x.grad


def replaced_by_none(t: Any) -> Any:
    x, y = leaf(t), leaf(t)
    a, b = x * 2, y * 2
    a.grad_fn.register_prehook(lambda go: (None,))
    b.grad_fn.register_hook(lambda gi, go: (None, None))
    (a + b).sum().backward()
    return x.grad, y.grad


def of_several_results(t: Any) -> Any:
    x, seen = leaf(t), []
    a, b = x.split(1)
    a.grad_fn.register_prehook(lambda go: seen.append(len(go)) or (go[0] * 3, go[1]))
    (a * 2 + b).sum().backward()
    return seen, x.grad


def of_a_product_of_two(t: Any) -> Any:
    x, y, seen = leaf(t), t.ones(3, 1, requires_grad=True), []
    z = x * y
    z.grad_fn.register_hook(lambda gi, go: seen.append(lists(gi)))
    z.sum().backward()
    return seen


def under_create_graph(t: Any) -> Any:
    x = leaf(t)
    y = x * x
    y.grad_fn.register_hook(lambda gi, go: (gi[0] * x, gi[1]))
    y.grad_fn.register_prehook(lambda go: (go[0] * x,))
    (first,) = t.autograd.grad(y.sum(), x, create_graph=True)
    return first, t.autograd.grad(first.sum(), x)


def on_a_path_to_one_input(t: Any) -> Any:
    x, y, seen = leaf(t), leaf(t), []
    z = x * y
    z.grad_fn.register_hook(lambda gi, go: seen.append(lists(go)))
    return t.autograd.grad(z.sum(), x), seen


def enlarge(leaf: Any) -> None:
    leaf.grad.mul_(11)


def removed_again(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    first = y.grad_fn.register_hook(lambda gi, go: (gi[0] * 5, None))
    second = y.grad_fn.register_prehook(lambda go: (go[0] * 7,))
    third = x.register_post_accumulate_grad_hook(enlarge)
    for handle in (None, first, second, third):
        if handle is not None:
            handle.remove()
        y.sum().backward(retain_graph=True)
    return x.grad


def of_the_end_of_a_path(t: Any) -> Any:
    x, seen = leaf(t), []
    end = x.view_as(x).grad_fn.next_functions[0][0]
    end.register_hook(lambda gi, go: seen.append(("after", lists(gi), lists(go), lists(x.grad))))
    end.register_prehook(lambda go: seen.append(("before", lists(go))))
    t.autograd.grad((x * 3).sum(), x)
    (x * 3).sum().backward()
    return seen


def notes_on_a_node(t: Any) -> Any:
    node = (leaf(t) * 2).grad_fn
    node.metadata["why"] = 3
    return node.metadata


def after_accumulation_of_several(t: Any) -> Any:
    x, y, seen = leaf(t), leaf(t), []
    for tensor in (x, y):
        tensor.register_post_accumulate_grad_hook(lambda p: seen.append(lists(p.grad)))
    (x * y).sum().backward()
    (x * y).sum().backward(inputs=[x])
    t.autograd.grad((x * y).sum(), [x, y])
    return sorted(seen)


def gradients_set_free_after_accumulation(t: Any) -> Any:
    x = leaf(t)

    def step(p: Any) -> None:
        with t.no_grad():
            p.sub_(p.grad)
        p.grad = None

    x.register_post_accumulate_grad_hook(step)
    (x * x).sum().backward()
    (x * x).sum().backward()
    return x.detach(), x.grad


def several_tensors(t: Any, mode: str = "all") -> Any:
    a, b, c, seen = leaf(t), leaf(t, 3.0, 4.0), leaf(t), []
    d = a * b
    register = t.autograd.graph.register_multi_grad_hook
    handle = register((a, b, c, d), lambda g: seen.append(lists(g)), mode=mode)
    d.sum().backward(retain_graph=True)
    seen.append("and")
    (d.sum() + c.sum()).backward(retain_graph=True)
    handle.remove()
    d.sum().backward()
    return seen


def the_first_of_several_tensors(t: Any) -> Any:
    return several_tensors(t, "any")


# --- what is saved --------------------------------------------------------------------------------


def packed(t: Any, pack: Any, unpack: Any) -> Any:
    x = leaf(t)
    with t.autograd.graph.saved_tensors_hooks(pack, unpack):
        y = (x * 1).exp() * x
    y.sum().backward()
    return x.grad


def packed_as_it_is(t: Any) -> Any:
    seen: list[Any] = []

    def pack(tensor: Any) -> Any:
        seen.append(("pack", tensor.tolist(), t.is_grad_enabled()))
        return tensor

    def unpack(tensor: Any) -> Any:
        seen.append(("unpack", tensor.tolist()))
        return tensor

    grad = packed(t, pack, unpack)
    return sorted(map(str, seen)), grad


def packed_as_lists(t: Any) -> Any:
    return packed(t, lambda tensor: tensor.tolist(), lambda values: t.tensor(values))


def other_values_unpacked(t: Any) -> Any:
    return packed(t, lambda tensor: None, lambda none: t.tensor([2.0, 3.0]))


def second_derivatives_of_packed(t: Any) -> Any:
    x = leaf(t)
    hooks = t.autograd.graph.saved_tensors_hooks(lambda a: a * 2, lambda a: a / 2)
    with hooks:
        y = x * x * x.exp()
        (first,) = t.autograd.grad(y.sum(), x, create_graph=True)
    return first, t.autograd.grad(first.sum(), x)


def of_several_results_packed(t: Any) -> Any:
    x = t.tensor([[3.0, 1.0, 2.0]], requires_grad=True)
    with t.autograd.graph.saved_tensors_hooks(lambda a: a.clone(), lambda a: a):
        values, _ = x.sort(1)
        y = t.cat([values, x]) @ t.ones(3, 2) * values.exp().sum()
    y.sum().backward()
    return x.grad


def in_a_function_packed(t: Any) -> Any:
    seen: list[Any] = []

    class Cube(t.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x, None)
            return x * x * x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            x, _ = ctx.saved_tensors
            return 3 * g * x * x

    x = leaf(t)
    with t.autograd.graph.saved_tensors_hooks(lambda a: seen.append(1) or a + 1, lambda a: a - 1):
        y = Cube.apply(x)
    (first,) = t.autograd.grad(y.sum(), x, create_graph=True)
    return len(seen), first


def the_innermost_hooks(t: Any) -> Any:
    x, seen = leaf(t), []
    hooks = t.autograd.graph.saved_tensors_hooks
    with hooks(lambda a: seen.append("outer"), lambda a: a):
        with hooks(lambda a: seen.append("inner"), lambda a: a):
            x.exp()
        x.exp()
    x.exp()
    return seen


def modified_after_packing_a_copy(t: Any) -> Any:
    x = leaf(t)
    with t.autograd.graph.saved_tensors_hooks(lambda a: a.clone(), lambda a: a):
        y = (x * 2).exp()
        z = y * y
    with t.no_grad():
        y.add_(1)
    z.sum().backward()
    return x.grad


def saved_on_the_cpu(t: Any) -> Any:
    x = leaf(t)
    with t.autograd.graph.save_on_cpu(pin_memory=False):
        y = x * x * x
    (first,) = t.autograd.grad(y.sum(), x, create_graph=True)
    return first, t.autograd.grad(first.sum(), x)


def mutation_allowed(t: Any) -> Any:
    x = leaf(t)
    with t.autograd.graph.allow_mutation_on_saved_tensors():
        b = x.clone()
        out = b.sin() * b
        b.mul_(3)
        (out.sum() + b.sum()).backward()
    return x.grad


def edges(t: Any) -> Any:
    x = leaf(t)
    parts = (x * 2).split(1)
    found = [t.autograd.graph.get_gradient_edge(tensor) for tensor in (x, parts[1])]
    return [(edge.node.name().rpartition(":")[2].rstrip("0"), edge.output_nr) for edge in found]


# --- accumulation ---------------------------------------------------------------------------------


def the_same_gradient_tensor(t: Any) -> Any:
    found = []
    for first in (False, True):
        for second in (False, True):
            x = leaf(t)
            (x * x).sum().backward(create_graph=first)
            held = x.grad
            (x * x * x).sum().backward(create_graph=second)
            found.append([x.grad is held, x.grad.requires_grad, lists(held), lists(x.grad)])
            x.grad = None
    return found


def retained_by_a_view_that_is_written(t: Any) -> Any:
    found = []
    for used in ("base", "view"):
        for keeps in ("view", "base", "both", "view late"):
            x = leaf(t)
            y = x * 2
            v = y[:1]
            if keeps in ("view", "both"):
                v.retain_grad()
            if keeps in ("base", "both"):
                y.retain_grad()
            v.mul_(3)
            if keeps == "view late":
                v.retain_grad()
            ((y if used == "base" else v) * 5).sum().backward()
            found.append([lists(v.grad), lists(y.grad), lists(x.grad), used, keeps])
    return found


AGREE = [
    the_order_of_all_hooks,
    replaced_after,
    replaced_before,
    replaced_by_none,
    of_several_results,
    of_a_product_of_two,
    under_create_graph,
    on_a_path_to_one_input,
    removed_again,
    of_the_end_of_a_path,
    notes_on_a_node,
    after_accumulation_of_several,
    gradients_set_free_after_accumulation,
    several_tensors,
    the_first_of_several_tensors,
    packed_as_it_is,
    packed_as_lists,
    other_values_unpacked,
    second_derivatives_of_packed,
    of_several_results_packed,
    in_a_function_packed,
    the_innermost_hooks,
    modified_after_packing_a_copy,
    saved_on_the_cpu,
    mutation_allowed,
    edges,
    the_same_gradient_tensor,
    retained_by_a_view_that_is_written,
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("program", AGREE, ids=lambda program: program.__name__)
def test_same_as_pytorch(program: Any) -> None:
    assert not isinstance(same(program), Exception)


# --- refusals -------------------------------------------------------------------------------------


def after_that_returns(result: Any) -> Any:
    def program(t: Any) -> Any:
        y = leaf(t) * 2
        y.grad_fn.register_hook(lambda gi, go: result(t, gi))
        y.sum().backward()

    return program


def before_that_returns(result: Any) -> Any:
    def program(t: Any) -> Any:
        y = leaf(t) * 2
        y.grad_fn.register_prehook(lambda go: result(t, go))
        y.sum().backward()

    return program


def pack_that_fails(t: Any) -> Any:
    packed(t, lambda a: 1 / 0, lambda a: a)


def pack_that_writes(t: Any) -> Any:
    packed(t, lambda a: a.detach().mul_(2), lambda a: a)


def disabled(t: Any) -> Any:
    with t.autograd.graph.disable_saved_tensors_hooks("not here"):
        packed(t, lambda a: a, lambda a: a)


def disabled_inside(t: Any) -> Any:
    graph = t.autograd.graph
    hooks = graph.saved_tensors_hooks(lambda a: a, lambda a: a)
    with hooks, graph.disable_saved_tensors_hooks("not here"):
        pass


def after_accumulation_of_a_result(t: Any) -> Any:
    (leaf(t) * 2).register_post_accumulate_grad_hook(lambda p: None)


def after_accumulation_of_a_constant(t: Any) -> Any:
    t.ones(2).register_post_accumulate_grad_hook(lambda p: None)


def after_accumulation_a_number(t: Any) -> Any:
    x = leaf(t)
    x.register_post_accumulate_grad_hook(lambda p: 3)
    (x * 2).sum().backward()


def mode_of_several(t: Any) -> Any:
    t.autograd.graph.register_multi_grad_hook((leaf(t),), print, mode="some")


def edge_of_a_constant(t: Any) -> Any:
    t.autograd.graph.get_gradient_edge(t.ones(2))


def version_counted(t: Any) -> Any:
    x = leaf(t) * 1
    y = x * x
    t.autograd.graph.increment_version(x)
    y.sum().backward()


REFUSED = {
    "a tuple too short": (after_that_returns(lambda t, g: (g[0],)), "got 1, but expected 2"),
    "a tensor after": (after_that_returns(lambda t, g: g[0]), "expected tuple"),
    "a list after": (after_that_returns(lambda t, g: list(g)), "returned 'list'"),
    "a number in it": (after_that_returns(lambda t, g: (3, None)), "returned 'int'"),
    "another shape": (after_that_returns(lambda t, g: (t.ones(3), None)), "changed the size"),
    "another dtype": (
        after_that_returns(lambda t, g: (g[0].double(), None)),
        "changed the type",
    ),
    "a gradient for None": (
        after_that_returns(lambda t, g: (g[0], t.ones(2))),
        "can't replace a None gradient",
    ),
    "a tuple too long": (before_that_returns(lambda t, g: (g[0], None)), "got 2, but expected 1"),
    "a tensor before": (before_that_returns(lambda t, g: g[0]), "expected tuple"),
    "another shape before": (before_that_returns(lambda t, g: (t.ones(3),)), "changed the size"),
    "None unpacked": (lambda t: packed(t, lambda a: a, lambda a: None), "type NoneType"),
    "a number unpacked": (lambda t: packed(t, lambda a: a, lambda a: 3), "type int"),
    "a shape unpacked": (lambda t: packed(t, lambda a: a, lambda a: t.ones(3)), "shape"),
    "no function": (lambda t: packed(t, 3, lambda a: a), "callable"),
    "no argument": (lambda t: packed(t, lambda: 3, lambda a: a), "argument"),
    **{
        program.__name__: (program, message)
        for program, message in {
            pack_that_fails: "division",
            pack_that_writes: "modifying its input in place",
            disabled: "not here",
            disabled_inside: "not here",
            after_accumulation_of_a_result: "non-leaf",
            after_accumulation_of_a_constant: "doesn't require gradient",
            after_accumulation_a_number: "got int",
            mode_of_several: "('all', 'any')",
            edge_of_a_constant: "gradient edge",
            version_counted: "modified by an inplace operation",
        }.items()
    },
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", REFUSED)
def test_refused_as_by_pytorch(name: str) -> None:
    program, message = REFUSED[name]
    assert isinstance(same(program, message), Exception)
    assert mg.is_grad_enabled()


def test_a_write_in_place_under_hooks_does_not_change_what_was_saved() -> None:
    x = leaf(mg)
    with mg.autograd.graph.saved_tensors_hooks(lambda a: a, lambda a: a):
        y = x * 1
        y.sin_()
    y.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), np.cos([1.5, -2.0]), rtol=1e-6)


def test_packed_graphs_are_freed_at_once() -> None:
    x = leaf(mg)
    gc.collect()
    gc.disable()
    try:
        with mg.autograd.graph.saved_tensors_hooks(lambda a: a, lambda a: a):
            y = (x * 2).exp()
        gone = weakref.ref(y.grad_fn), weakref.ref(y)
        del y
        assert [reference() for reference in gone] == [None, None]
    finally:
        gc.enable()


def test_hooks_are_of_one_thread() -> None:
    import threading

    seen: list[Any] = []
    x = leaf(mg)
    with mg.autograd.graph.saved_tensors_hooks(seen.append, lambda a: a):
        thread = threading.Thread(target=lambda: (x * x).sum().backward())
        thread.start()
        thread.join()
    assert seen == []
    assert x.grad.tolist() == [3, -4]
