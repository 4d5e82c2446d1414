"""Views by strides: memory shared, gradients by hand where PyTorch's are wrong, refusals."""

import pytest
from engines import agree, both, fail

import minigrad as mg


@pytest.mark.parametrize(
    "expression",
    [
        "x.unfold(2, 2, 1)",
        "x.unfold(-3, 2, 3)",
        "x.permute(2, 0, 1).unfold(0, 3, 1)",
        "s.unfold(0, 1, 1)",
        "s.unfold(0, 0, 2)",
        "t.as_strided(x, (2, 3), (1, 2), 5)",
        "x[1].as_strided((2, 2), (4, 1))",
        "x[1].as_strided((2, 2), (4, 1), 0)",
        "x.transpose(0, 2).as_strided((3, 3), (1, 1), 1)",
        "m.t().as_strided((2, 2), (1, 1))",
        "v.expand(3, 4).as_strided((2, 2), (1, 1))",
    ],
)
def test_walks_agree(expression):
    agree(expression, gradients=True)


@pytest.mark.parametrize(
    "expression",
    [
        "x.unfold(3, 1, 1)",
        "x.unfold(2, 5, 1)",
        "x.unfold(2, 2, 0)",
        "s.unfold(0, 2, 1)",
        "v.as_strided((5,), (1,))",
        "v.as_strided((2,), (1,), 3)",
        "v.as_strided((2,), (1, 1))",
        "v[1:].as_strided((4,), (1,))",
        "v.fill_diagonal_(1)",
        "x.fill_diagonal_(1)",
    ],
)
def test_walks_refuse(expression):
    fail(expression)


def test_a_walk_is_a_view():
    x = mg.arange(6.0)
    x.as_strided((2, 2), (3, 1), 1).mul_(10)
    assert x.tolist() == [0, 10, 20, 3, 40, 50]
    windows = x.unfold(0, 3, 3)
    windows[1, 0] = -1
    assert x.tolist() == [0, 10, 20, -1, 40, 50]
    assert windows.storage_offset() == 0
    assert x[2:].storage_offset() == 2


def test_a_write_through_a_walk_is_recorded():
    def run(t):
        x = t.ones(3, 4, requires_grad=True)
        y = (x * 1).t()
        y.as_strided((2, 2), (1, 4), 1).mul_(5.0)
        (y * y * t.arange(12.0).reshape(4, 3)).sum().backward()
        return y, x.grad

    both(run)


def test_the_gradient_of_a_replaced_region_is_not_that_of_the_rest():
    x, source = mg.ones(2, 3, requires_grad=True), mg.zeros(2, requires_grad=True)
    out = mg.as_strided_scatter(x, source, (2,), (3,), 1)
    assert out.tolist() == [[1, 0, 1], [1, 0, 1]]
    (out * mg.arange(6.0).reshape(2, 3)).sum().backward()
    assert x.grad.tolist() == [[0, 0, 2], [3, 0, 5]]
    assert source.grad.tolist() == [1, 4]
    turned = mg.as_strided_scatter(x.detach().t(), source.detach(), (2,), (3,), 1)
    assert turned.tolist() == [[1, 1], [0, 0], [1, 1]]


@pytest.mark.parametrize("shape", [(3, 3), (2, 5), (7, 3), (2, 2, 2)])
@pytest.mark.parametrize("wrap", [False, True])
def test_a_diagonal_is_filled_in_place(shape, wrap):
    def run(t):
        x = t.zeros(*shape, requires_grad=True)
        y = (x + 1).fill_diagonal_(5.0, wrap=wrap)
        (y * y).sum().backward()
        return y, x.grad

    both(run)
