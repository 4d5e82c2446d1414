"""Views and in-place changes on minigrad and PyTorch side by side: random programs, single ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from programs import same

import minigrad as mg
from minigrad_torch_compat.differential.programs import machine

TestViews = pytest.mark.filterwarnings("ignore")(
    machine("view", "elementwise", "reduction", "island", "write", order=2).TestCase
)
TestViews.settings = settings(
    settings.default, stateful_step_count=15, max_examples=4 * settings.default.max_examples
)


# --- single programs ------------------------------------------------------------------------------


def leaf(t: Any) -> Any:
    return t.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], requires_grad=True)


def stale_view_copied_elsewhere(t: Any) -> Any:
    x = leaf(t)
    base = x * 2
    view = base[0]
    base.mul_(3)
    other = t.zeros(2)
    other.copy_(view)
    return t.autograd.grad(other.sum(), x)


def stale_view_assigned_elsewhere(t: Any) -> Any:
    x = leaf(t)
    base = x * 2
    view = base[0]
    base[0] *= 3
    other = t.zeros(3, 2)
    other[1] = view
    return t.autograd.grad(other.sum(), x)


def stale_view_as_operand(t: Any) -> Any:
    x = leaf(t)
    base = x * 2
    view = base[0].reshape(2, 1).transpose(0, 1)
    base.mul_(3)
    return view * 2, t.autograd.grad((view * 2).sum(), x)


def view_of_a_base_that_gets_a_history(t: Any) -> Any:
    x = leaf(t)
    base = t.zeros(3, 2)
    view, other = base[0], base[1]
    before = view.requires_grad
    base[0] = x[0] * 2
    found = t.autograd.grad((view * view).sum() + other.sum(), x)
    return before, view.requires_grad, other.requires_grad, found


def write_of_one_row_into_another(t: Any) -> Any:
    x = leaf(t)
    base = x * 2
    base[0] = base[1]
    base[1] = base[2]
    return base, t.autograd.grad((base * base).sum(), x)


def whole_tensor_copied_from_a_leaf(t: Any) -> Any:
    x = leaf(t)
    y = t.zeros(3, 2)
    y.copy_(x)
    z = x * 1
    z.copy_(x)
    found = t.autograd.grad((y * z).sum(), x)
    return y.is_leaf, y.requires_grad, found


def constant_copied_over_a_result(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    y.copy_(t.ones(3, 2))
    return y.requires_grad, t.autograd.grad(y.sum(), x)


def cast_by_a_write(t: Any) -> Any:
    x = leaf(t)
    y = t.zeros(3, 2, dtype=t.float64)
    y[1:] = x[1:] * 2
    return y, t.autograd.grad(y.sum(), x)


def a_number_in_float64_written_into_float32(t: Any) -> Any:
    x = leaf(t)
    w = t.ones(3, 2, dtype=t.float64, requires_grad=True)
    y = x * 1
    y.mul_(w)
    return y, t.autograd.grad(y.sum(), [x, w])


def chosen_by_a_mask(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    y[x > 2.5] = 0.5
    y[t.tensor([0, 2]), 1] = x[0]
    return y, t.autograd.grad((y * y).sum(), x)


def second_derivative_through_writes(t: Any) -> Any:
    x = leaf(t)
    y = x * x
    y[0].mul_(x[1])
    y.transpose(0, 1)[0] = x[:, 1] * x[:, 0]
    (first,) = t.autograd.grad((y * y).sum(), x, create_graph=True)
    return first, t.autograd.grad(first.sum(), x)


def parameter_updated_through_a_view(t: Any) -> Any:
    x = leaf(t)
    view = x[0]
    with t.no_grad():
        view.add_(1)
        x[1] = 0
    return x, view, t.autograd.grad((view * view).sum(), x)


def made_writable_by_clone(t: Any) -> Any:
    x = leaf(t)
    y = x[0].clone()
    y.add_(1)
    return t.autograd.grad((y * y).sum(), x)


def expanded_then_written_in_a_part(t: Any) -> Any:
    x = t.zeros(2)
    x.expand(3, 2)[0].add_(1)
    x.expand(3, 2).fill_(5)
    return x


def leaf_written(t: Any) -> Any:
    leaf(t).add_(1)


def leaf_assigned_to(t: Any) -> Any:
    leaf(t)[0] = 1


def view_of_a_leaf_written(t: Any) -> Any:
    leaf(t)[0].add_(1)


def view_older_than_its_leaf(t: Any) -> Any:
    base = t.zeros(3)
    view = base[:2]
    base.requires_grad_()
    view.add_(1)


def view_that_is_a_leaf_itself(t: Any) -> Any:
    view = t.zeros(3)[:2]
    view.requires_grad_()
    view.add_(1)


def view_made_under_no_grad_written(t: Any) -> Any:
    base = leaf(t) * 2
    with t.no_grad():
        view = base[0]
    view.mul_(2)


def view_made_under_no_grad_written_with_a_history(t: Any) -> Any:
    x, base = leaf(t), t.zeros(3, 2)
    with t.no_grad():
        view = base[0]
    view.mul_(x[0])


def view_made_under_no_grad_whose_base_got_a_history(t: Any) -> Any:
    x, base = leaf(t), t.zeros(3, 2)
    with t.no_grad():
        view = base[0]
    base[0] = x[0]
    view * 2


def view_detached_in_place(t: Any) -> Any:
    (leaf(t) * 2)[0].detach_()


def expanded_and_written(t: Any) -> Any:
    t.zeros(2).expand(3, 2).add_(1)


def expanded_and_assigned_to(t: Any) -> Any:
    t.zeros(2).expand(3, 2)[1:] = 1


def value_of_another_shape(t: Any) -> Any:
    t.zeros(3, 2)[0] = t.zeros(3)


def value_of_more_dimensions(t: Any) -> Any:
    t.zeros(2).copy_(t.zeros(1, 2))


def result_of_another_shape(t: Any) -> Any:
    t.zeros(2).add_(t.zeros(3, 2))


def result_of_a_higher_kind(t: Any) -> Any:
    t.zeros(2, dtype=t.int64).add_(1.5)


def index_out_of_range(t: Any) -> Any:
    t.zeros(3, 2)[3] = 1


PROGRAMS = [
    stale_view_copied_elsewhere,
    stale_view_assigned_elsewhere,
    stale_view_as_operand,
    view_of_a_base_that_gets_a_history,
    write_of_one_row_into_another,
    whole_tensor_copied_from_a_leaf,
    constant_copied_over_a_result,
    cast_by_a_write,
    a_number_in_float64_written_into_float32,
    chosen_by_a_mask,
    second_derivative_through_writes,
    parameter_updated_through_a_view,
    made_writable_by_clone,
    expanded_then_written_in_a_part,
]
ERRORS = {
    leaf_written: "a leaf Variable that requires grad",
    leaf_assigned_to: "a leaf Variable that requires grad",
    view_of_a_leaf_written: "a view of a leaf Variable that requires grad",
    view_older_than_its_leaf: "a view of a leaf Variable that requires grad",
    view_that_is_a_leaf_itself: "a leaf Variable that requires grad",
    view_made_under_no_grad_written: "created in no_grad mode",
    view_made_under_no_grad_written_with_a_history: "created in no_grad mode",
    view_made_under_no_grad_whose_base_got_a_history: "created in no_grad mode",
    view_detached_in_place: "detach()",
    expanded_and_written: "clone()",
    expanded_and_assigned_to: "clone()",
    value_of_another_shape: "[3]",
    value_of_more_dimensions: "[1, 2]",
    result_of_another_shape: "[3, 2]",
    result_of_a_higher_kind: "can't be cast",
    index_out_of_range: "3",
}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_same_as_pytorch(program: Any) -> None:
    assert not isinstance(same(program), Exception)


@pytest.mark.parametrize("program", ERRORS, ids=lambda program: program.__name__)
def test_refused_as_by_pytorch(program: Any) -> None:
    assert isinstance(same(program, ERRORS[program]), Exception)


def test_a_refused_write_changes_nothing() -> None:
    x = leaf(mg)
    before = x.detach().numpy().copy()
    for program in (
        lambda: x.add_(1),
        lambda: x.__setitem__(0, 1),
        lambda: x.detach().__setitem__(0, mg.ones(3)),
        lambda: x.detach().copy_(mg.ones(4)),
    ):
        with pytest.raises(RuntimeError):
            program()
    np.testing.assert_array_equal(x.detach().numpy(), before)
    assert x._version == 0


def test_parts_of_a_split_may_be_written() -> None:
    """PyTorch refuses; here a part is a view like any other."""
    x = leaf(mg)
    base = x * 2
    first, second = base.split([1, 2])
    first.mul_(3)
    second.mul_(first.clone())
    found = mg.autograd.grad(base.sum(), x)[0].numpy()
    values = x.detach().numpy()
    expected = np.full((3, 2), 12.0) * values[0]
    expected[0] = 6 + 12 * values[1:].sum(axis=0)
    np.testing.assert_allclose(found, expected)


def test_read_only_memory_is_refused() -> None:
    array = np.zeros(3)
    array.flags.writeable = False
    with pytest.raises(RuntimeError, match="read-only"):
        mg.from_numpy(array).add_(1)
    assert not array.any()
