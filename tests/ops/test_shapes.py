"""Shapes: errors, what shares memory and what does not, writes through views."""

import numpy as np
import pytest
import torch
from engines import agree, fail

import minigrad as mg

ERRORS = """
x.reshape(5, 5)
x.reshape(-1, -1)
x.reshape(-2, 12)
x.reshape(7, -1)
x[:0].reshape(-1, 0)
x.reshape("a")
s.reshape()
x.transpose(0, 1).view(24)
x.view(5)
x.flatten(2, 1)
x.flatten(3)
x.flatten(0, -4)
x.unflatten(1, ())
x.unflatten(1, (2, 2))
x.unflatten(4, (1,))
x.squeeze(5)
x.squeeze((0, 0))
s.squeeze(1)
x.unsqueeze(4)
x.unsqueeze(-5)
x.permute(0, 1)
x.permute(0, 0, 1)
x.permute(0, 1, 3)
s.permute(0)
x.transpose(0, 3)
x.transpose(0, "a")
x.t()
v.mT
x.movedim(0, 3)
x.movedim((0, 1), (0,))
x.movedim((0, 0), (0, 1))
x.expand(3, 3, 4)
x.expand(4)
x.expand(-1, 2, 3, 4)
x.expand(2, 3, -2)
t.broadcast_to(x, (4,))
t.broadcast_tensors(x, t.tensor([1.0, 2.0]))
x.flip()
x.flip(0, 0)
x.flip(3)
v.fliplr()
s.flipud()
x.roll((1, 2), 0)
x.roll(1, 3)
x.roll((1, 2))
x.roll((), ())
s.roll(1, 0)
x.rot90(1, (0, 0))
x.rot90(1, (0,))
x.rot90(1, (0, 3))
v.rot90()
x.diagonal(0, 1, 1)
x.diagonal(0, 0, 3)
v.diagonal()
x.diag()
s.diag()
v.tril()
s.triu()
t.diag_embed(m, 0, 0, 0)
t.diag_embed(s)
t.diag_embed(m, 0, 3, 0)
"""


@pytest.mark.parametrize("expression", ERRORS.strip().splitlines())
def test_errors_are_pytorchs(expression):
    fail(expression)


EQUAL = """
x.reshape(6, 4)
x.reshape([4, -1])
x.reshape(shape=(6, 4))
x.permute(dims=(2, 0, 1))
x.moveaxis(0, -1)
x.flip(dims=(0, 2))
t.flip(x, dims=[1])
t.tile(x, dims=(2,))
x.reshape_as(x.reshape(24))
x.view(2, 12)
x.view_as(x.reshape(24))
x.transpose(0, 1).view(3, 2, 2, 2)
x[:0].reshape(3, -1)
x[:0].transpose(0, 1).view(0)
s.flatten()
x.squeeze(())
x.swapaxes(0, 1)
x.swapdims(0, -1)
s.t()
s.transpose(0, -1)
x.movedim((), ())
x.expand_as(x)
v.expand(2, -1)
t.broadcast_tensors()
t.atleast_1d(s, m)
t.atleast_2d((s, v, m))
t.atleast_3d(v)
s.flip(0)
s.flip(())
s.roll(3)
x.diagonal(5)
m.diag(9)
v.diag(-2)
"""


@pytest.mark.parametrize("expression", EQUAL.strip().splitlines())
def test_less_common_calls(expression):
    agree(expression)


VIEWS = {
    "reshape": lambda t: t.reshape(4, 3),
    "view": lambda t: t.view(12),
    "flatten": lambda t: t.flatten(),
    "ravel": lambda t: t.ravel(),
    "unflatten": lambda t: t.unflatten(1, (2, 2)),
    "squeeze": lambda t: t[:1].squeeze(0),
    "unsqueeze": lambda t: t.unsqueeze(1),
    "permute": lambda t: t.permute(1, 0),
    "transpose": lambda t: t.transpose(0, 1),
    "T": lambda t: t.T,
    "mT": lambda t: t.mT,
    "t": lambda t: t.t(),
    "movedim": lambda t: t.movedim(0, 1),
    "diagonal": lambda t: t.diagonal(1),
    "narrow": lambda t: t.narrow(1, 1, 2),
    "select": lambda t: t.select(0, 2),
    "of a view": lambda t: t.T[1:].reshape(3, 3, 1).diagonal().T,
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_a_write_into_a_view_is_a_write_into_its_base(view):
    """Values and gradients, against PyTorch."""
    weights = np.arange(1.0, 13.0).reshape(3, 4)
    results = []
    for lib in (mg, torch):
        x = lib.tensor(weights / 7, requires_grad=True)
        base = x * 2
        before = view(base)
        view(base).mul_(3.0)  # another view of the same memory
        loss = (base * lib.tensor(weights)).sum() + (before * before).sum()
        loss.backward()
        results.append((base.detach().numpy(), before.detach().numpy(), x.grad.numpy()))
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


COPIES = {
    "clone": lambda t: t.clone(),
    "flip": lambda t: t.flip(0),
    "flip nothing": lambda t: t.flip(()),
    "roll": lambda t: t.roll(0),
    "rot90": lambda t: t.rot90(4),
    "diag": lambda t: t.diag(),
    "tril": lambda t: t.tril(5),
    "triu": lambda t: t.triu(-5),
    "repeat": lambda t: t.repeat(1, 1),
    "contiguous": lambda t: t.T.contiguous(),
    "cat": lambda t: mg.cat([t]),
    "pad": lambda t: mg.pad(t, (0, 0)),
    "index": lambda t: t[[0, 1, 2]],
    "gather": lambda t: t.gather(0, mg.tensor([[0, 0, 0, 0]])),
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES.keys())
def test_copies_have_memory_of_their_own(copy):
    base = mg.arange(12, dtype=mg.float32).reshape(3, 4)
    before = base.tolist()
    copy(base).fill_(-1.0)
    assert base.tolist() == before


def test_what_returns_the_tensor_itself():
    x = mg.arange(6).reshape(2, 3)
    assert x.contiguous() is x
    assert x.flatten(0, 0) is x
    assert x.T.contiguous() is not x
    assert x.T.contiguous().is_contiguous()
    assert not x.T.is_contiguous()


def test_a_write_into_an_expanded_tensor_is_refused():
    base = mg.zeros(1, 3)
    with pytest.raises(RuntimeError, match="clone"):
        base.expand(2, 3).add_(mg.ones(2, 3))
    assert base.tolist() == [[0.0, 0.0, 0.0]]


def test_a_view_that_needs_a_copy_says_so():
    x = mg.zeros(2, 3)
    with pytest.raises(RuntimeError, match=r"\[3, 2\].*reshape"):
        x.T.view(6).sum()
    with pytest.raises(RuntimeError, match=r"\[4\].*size 6 .*\[2, 3\]"):
        x.reshape(4)
