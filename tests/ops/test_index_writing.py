"""Writing and combining where indices point: in place, duplicates, ties, lists as indices."""

import numpy as np
import pytest
import torch
from engines import agree, both, fail

import minigrad as mg


@pytest.mark.parametrize(
    "expression",
    [
        "m * 1.0",
        "(m * 1).index_put_((k,), v)",
        "(m * 1).index_put_((t.tensor([2, 0]), t.tensor([1, 1])), f)",
        "(m * 1).index_put_((t.tensor([2, 2]), t.tensor([1, 1])), f, accumulate=True)",
        "(m * 1).put_(t.tensor([3, -1]), f)",
        "(m * 1).masked_scatter_(m > 6, x)",
        "(m * 1).scatter_reduce_(0, t.tensor([[0, 2], [1, 2]]), m[1:, :2], 'mean')",
        "(m * 1).index_reduce_(0, t.tensor([1, 1]), m[:2], 'mean', include_self=False)",
        "m.slice_scatter(m[:, :2], 1, 0, 4, 2)",
        "m.select_scatter(v, 0, 1)",
        "m.diagonal_scatter(v[:2], 2)",
        "m.narrow(1, k, 1)",
        "m.sum_to_size(1, 4)",
        "m.adjoint() + m.H + m.mH",
        "t.column_stack((v, v * 2))",
        "t.block_diag(v, s, m)",
        "t.vander(v, increasing=True).detach()",
        "x[..., 1, ...]",
        "m[[[0, 1]]]",
        "m[[t.tensor([0, 1]), t.tensor([1, 2])]]",
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_results_and_gradients_agree(expression):
    agree(expression, gradients="detach" not in expression)


@pytest.mark.parametrize(
    "expression",
    [
        "t.repeat_interleave(i.abs())",
        "v.repeat_interleave(2, output_size=8)",
        "m.scatter(0, t.tensor([[0, 0, 1]]), m, reduce='add')",
        "m.scatter(0, t.tensor([[0, 0, 1]]), 3, reduce='multiply')",
        "u.masked_fill(b, -1)",
        "t.full((2,), -1, dtype=t.uint8)",
        "t.argwhere(s)",
        "t.nonzero_static(v, size=5)",
        "t.unravel_index(n, (2, 3))",
        "v.nelement() + v.ndimension() + m.get_device()",
        "x.permute(2, 0, 1).dim_order()",
        "[v.is_signed(), u.is_signed(), b.is_complex(), s.is_nonzero(), v.is_same_size(f)]",
        "[t.is_nonzero(s), t.is_same_size(v, f), t.is_signed(u)]",
        "[v.is_cpu, v.is_cuda, v.is_sparse]",
        "v.map_(v * 2, lambda a, b: a + b)",
        "v.map2_(v, s.float(), lambda a, b, c: a + b * c)",
        "v.apply_(lambda a: a * a)",
        "i.apply_(lambda a: a + 1)",
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_results_agree(expression):
    agree(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "v.repeat_interleave(2, output_size=7)",
        "t.repeat_interleave(m.long())",
        "m.scatter(0, t.tensor([[0]]), m, reduce='amax')",
        "m.narrow(0, s, 1)",
        "u.__setitem__(0, 256)",
        "u.__setitem__(0, -256)",
        "u.masked_fill(b, 300)",
        "t.full((2,), 300, dtype=t.uint8)",
        "t.nonzero_static(v, size=-1)",
        "v.is_nonzero()",
        "x.H",
        "v.mH",
        "v.requires_grad_().map_(v, lambda a, b: a)",
        "v.requires_grad_().apply_(lambda a: a)",
        "v.apply_(lambda a: 'x')",
        "v.map_(i, lambda a, b: a)",
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_calls_refuse(expression):
    fail(expression)


def test_the_gradient_of_powers_is_that_of_each():
    x = mg.tensor([2.0, 3.0], requires_grad=True)  # PyTorch's vander has none
    mg.vander(x, 3).sum().backward()
    assert x.grad.tolist() == [2 * 2 + 1, 2 * 3 + 1]


def test_in_place_reductions_keep_the_place_in_the_graph():
    def run(t):
        x = t.tensor([1.0, 3.0, 2.0], requires_grad=True)
        y = x * 1
        part = y[1:]
        part.index_put_((t.tensor([0, 0]),), t.tensor([1.0, 2.0]), accumulate=True)
        (y * y).sum().backward()
        return y, part, x.grad

    both(run)


def test_a_list_of_lists_warns():
    for engine in (mg, torch):
        with pytest.warns(UserWarning, match="index"):
            engine.zeros(3, 4)[[[0, 1], [1, 2]]]


def test_copies_share_no_memory():
    x = mg.arange(6.0).reshape(2, 3)
    for copy in (mg.t_copy(x), mg.view_copy(x, (3, 2)), *mg.split_copy(x, 1), *mg.unbind_copy(x)):
        assert not np.shares_memory(copy.numpy(), x.numpy())
        assert copy.is_contiguous()
