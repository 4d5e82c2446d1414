"""Gathering, scattering and masks: errors, in-place forms, exact integers, saved indices."""

import numpy as np
import pytest
import torch
from engines import agree, fail

import minigrad as mg

ERRORS = """
m.gather(0, t.tensor([[-1]]))
m.gather(0, t.tensor([[5]]))
m.gather(0, t.tensor([0]))
m.gather(0, t.tensor([[0.0]]))
m.gather(0, t.tensor([[0, 0, 0, 0, 0]]))
m.gather(2, t.tensor([[0]]))
m.gather(0, 0)
m.scatter(0, t.tensor([[-1]]), 1.0)
m.scatter(0, t.tensor([[3]]), 1.0)
m.scatter(0, t.tensor([[0, 1]]), t.tensor([[1.0]]))
m.scatter(0, t.tensor([[0]]), t.tensor([[1.0]], dtype=t.float64))
m.scatter(0, t.tensor([[0]]), t.tensor([[1]]))
m.scatter(0, t.tensor([[0]]), t.tensor(1.0))
m.scatter(0, t.tensor([[0, 1, 2, 0, 0]]), 1.0)
m.scatter_add(0, t.tensor([[-1]]), m)
m.scatter_add(0, t.tensor([[0]]), m.double())
m.scatter_add(0, t.tensor([[0, 0]]), t.tensor([[1.0]]))
m.index_select(0, t.tensor([-1]))
m.index_select(0, t.tensor([3]))
m.index_select(0, t.tensor([[0]]))
m.index_select(0, t.tensor([0.0]))
m.index_select(0, t.tensor([0], dtype=t.int16))
m.index_select(2, t.tensor([0]))
s.index_select(0, t.tensor([0, 0]))
m.index_add(0, t.tensor([-1]), m[:1])
m.index_add(0, t.tensor([3]), m[:1])
m.index_add(0, t.tensor([0, 1]), m[:1])
m.index_add(0, t.tensor([0]), v)
m.index_add(0, t.tensor([0]), m[:1].double())
m.index_add(0, t.tensor([0]), m[:1, :2])
m.index_copy(0, t.tensor([-1]), m[:1])
m.index_copy(0, t.tensor([3]), m[:1])
m.index_copy(0, t.tensor([0, 1]), m[:1])
m.index_copy(0, t.tensor([0]), v)
m.index_copy(0, t.tensor([0]), m[:1].double())
m.index_copy(0, t.tensor([0]), m[:1, :2])
m.index_fill(0, t.tensor([3]), 1.0)
m.index_fill(0, t.tensor([0]), t.tensor([1.0]))
m.index_fill(0, t.tensor([[0]]), 1.0)
m.masked_fill(m > 1, t.tensor([1.0]))
m.masked_fill(t.tensor([0, 1, 0, 1]), 1.0)
m.masked_fill(t.tensor([True, False, True]), 1.0)
m.masked_fill_(t.ones(2, 3, 4) > 0, 1.0)
m.masked_select(t.tensor([1, 0, 1, 1]))
m.masked_select(t.tensor([True, False, True]))
t.take(m, t.tensor([12]))
t.take(m, t.tensor([-13]))
t.take(m, t.tensor([0.0]))
t.take(m, t.tensor([0], dtype=t.int32))
t.take_along_dim(m, t.tensor([13]))
t.take_along_dim(m, t.tensor([-1]))
t.take_along_dim(m, t.tensor([0]), 0)
t.take_along_dim(m, t.tensor([[0.0]]), 0)
t.take_along_dim(m, t.tensor([[0, 0, 0]]), 0)
"""


@pytest.mark.parametrize("expression", ERRORS.strip().splitlines())
def test_errors_are_pytorchs(expression):
    fail(expression)


