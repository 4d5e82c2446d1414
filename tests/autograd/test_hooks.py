"""Hooks on gradients, and gradients that are retained."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest
from programs import same

import minigrad as mg


def leaf(t: Any) -> Any:
    return t.tensor([1.0, 2.0], requires_grad=True)


def observe_a_leaf(t: Any) -> Any:
    x, seen = leaf(t), []
    x.register_hook(lambda g: seen.append(g.tolist()))
    (x * 3).sum().backward()
    (x * 4).sum().backward()
    return seen, x.grad


def observe_a_result(t: Any) -> Any:
    x, seen = leaf(t), []
    y = x * 2
    y.register_hook(lambda g: seen.append(g.tolist()))
    (y * y).sum().backward()
    return seen, x.grad


def a_hook_sees_the_sum_of_all_that_arrives(t: Any) -> Any:
    x, seen = leaf(t), []
    y = x * 2
    y.register_hook(lambda g: seen.append(g.tolist()))
    (y * 3 + y * 4).sum().backward()
    return seen


def replace_on_a_result(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    y.register_hook(lambda g: g * 10)
    (y * 3).sum().backward()
    return x.grad


def replace_on_a_leaf(t: Any) -> Any:
    x = leaf(t)
    x.register_hook(lambda g: g * 10)
    (x * 3).sum().backward()
    return x.grad


def replace_on_a_leaf_under_grad(t: Any) -> Any:
    x = leaf(t)
    x.register_hook(lambda g: g * 10)
    return t.autograd.grad((x * 3).sum(), x), x.grad


def hooks_run_in_order(t: Any) -> Any:
    x = leaf(t)
    x.register_hook(lambda g: g * 10)
    x.register_hook(lambda g: g + 1)
    (x * 3).sum().backward()
    return x.grad


def removed(t: Any) -> Any:
    x = leaf(t)
    first = x.register_hook(lambda g: g * 10)
    x.register_hook(lambda g: g + 1)
    first.remove()
    first.remove()
    (x * 3).sum().backward()
    return x.grad


def removed_by_itself(t: Any) -> Any:
    x = leaf(t)

    def hook(g: Any) -> Any:
        handle.remove()
        return g * 10

    handle = x.register_hook(hook)
    x.register_hook(lambda g: g + 1)
    (x * 3).sum().backward()
    (x * 3).sum().backward()
    return x.grad


def removed_by_a_context(t: Any) -> Any:
    x = leaf(t)
    with x.register_hook(lambda g: g * 10):
        (x * 3).sum().backward()
    (x * 3).sum().backward()
    return x.grad


def one_output_of_several(t: Any) -> Any:
    x = leaf(t)
    a, b = (x * 2).split(1)
    a.register_hook(lambda g: g * 10)
    (a * 3 + b * 5).sum().backward()
    return x.grad


def the_mode_inside_hooks(t: Any) -> Any:
    x, seen = leaf(t), []
    y = x * 2
    for tensor in (x, y):
        tensor.register_hook(lambda g: seen.append((t.is_grad_enabled(), g.requires_grad)))
    (y * y).sum().backward(retain_graph=True)
    (y * y).sum().backward(create_graph=True)
    return seen


def replaced_under_create_graph(t: Any) -> Any:
    x = leaf(t)
    y = x * x
    y.register_hook(lambda g: g * g)
    (first,) = t.autograd.grad((y * 3).sum(), x, create_graph=True)
    return first, t.autograd.grad(first.sum(), x)


def backward_inside_a_hook(t: Any) -> Any:
    x, w = leaf(t), leaf(t)

    def hook(g: Any) -> None:
        with t.enable_grad():
            (w * w).sum().backward()

    y = x * 2
    y.register_hook(hook)
    (y * 3).sum().backward()
    return x.grad, w.grad


def retained(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    y.retain_grad()
    (y * y).sum().backward()
    return y.grad, x.grad, y.retains_grad, x.retains_grad


def retained_by_a_leaf_changes_nothing(t: Any) -> Any:
    x = leaf(t)
    x.retain_grad()
    (x * 3).sum().backward()
    return x.grad, x.retains_grad


def retained_twice_adds_up(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    y.retain_grad()
    z = (y * 5).sum()
    z.backward(retain_graph=True)
    z.backward()
    return y.grad, x.grad


def retained_after_hooks(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    y.retain_grad()
    y.register_hook(lambda g: g * 7)
    (y * 5).sum().backward()
    return y.grad, x.grad


def retained_under_grad(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    y.retain_grad()
    return t.autograd.grad((y * 5).sum(), x), y.grad


def retained_through_a_change_in_place(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    y.retain_grad()
    y.mul_(3)
    (y * 5).sum().backward()
    return y.grad, x.grad


def retained_by_a_view_whose_base_changes(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    v = y[:1]
    v.retain_grad()
    y.mul_(3)
    (v * 5).sum().backward()
    return v.grad, x.grad


def hooks_stay_with_the_value_they_were_put_on(t: Any) -> Any:
    x, seen = leaf(t), []
    y = x * 2
    y.register_hook(lambda g: seen.append(("before", g.tolist())))
    y.mul_(3)
    y.register_hook(lambda g: seen.append(("after", g.tolist())))
    (y * 5).sum().backward()
    return seen


def hook_of_the_wrong_shape(t: Any) -> Any:
    y = leaf(t) * 2
    y.register_hook(lambda g: t.ones(3))
    y.sum().backward()


def hook_of_the_wrong_dtype(t: Any) -> Any:
    y = leaf(t) * 2
    y.register_hook(lambda g: t.ones(2, dtype=t.float64))
    y.sum().backward()


def hook_that_returns_a_number(t: Any) -> Any:
    y = leaf(t) * 2
    y.register_hook(lambda g: 3)
    y.sum().backward()


def hook_on_a_constant(t: Any) -> Any:
    t.ones(2).register_hook(lambda g: g)


def retain_grad_of_a_constant(t: Any) -> Any:
    t.ones(2).retain_grad()


ERRORS = {
    hook_of_the_wrong_shape: "has changed the size of value: expected (2,), got (3,)",
    hook_of_the_wrong_dtype: "has changed the type of value: expected float32, got float64",
    hook_that_returns_a_number: "hook '<lambda>' must return a Tensor or None, got int",
    hook_on_a_constant: "cannot register a hook on a tensor that doesn't require gradient",
    retain_grad_of_a_constant: "can't retain_grad",
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "program",
    [
        observe_a_leaf,
        observe_a_result,
        a_hook_sees_the_sum_of_all_that_arrives,
        replace_on_a_result,
        replace_on_a_leaf,
        replace_on_a_leaf_under_grad,
        hooks_run_in_order,
        removed,
        removed_by_itself,
        removed_by_a_context,
        one_output_of_several,
        the_mode_inside_hooks,
        replaced_under_create_graph,
        backward_inside_a_hook,
        retained,
        retained_by_a_leaf_changes_nothing,
        retained_twice_adds_up,
        retained_after_hooks,
        retained_under_grad,
        retained_through_a_change_in_place,
        retained_by_a_view_whose_base_changes,
        hooks_stay_with_the_value_they_were_put_on,
    ],
    ids=lambda program: program.__name__,
)
def test_same_as_pytorch(program: Any) -> None:
    assert not isinstance(same(program), Exception)


@pytest.mark.parametrize("program", ERRORS, ids=lambda program: program.__name__)
def test_refused_as_by_pytorch(program: Any) -> None:
    assert isinstance(same(program, ERRORS[program]), Exception)


class HookError(Exception):
    """Raised by hooks below."""


@pytest.mark.parametrize("kind", [HookError, KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize("where", ["result", "first leaf", "second leaf"])
def test_a_hook_that_raises_changes_no_gradient(where: str, kind: type[BaseException]) -> None:
    x, y = (mg.ones(2, requires_grad=True) for _ in range(2))
    (x + y).sum().backward()
    z = x * y

    def hook(g: Any) -> None:
        raise kind

    handle = {"result": z, "first leaf": x, "second leaf": y}[where].register_hook(hook)
    with pytest.raises(kind):
        z.sum().backward(retain_graph=True)
    for tensor in (x, y):
        np.testing.assert_array_equal(tensor.grad.numpy(), [1, 1])
    assert mg.is_grad_enabled()
    handle.remove()
    z.sum().backward()  # everything works as before
    for tensor in (x, y):
        np.testing.assert_array_equal(tensor.grad.numpy(), [2, 2])


def test_a_retained_gradient_does_not_keep_its_tensor_alive() -> None:
    x = mg.ones(2, requires_grad=True)
    y = x * 2
    y.retain_grad()
    z = y * 3
    gone = weakref.ref(y)
    gc.disable()
    try:
        del y
        assert gone() is None
    finally:
        gc.enable()
    z.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [6, 6])
