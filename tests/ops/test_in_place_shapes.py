"""In-place changes of shape: the place in the graph, views made before and after, memory."""

import numpy as np
import pytest
import torch
from engines import both, fail

import minigrad as mg


def test_a_result_becomes_its_own_view():
    def run(t):
        x = t.ones(2, 3, requires_grad=True)
        y = x * t.arange(6.0).reshape(2, 3)
        y.t_()
        assert tuple(y.shape) == (3, 2)
        assert y._version == 1
        (y * t.arange(6.0).reshape(3, 2)).sum().backward()
        return y, x.grad

    both(run)


def test_views_made_before_look_at_the_former_shape():
    def run(t):
        x = t.ones(2, 3, requires_grad=True)
        y = x * 1
        row = y[0]
        y.t_()
        column = y[1]
        y.unsqueeze_(0)
        row.mul_(3.0)
        column.mul_(2.0)
        (y * t.arange(6.0).reshape(3, 2)).sum().backward(retain_graph=True)
        first = x.grad.clone()
        (row * t.arange(3.0)).sum().backward()
        return y, row, column, first, x.grad

    both(run)


def test_a_view_changes_alone():
    def run(t):
        x = t.ones(2, 3, requires_grad=True)
        y = x * 1
        part = y[:, :2]
        part.t_().mul_(t.tensor([[1.0, 2.0], [3.0, 4.0]]))
        (y * t.arange(6.0).reshape(2, 3)).sum().backward(retain_graph=True)
        first = x.grad.clone()
        (part * part).sum().backward()
        return y, part, first, x.grad

    both(run)


def test_a_leaf_changes_its_shape_under_no_grad():
    def run(t):
        x = t.arange(6.0).reshape(2, 3).requires_grad_()
        with t.no_grad():
            x.t_().mul_(2.0)
        assert x.is_leaf
        (x * t.arange(6.0).reshape(3, 2)).sum().backward()
        return x, x.grad

    both(run)


def test_data_changes_every_way():
    def run(t):
        x = t.arange(6.0)
        view, turned = x[2:], x.reshape(2, 3)
        turned.transpose_(0, 1).unsqueeze_(1).squeeze_(1).swapaxes_(0, 1).swapdims_(-1, -2)
        x.as_strided_((2, 2), (1, 2), 1)
        view.fill_(7.0)
        return x, view, turned

    both(run)


@pytest.mark.parametrize(
    "expression",
    [
        "v.requires_grad_().unsqueeze_(0)",
        "v.requires_grad_()[1:].unsqueeze_(0)",
        "v.requires_grad_().resize_(2)",
        "(v.requires_grad_() * 1).resize_(2)",
        "v.requires_grad_().set_(f)",
        "x.t_()",
        "x.transpose_(0, 3)",
        "x.squeeze_(4)",
        "v.as_strided_((5,), (1,))",
        "v.resize_(-1)",
        "v.set_(i)",
    ],
)
def test_changes_refuse(expression):
    fail(expression)


def test_memory_is_resized():
    x = mg.arange(6.0)
    view = x[1:]
    assert x.resize_(2, 2).tolist() == [[0, 1], [2, 3]]
    assert x.resize_((3, 2)).tolist() == [[0, 1], [2, 3], [4, 5]]
    x.zero_()
    assert view.tolist() == [0, 0, 0, 0, 0]
    assert mg.arange(3.0).resize_(5)[:3].tolist() == [0, 1, 2]
    assert mg.arange(3.0).resize_as_(mg.tensor(1.0)).tolist() == 0
    assert mg.arange(6.0)[2:].resize_(4).tolist() == [2, 3, 4, 5]


def test_memory_is_exchanged():
    x, y = mg.zeros(2), mg.arange(4.0)
    assert x.set_(y) is x
    assert x.is_set_to(y)
    x[0] = 9
    assert y[0] == 9
    assert x.set_(y, 1, (2,), (2,)).tolist() == [1, 3]
    assert x.set_().shape == (0,)
    np.testing.assert_array_equal(torch.zeros(2).set_().numpy(), x.numpy())