EQUAL = """
m.gather(0, t.tensor([[0, 2]], dtype=t.int32))
s.gather(0, t.tensor(0))
s.gather(0, t.tensor([0, 0]))
m.scatter(0, t.tensor([[0, 1]]), m)
m.long().scatter(0, t.tensor([[0]]), 1.5)
m.scatter(1, t.tensor([[0, 1]]), value=-1.0)
m.scatter_add(0, t.tensor([[0, 0], [0, 1]]), m)
m.long().scatter_add(0, t.tensor([[0, 0], [0, 1]]), m.long())
s.scatter_add(0, t.tensor(0), s)
m.index_select(0, t.tensor(1))
m.index_select(0, t.tensor([0, 0], dtype=t.int32))
m.index_add(0, t.tensor(0), m[:1])
m.index_add(0, t.tensor([1, 1]), m[:2], alpha=2)
m.index_fill(0, t.tensor([-1]), 1.0)
m.long().index_fill(0, t.tensor([0]), 1.5)
m.masked_fill(m > 1, True)
m.masked_fill(m > 1, t.tensor(1.5, dtype=t.float64))
m.long().masked_fill(m > 1, 1.5)
v.masked_fill(m > 1, 1.0)
(m > 1).masked_fill(m > 1, 0)
v.masked_select(m > 1)
t.take(m, t.tensor([[-1, 3]]))
t.nonzero(s)
t.nonzero(s * 0)
t.nonzero(s, as_tuple=True)
m.nonzero(as_tuple=True)
"""


@pytest.mark.parametrize("expression", EQUAL.strip().splitlines())
def test_less_common_calls(expression):
    agree(expression)


IN_PLACE = """
y.scatter_(0, lib.tensor([[0, 2, 1]]), w[1:2])
y.scatter_(1, lib.tensor([[0], [2]]), -1.0)
y.scatter_add_(0, lib.tensor([[0, 0], [0, 1]]), w[:2, 1:])
y.index_add_(0, lib.tensor([1, 1]), w[:2])
y.index_add_(1, lib.tensor([0]), w[:, :1], alpha=3.0)
y.index_copy_(0, lib.tensor([1, 0]), w[:2])
y.index_fill_(1, lib.tensor([0, 0, 2]), 0.5)
y.masked_fill_(w > 4, 2.0)
y[0].masked_fill_(w[0] > 2, 2.0)
y[:, 1:].index_copy_(1, lib.tensor([1]), w[:, :1])
"""


@pytest.mark.parametrize("statement", IN_PLACE.strip().splitlines())
def test_in_place_forms(statement):
    """The result, and both gradients."""
    values = np.arange(1.0, 10.0).reshape(3, 3)
    results = []
    for lib in (mg, torch):
        x = lib.tensor(values, requires_grad=True)
        w = lib.tensor(values[::-1].copy(), requires_grad=True)
        y = x * 2.0
        eval(statement, {"y": y, "w": w, "lib": lib})
        (y * lib.tensor(values)).sum().backward()
        results.append([y.detach().numpy(), x.grad.numpy()])
        if w.grad is not None:
            results[-1].append(w.grad.numpy())
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_the_operands_stay_as_they_are():
    x, index = mg.zeros(3), mg.tensor([0, 0])
    x.scatter_add(0, index, mg.ones(2))
    x.index_fill(0, index, 1.0)
    x.masked_fill(mg.tensor([True, False, True]), 1.0)
    mg.take_along_dim(x, mg.tensor([-1]), 0)
    assert x.tolist() == [0.0, 0.0, 0.0]
    assert index.tolist() == [0, 0]


def test_nan_stays_where_it_is():
    """A masked gradient is replaced, not multiplied by zero."""
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    y = x.masked_fill(mg.tensor([True, False]), 0.0)
    y.backward(mg.tensor([float("nan"), 3.0]))
    assert x.grad.tolist() == [0.0, 3.0]


def test_integers_are_added_exactly():
    x = mg.tensor([2**60, 0]).index_add(0, mg.tensor([0, 0]), mg.tensor([1, 1]))
    assert x.tolist() == [2**60 + 2, 0]


def test_a_mask_must_not_change_before_backward():
    x = mg.ones(2, requires_grad=True)
    mask = mg.tensor([True, False])
    y = x.masked_fill(mask, 0.0).sum()
    mask.fill_(True)
    with pytest.raises(RuntimeError, match="inplace"):
        y.backward()
