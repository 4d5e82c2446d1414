"""In-place writes: how they are counted, and how backward notices one that went too far."""

from __future__ import annotations

import gc
import inspect
from typing import Any

import numpy as np
import pytest
from programs import same

import minigrad as mg
from minigrad.autograd.ledger import ledger


def leaf(t: Any) -> Any:
    return t.tensor([1.0, 2.0, 3.0], requires_grad=True)


# --- versions -----------------------------------------------------------------------------------


def never_written(t: Any) -> Any:
    x = t.zeros(3)
    y = x * 2
    return x._version, y._version, x.clone()._version, t.rand(3)._version, t.randn(20)._version


def every_operation_counts_once(t: Any) -> Any:
    x = t.zeros(3)
    x.add_(1)
    x.mul_(2)
    x.zero_()
    x.fill_(3)
    x.copy_(t.ones(3))
    x += 1
    x -= 1
    x[0] = 5
    x[t.tensor([True, False, True])] = 5
    x[[0, 1]] = t.tensor([1.0, 2.0])
    x.uniform_()
    return x._version


def an_item_changed_in_place_counts_twice(t: Any) -> Any:
    x = t.zeros(3)
    x[0] += 1
    return x._version


def views_share_a_count(t: Any) -> Any:
    x = t.zeros(3, 2)
    y, z = x[0], x.reshape(-1)
    y.add_(1)
    z[1:].mul_(2)
    x.transpose(0, 1).zero_()
    return x._version, y._version, z._version, x[1]._version


def detached_tensors_share_a_count(t: Any) -> Any:
    x = leaf(t)
    y = x.detach()
    y.add_(1)
    return x._version, y._version, x


def data_does_not_count(t: Any) -> Any:
    x = leaf(t)
    x.data.add_(1)
    x.data[0] = 7
    x.data[1:].reshape(-1).mul_(3)
    return x._version, x


def no_grad_counts(t: Any) -> Any:
    x = leaf(t)
    with t.no_grad():
        x.add_(1)
        x[0] = 2
    return x._version, x


def memory_of_numpy(t: Any) -> Any:
    x = t.from_numpy(np.zeros(3))
    y = t.from_numpy(np.zeros(3))
    x.add_(1)
    return x._version, y._version


def gradients_count_too(t: Any) -> Any:
    x = leaf(t)
    x.grad = t.zeros(3)
    x.grad.zero_()
    return x.grad._version


# --- saved tensors that were modified -------------------------------------------------------------


def operand_modified(t: Any) -> Any:
    x, w = leaf(t), leaf(t)
    y = x * 2
    z = y * w
    y.add_(1)
    z.sum().backward()


def operand_modified_through_a_view(t: Any) -> Any:
    x, w = leaf(t), leaf(t)
    y = x * 2
    z = y * w
    y[1:].zero_()
    z.sum().backward()


def operand_modified_through_its_base(t: Any) -> Any:
    x, w = leaf(t), leaf(t)
    y = x * 2
    z = y[1:] * w[1:]
    y.zero_()
    z.sum().backward()


def operand_modified_after_detach(t: Any) -> Any:
    x, w = leaf(t), leaf(t)
    y = x * 2
    z = y * w
    y.detach().zero_()
    z.sum().backward()


def parameter_modified_under_no_grad(t: Any) -> Any:
    x, w = leaf(t), leaf(t)
    z = x * w
    with t.no_grad():
        w.add_(1)
    z.sum().backward()


def output_modified(t: Any) -> Any:
    y = leaf(t).exp()
    y.add_(1)
    y.sum().backward()


def constant_modified(t: Any) -> Any:
    x, c = leaf(t), t.ones(3)
    y = x * c
    c[0] = 5
    y.sum().backward()


def modified_before_a_second_pass(t: Any) -> Any:
    x, w = leaf(t), leaf(t)
    y = (x * w).sum()
    y.backward(retain_graph=True)
    with t.no_grad():
        w.add_(1)
    y.backward()


