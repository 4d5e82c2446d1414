"""The backward pass: what it computes, where it accumulates, what it refuses."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import numpy as np
import pytest
import torch
from programs import same

import minigrad as mg

Array = np.ndarray[Any, Any]


def leaf(t: Any, *values: float) -> Any:
    return t.tensor(list(values), requires_grad=True)


# --- the same on both engines ---------------------------------------------------------------------


def scalar_output(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0, 3.0)
    (x * x).sum().backward()
    return x.grad


def weighted_output(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    (x * x).backward(t.tensor([10.0, 0.5]))
    return x.grad


def single_element_of_two_dimensions(t: Any) -> Any:
    x = t.ones(1, 1, requires_grad=True)
    (x * 2).backward()
    return x.grad


def passes_add_up(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    (x * x).sum().backward()
    first = x.grad
    (x * x * x).sum().backward()
    return first, first is x.grad


def a_given_gradient_is_added_to(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    x.grad = given = t.tensor([10.0, 10.0])
    (x * 3).sum().backward()
    return given, given is x.grad


def a_forgotten_gradient_starts_anew(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    (x * x).sum().backward()
    first = x.grad
    x.grad = None
    (x * 3).sum().backward()
    return first, x.grad


def diamond(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    y = x * 3
    z = (y * y + y * x).sum()
    z.backward()
    return x.grad


def operand_used_twice(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    (x * x + x).sum().backward()
    return x.grad


def many_uses_of_one_node(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    y = x * 2
    total = y
    for _ in range(10):
        total = total + y * total
    total.sum().backward()
    return x.grad


def output_that_is_a_leaf(t: Any) -> Any:
    x = t.tensor(2.0, requires_grad=True)
    x.backward()
    x.backward()
    return x.grad, t.autograd.grad(x, x)


def disconnected_inputs(t: Any) -> Any:
    x, y = leaf(t, 1.0, 2.0), leaf(t, 1.0)
    (x * 2).sum().backward()
    return x.grad, y.grad


def inputs_that_require_nothing(t: Any) -> Any:
    x, y = leaf(t, 1.0, 2.0), t.tensor([3.0, 4.0])
    (x * y).sum().backward()
    return x.grad, y.grad, y.requires_grad


def integers_take_part_as_constants(t: Any) -> Any:
    x, n = leaf(t, 1.0, 2.0), t.tensor([3, 4])
    (x * n).sum().backward()
    return x.grad, n.grad


def zero_size(t: Any) -> Any:
    x = t.ones(0, 3, requires_grad=True)
    (x * 2).sum().backward()
    return x.grad


def zero_dimensions(t: Any) -> Any:
    x = t.tensor(3.0, requires_grad=True)
    (x * x + x).backward()
    return x.grad


def broadcast_operands(t: Any) -> Any:
    x, y, z = t.ones(3, 1, requires_grad=True), t.ones(4, requires_grad=True), leaf(t, 2.0)
    (x * y * z).sum().backward()
    return x.grad, y.grad, z.grad


def float32_and_float64_in_one_graph(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    y = t.tensor([3.0, 4.0], dtype=t.float64, requires_grad=True)
    z = x * y
    z.sum().backward()
    return x.grad, y.grad, z


def gradient_of_another_dtype(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    (x * 2).backward(t.ones(2, dtype=t.float64))
    return x.grad


def several_roots(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    t.autograd.backward([x * 2, (x * 3).sum()], [t.tensor([1.0, 10.0]), None])
    return x.grad


def one_root_twice(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    y = (x * 2).sum()
    t.autograd.backward([y, y])
    return x.grad


def root_inside_the_graph_of_another(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    y = x * 2
    t.autograd.backward([(y * 3).sum(), y.sum()])
    return x.grad


def several_outputs_of_one_operation(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0, 3.0)
    a, b, _ = (x * 2).split(1)
    (a * 5 + b * b).sum().backward()
    return x.grad


def chosen_inputs(t: Any) -> Any:
    x, y = leaf(t, 1.0, 2.0), leaf(t, 3.0, 4.0)
    (x * y).sum().backward(inputs=[x])
    return x.grad, y.grad


def chosen_inputs_named_twice(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    (x * 3).sum().backward(inputs=[x, x])
    return x.grad


def chosen_input_inside_the_graph(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    y = x * 3
    (y * 2).sum().backward(inputs=y)
    return x.grad, y.grad


def chosen_input_that_was_not_used(t: Any) -> Any:
    x, y = leaf(t, 1.0, 2.0), leaf(t, 1.0)
    (x * 2).sum().backward(inputs=[y])
    return x.grad, y.grad


def retained_graph(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    return x.grad


def a_graph_that_saved_nothing_runs_again(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    y = (x + 1).sum()
    y.backward()
    y.backward()
    return x.grad


def shared_part_that_saved_nothing(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    y = x + 1
    (y * 2).sum().backward()
    (y * 3).sum().backward()
    return x.grad


def second_derivative(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    (first,) = t.autograd.grad((x * x * x).sum(), x, create_graph=True)
    (second,) = t.autograd.grad(first.sum(), x)
    return first, second


def backward_with_create_graph(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    (x * x * x).sum().backward(create_graph=True)
    first = x.grad
    x.grad = None
    (first * first).sum().backward()
    return first, x.grad


def create_graph_accumulates_out_of_place(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    (x * x).sum().backward()
    before = x.grad
    (x * x * x).sum().backward(create_graph=True)
    return before, before is x.grad, x.grad, t.autograd.grad(x.grad.sum(), x)


def create_graph_inside_no_grad(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    y = (x * x).sum()
    with t.no_grad():
        y.backward(create_graph=True)
        y.backward(create_graph=True)
    return x.grad, t.autograd.grad(x.grad.sum(), x)


def gradient_with_a_history(t: Any) -> Any:
    x, w = leaf(t, 1.0, 2.0), leaf(t, 3.0, 4.0)
    (x * x).backward(w, create_graph=True)
    return t.autograd.grad(x.grad.sum(), w)


def grad_of_several_inputs(t: Any) -> Any:
    x, y = leaf(t, 1.0, 2.0), leaf(t, 3.0, 4.0)
    found = t.autograd.grad((x * y).sum(), [y, x, y])
    return found, x.grad, y.grad


def grad_of_an_intermediate(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    y = x * 3
    return t.autograd.grad((y * y).sum(), [y, x])


def grad_with_weights(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    return t.autograd.grad([x * x, x.sum()], x, [t.tensor([1.0, 10.0]), None])


def grad_of_itself(t: Any) -> Any:
    x = t.tensor(2.0, requires_grad=True) * 2
    return t.autograd.grad(x, x)


def unused_input_allowed(t: Any) -> Any:
    x, y = leaf(t, 1.0, 2.0), leaf(t, 3.0)
    return t.autograd.grad((x * 2).sum(), [x, y], allow_unused=True)


def unused_input_materialized(t: Any) -> Any:
    x, y = leaf(t, 1.0, 2.0), leaf(t, 3.0)
    return t.autograd.grad((x * 2).sum(), [x, y], materialize_grads=True)


def detached_copy(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    (x * x.detach()).sum().backward()
    return x.grad


def switched_off_after_recording(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    y = (x * 2).sum()
    x.requires_grad_(False)
    y.backward()
    return x.grad


def requires_grad_set_on_a_result(t: Any) -> Any:
    y = t.ones(2) * 2
    y.requires_grad_()
    (y * 3).sum().backward()
    return y.grad, y.is_leaf


# --- errors -------------------------------------------------------------------------------------


def no_gradient_given(t: Any) -> Any:
    (leaf(t, 1.0, 2.0) * 2).backward()


def no_gradient_given_for_no_elements(t: Any) -> Any:
    (t.ones(0, 3, requires_grad=True) * 2).backward()


def gradient_of_another_shape(t: Any) -> Any:
    (leaf(t, 1.0, 2.0) * 2).backward(t.ones(3))


def gradient_that_would_broadcast(t: Any) -> Any:
    (leaf(t, 1.0, 2.0) * 2).backward(t.tensor(1.0))


def gradient_that_is_no_tensor(t: Any) -> Any:
    (leaf(t, 1.0, 2.0) * 2).backward([1.0, 1.0])


def nothing_requires_grad(t: Any) -> Any:
    t.ones(()).backward()


def detached_output(t: Any) -> Any:
    (leaf(t, 1.0) * 2).sum().detach().backward()


def output_made_under_no_grad(t: Any) -> Any:
    x = leaf(t, 1.0)
    with t.no_grad():
        y = (x * 2).sum()
    y.backward()


def graph_was_freed(t: Any) -> Any:
    y = (leaf(t, 1.0) * leaf(t, 2.0)).sum()
    y.backward()
    y.backward()


def shared_part_was_freed(t: Any) -> Any:
    x = leaf(t, 1.0)
    y = x * x
    (y * 2).sum().backward()
    (y * 3).sum().backward()


def unused_input(t: Any) -> Any:
    t.autograd.grad(leaf(t, 1.0).sum(), leaf(t, 1.0))


def input_without_gradient(t: Any) -> Any:
    t.autograd.grad(leaf(t, 1.0).sum(), t.ones(1))


def no_inputs(t: Any) -> Any:
    leaf(t, 1.0).sum().backward(inputs=[])


def no_inputs_to_grad(t: Any) -> Any:
    t.autograd.grad(leaf(t, 1.0).sum(), [])


def contradictory_options(t: Any) -> Any:
    x = leaf(t, 1.0)
    t.autograd.grad(x.sum(), x, allow_unused=False, materialize_grads=True)


def the_options_of_grad_by_position(t: Any) -> Any:
    x, unused = leaf(t, 2.0), leaf(t, 1.0)
    return t.autograd.grad(x**3, [x, unused], None, True, False, True, True)


def a_gradient_penalty_as_papers_write_it(t: Any) -> Any:
    x, w = leaf(t, 1.0, 2.0), leaf(t, 3.0, 4.0)
    score = (x * w).sin()
    slope = t.autograd.grad(
        outputs=score,
        inputs=x,
        grad_outputs=t.ones(2),
        create_graph=True,
        retain_graph=True,
        only_inputs=True,
    )[0]
    ((slope.norm(2) - 1) ** 2).backward()
    return w.grad


def older_programs_that_want_all_inputs(t: Any) -> Any:
    x = leaf(t, 2.0)
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        t.autograd.grad(x**3, x, only_inputs=False)
    return [w.category.__name__ for w in found]


def inputs_that_are_no_leaves(t: Any) -> Any:
    x = leaf(t, 1.0, 2.0)
    y, z = x * 2, x * 3
    y.retain_grad()
    loss = (y**2 * z).sum()
    loss.backward(inputs=[x, y, z, z], retain_graph=True)
    loss.backward()
    return x.grad, y.grad, z.grad, y.retains_grad, z.retains_grad


def no_outputs(t: Any) -> Any:
    x = leaf(t, 1.0)
    t.autograd.backward([])
    return x.grad, t.autograd.grad([], [x], allow_unused=True)


def no_outputs_that_must_use_an_input(t: Any) -> Any:
    t.autograd.grad([], [leaf(t, 1.0)])


def integers_that_require_gradients(t: Any) -> Any:
    t.tensor([1, 2]).requires_grad_()


def switched_off_on_a_result(t: Any) -> Any:
    (leaf(t, 1.0) * 2).requires_grad = False


def assigned_gradient_of_another_shape(t: Any) -> Any:
    leaf(t, 1.0).grad = t.ones(2)


def assigned_gradient_of_another_dtype(t: Any) -> Any:
    leaf(t, 1.0).grad = t.ones(1, dtype=t.float64)


def assigned_gradient_that_is_no_tensor(t: Any) -> Any:
    leaf(t, 1.0).grad = 3


def numpy_of_a_tensor_that_requires_grad(t: Any) -> Any:
    leaf(t, 1.0).numpy()


ERRORS = {
    no_gradient_given: "only for scalar outputs",
    no_gradient_given_for_no_elements: "only for scalar outputs",
    gradient_of_another_shape: "shape of (3,)",
    gradient_that_would_broadcast: "shape of ()",
    gradient_that_is_no_tensor: "but got list",
    nothing_requires_grad: "does not require grad",
    detached_output: "does not require grad",
    output_made_under_no_grad: "does not require grad",
    graph_was_freed: "second time",
    shared_part_was_freed: "retain_graph=True",
    unused_input: "allow_unused=True",
    input_without_gradient: "does not require grad",
    no_inputs: "cannot be empty",
    no_outputs_that_must_use_an_input: "allow_unused=True",
    no_inputs_to_grad: "cannot be empty",
    contradictory_options: "allow_unused",
    integers_that_require_gradients: "int64",
    switched_off_on_a_result: "detach()",
    assigned_gradient_of_another_shape: "(2,)",
    assigned_gradient_of_another_dtype: "float64",
    assigned_gradient_that_is_no_tensor: "int",
    numpy_of_a_tensor_that_requires_grad: "detach()",
}
PROGRAMS = [
    found
    for name, found in list(globals().items())
    if inspect.isfunction(found)
    and found.__module__ == __name__
    and list(inspect.signature(found).parameters) == ["t"]
    and found not in ERRORS
]


@pytest.mark.filterwarnings("ignore")  # PyTorch's, on create_graph with backward()
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_same_as_pytorch(program: Any) -> None:
    assert not isinstance(same(program), Exception)


@pytest.mark.parametrize("program", ERRORS, ids=lambda program: program.__name__)
def test_refused_as_by_pytorch(program: Any) -> None:
    assert isinstance(same(program, ERRORS[program]), Exception)


def test_a_freed_graph_names_the_operation_and_its_line() -> None:
    x = mg.ones(2, requires_grad=True)
    y = (x * x).sum()  # this line
    line = inspect.currentframe().f_lineno - 1  # type: ignore[union-attr]
    y.backward()
    with pytest.raises(RuntimeError) as caught:
        y.backward()
    assert f"MulBackward (recorded at {__file__}:{line}, in test_a_freed" in str(caught.value)


# --- no two leaves share a gradient ---------------------------------------------------------------


def two_leaves() -> tuple[Any, Any]:
    return mg.ones(2, 3, requires_grad=True), mg.ones(2, 3, requires_grad=True)


SHARING = {
    "add": lambda x, y: (x + y).sum(),
    "expand": lambda x, y: (x.expand(4, 2, 3) + y.expand(4, 2, 3)).sum(),
    "reshape": lambda x, y: (x.reshape(6) + y.reshape(6)).sum(),
    "transpose": lambda x, y: (x.transpose(0, 1) + y.transpose(0, 1)).sum(),
    "clone": lambda x, y: (x.clone() + y.clone()).sum(),
    "whole": lambda x, y: (x[...] + y[...]).sum(),
    "sum": lambda x, y: x.sum() + y.sum(),
    "stack": lambda x, y: mg.stack([x, y]).sum(),
    "identity": lambda x, y: x + y,
}


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("name", SHARING)
def test_leaves_never_share_a_gradient(name: str, create_graph: bool) -> None:
    x, y = two_leaves()
    out = SHARING[name](x, y)
    given = mg.ones_like(out)
    out.backward(given, create_graph=create_graph)
    arrays = [t.detach().numpy() for t in (x.grad, y.grad, given, x, y)]
    for i, first in enumerate(arrays):
        assert first.flags.writeable
        for second in arrays[i + 1 :]:
            assert not np.shares_memory(first, second)


def test_retained_gradients_share_nothing_either() -> None:
    x = mg.ones(3, requires_grad=True)
    y = x + 0
    z = y + 0
    y.retain_grad()
    z.retain_grad()
    given = mg.ones(3)
    z.backward(given)
    arrays = [t.numpy() for t in (x.grad, y.grad, z.grad, given)]
    for i, first in enumerate(arrays):
        for second in arrays[i + 1 :]:
            assert not np.shares_memory(first, second)


def test_a_pass_that_fails_leaves_gradients_as_they_were() -> None:
    x = mg.ones(2, requires_grad=True)
    freed = x * x
    freed.sum().backward()
    before = x.grad.numpy().copy()
    with pytest.raises(RuntimeError, match="second time"):
        (x * 3 + freed).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), before)


def test_backward_inside_no_grad_and_afterwards_the_mode_is_as_it_was() -> None:
    x = mg.ones(2, requires_grad=True)
    y = (x * x).sum()
    with mg.no_grad():
        y.backward()
        assert not mg.is_grad_enabled()
    assert mg.is_grad_enabled()
    with pytest.raises(RuntimeError):
        y.backward()
    assert mg.is_grad_enabled()


def test_the_gradient_of_a_plain_pass_has_no_history() -> None:
    x = mg.ones(2, requires_grad=True)
    (x * x).sum().backward()
    assert x.grad.grad_fn is None
    assert not x.grad.requires_grad


def test_a_subclass_collects_plain_tensors() -> None:
    class Special(mg.Tensor, results=mg.Tensor):
        """Its results are plain tensors, as a parameter's are."""

    x = Special([1.0, 2.0], requires_grad=True)
    y = x * 2
    y.sum().backward()
    assert type(y) is mg.Tensor
    assert type(x.grad) is mg.Tensor


def test_a_numpy_scalar_is_a_constant_in_derivatives_of_every_order() -> None:
    x = leaf(mg, 1.0, 2.0)
    y = x**5 * np.float64(2)
    for factor in (10, 40, 120):  # 2 x^5, 10 x^4, 40 x^3, 120 x^2
        (y,) = mg.autograd.grad(y.sum(), x, create_graph=True)
    assert y.tolist() == [factor, 4.0 * factor]


def test_a_weighted_mean_of_losses_has_higher_derivatives() -> None:
    def third(t: Any) -> Any:
        x = t.tensor([[0.5, -1.0, 2.0], [1.0, 0.0, -1.0]], requires_grad=True)
        weight, target = t.tensor([1.0, 2.0, 3.0]), t.tensor([0, 2])
        y = t.nn.functional.nll_loss(t.log_softmax(x, 1), target, weight=weight)
        for _ in range(3):
            (y,) = t.autograd.grad((y**2).sum(), x, create_graph=True)
        return y.detach().numpy()

    np.testing.assert_allclose(third(mg), third(torch), rtol=1e-4, atol=1e-6)
