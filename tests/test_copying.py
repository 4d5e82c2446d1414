"""Copies and pickles of tensors, as PyTorch makes them."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pytest

import minigrad as mg


def leaf() -> Any:
    x = mg.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    (x * 2).sum().backward()
    x.note = ["kept"]  # type: ignore[attr-defined]
    x.register_hook(lambda g: g * 100)
    return x


def test_a_deep_copy_has_its_own_memory_and_gradient() -> None:
    x = leaf()
    y = copy.deepcopy(x)
    assert y.requires_grad
    assert y.is_leaf
    assert y.note == ["kept"]
    assert y.note is not x.note
    assert not np.shares_memory(x.detach().numpy(), y.detach().numpy())
    assert not np.shares_memory(x.grad.numpy(), y.grad.numpy())
    (y * 3).sum().backward()
    np.testing.assert_array_equal(y.grad.numpy(), np.full((2, 2), 5.0))  # hooks are not copied
    np.testing.assert_array_equal(x.grad.numpy(), np.full((2, 2), 2.0))


def test_a_deep_copy_keeps_the_layout() -> None:
    assert copy.deepcopy(mg.zeros(2, 3).transpose(0, 1)).stride() == (1, 3)


def test_one_tensor_in_two_places_is_copied_once() -> None:
    x = leaf()
    first, second = copy.deepcopy([x, x])
    assert first is second


def test_results_are_not_deep_copied() -> None:
    with pytest.raises(RuntimeError, match="graph leaves"):
        copy.deepcopy(leaf() * 2)
    assert copy.deepcopy((leaf() * 2).detach()).tolist() == [[2, 4], [6, 8]]


def test_a_shallow_copy_shares_memory_and_has_no_gradient() -> None:
    x = leaf()
    y = copy.copy(x)
    assert np.shares_memory(x.detach().numpy(), y.detach().numpy())
    assert y.requires_grad
    assert y.grad is None
    assert y.note is x.note


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickles_hold_values_only(protocol: int) -> None:
    x = leaf()
    y = pickle.loads(pickle.dumps(x, protocol))
    assert y.requires_grad
    assert y.grad is None
    assert y.note == ["kept"]
    assert y.tolist() == x.tolist()
    (y * 3).sum().backward()
    np.testing.assert_array_equal(y.grad.numpy(), np.full((2, 2), 3.0))


def test_a_pickled_result_becomes_a_leaf() -> None:
    y = pickle.loads(pickle.dumps(leaf() * 2))
    assert y.is_leaf
    assert y.requires_grad


def test_pickled_parameters_are_parameters() -> None:
    x = mg.nn.Parameter(mg.ones(2))
    for y in (pickle.loads(pickle.dumps(x)), copy.deepcopy(x), copy.copy(x)):
        assert type(y) is mg.nn.Parameter
        assert type(y * 2) is mg.Tensor


def test_tensors_that_share_memory_share_it_again() -> None:
    x = mg.arange(6.0)
    whole, tail, turned = copy.deepcopy([x, x[2:], x.reshape(2, 3).t()])
    whole.fill_(7)
    assert tail.tolist() == [7, 7, 7, 7]
    assert turned.tolist() == [[7, 7]] * 3
    assert turned.stride() == (1, 3)
    assert tail.storage_offset() == 2
    assert x.tolist() == [0, 1, 2, 3, 4, 5]
    array = np.zeros(3)
    again, shared = copy.deepcopy([mg.from_numpy(array)[1:], array])
    again.fill_(1)
    assert shared.tolist() == [0, 1, 1]