def modified_under_create_graph(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    z = (y * y).sum()
    y.add_(1)
    t.autograd.grad(z, x, create_graph=True)


# --- writes that do no harm -----------------------------------------------------------------------


def a_sum_saves_nothing(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    z = y + 1
    y.zero_()
    (z + y).sum().backward()
    return x.grad


def only_the_operand_that_is_needed_is_saved(t: Any) -> Any:
    x, w = t.ones(3), leaf(t)
    y = x * w
    with t.no_grad():
        w.add_(1)
    y.sum().backward()
    return w.grad


def written_before_it_was_saved(t: Any) -> Any:
    x = leaf(t)
    y = x * 2
    y.add_(1)
    (y * y).sum().backward()
    return x.grad


def written_after_backward(t: Any) -> Any:
    x, w = leaf(t), leaf(t)
    for _ in range(3):
        (x * w).sum().backward()
        with t.no_grad():
            w.sub_(0.5 * w.grad)
            w.grad.zero_()
    return x.grad, w


def an_operation_in_place_saves_its_operand_before_the_write(t: Any) -> Any:
    x, w = leaf(t), leaf(t)
    y = x * 1
    y.mul_(w)
    y.mul_(w)
    y.sum().backward()
    return x.grad, w.grad, y._version


def so_does_one_on_a_view(t: Any) -> Any:
    x, w = leaf(t), leaf(t)
    y = x * 1
    y[1:].mul_(w[1:])
    (y * w).sum().backward()
    return x.grad, w.grad, y._version


def data_is_not_watched(t: Any) -> Any:
    x = leaf(t)
    y = x * x
    x.data.zero_()
    y.sum().backward()
    return x.grad


def other_memory(t: Any) -> Any:
    x, w = leaf(t), leaf(t)
    y = x * w
    other = w.detach().clone()
    other.zero_()
    y.sum().backward()
    return x.grad


HARMLESS = [
    never_written,
    every_operation_counts_once,
    an_item_changed_in_place_counts_twice,
    views_share_a_count,
    detached_tensors_share_a_count,
    data_does_not_count,
    no_grad_counts,
    memory_of_numpy,
    gradients_count_too,
    a_sum_saves_nothing,
    only_the_operand_that_is_needed_is_saved,
    written_before_it_was_saved,
    written_after_backward,
    an_operation_in_place_saves_its_operand_before_the_write,
    so_does_one_on_a_view,
    data_is_not_watched,
    other_memory,
]
HARMFUL = [
    operand_modified,
    operand_modified_through_a_view,
    operand_modified_through_its_base,
    operand_modified_after_detach,
    parameter_modified_under_no_grad,
    output_modified,
    constant_modified,
    modified_before_a_second_pass,
    modified_under_create_graph,
]


@pytest.mark.parametrize("program", HARMLESS, ids=lambda program: program.__name__)
def test_same_as_pytorch(program: Any) -> None:
    assert not isinstance(same(program), Exception)


@pytest.mark.parametrize("program", HARMFUL, ids=lambda program: program.__name__)
def test_a_modified_saved_tensor_is_an_error(program: Any) -> None:
    assert isinstance(same(program, "modified by an inplace operation"), RuntimeError)


def line() -> int:
    return inspect.currentframe().f_back.f_lineno  # type: ignore[union-attr]


def test_the_error_names_both_lines() -> None:
    x, w = leaf(mg), leaf(mg)
    y = x * 2
    saved, z = line(), y * w

    def change() -> int:
        y[1:].zero_()
        return line() - 1

    written = change()
    with pytest.raises(RuntimeError) as caught:
        z.sum().backward()
    text = str(caught.value)
    assert f"MulBackward (recorded at {__file__}:{saved}, in test_the_error_names" in text
    assert f"saved a tensor of shape (3,), which was modified at {__file__}:{written}" in text
    assert "in change" in text


def test_the_last_of_several_writes_is_named() -> None:
    x, w = leaf(mg), leaf(mg)
    y = x * 2
    z = y * w
    y.add_(1)
    y.add_(1)
    last = line() - 1
    with pytest.raises(RuntimeError, match=f":{last}, in"):
        z.sum().backward()


def test_an_entry_lives_as_long_as_its_memory() -> None:
    gc.collect()
    before = len(ledger._entries)
    gc.disable()
    try:
        x = mg.zeros(3)
        view = x[1:]
        x.add_(1)
        assert len(ledger._entries) == before + 1
        del x
        assert view._version == 1
        del view
        assert len(ledger._entries) == before
    finally:
        gc.enable()


def test_new_memory_at_an_old_address_starts_at_zero() -> None:
    for _ in range(100):
        x = mg.zeros(3)
        assert x._version == 0
        x.add_(1)
        del x


def test_all_views_of_one_array_have_one_owner() -> None:
    array = np.zeros((2, 3))
    x, y = mg.from_numpy(array), mg.from_numpy(array[0])
    x.add_(1)
    assert (x._version, y._version) == (1, 1)
