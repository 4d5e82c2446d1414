"""Making tensors: every call on minigrad and on PyTorch, values, dtypes and errors alike."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
import torch

import minigrad as mg

nan, inf = float("nan"), float("inf")
f32, f64, i32 = np.float32, np.float64, np.int32

# Each function takes the library: ``t`` is minigrad or torch.
CALLS = [
    # --- tensor: numbers and nested lists
    lambda t: t.tensor([1, 2.0]),
    lambda t: t.tensor(3),
    lambda t: t.tensor(True),
    lambda t: t.tensor([True, 2]),
    lambda t: t.tensor([True, 2.0]),
    lambda t: t.tensor([1j, 2]),
    lambda t: t.tensor([]),
    lambda t: t.tensor([[], []]),
    lambda t: t.tensor([[[1, 2]], [[3, 4]]]),
    lambda t: t.tensor(((1, 2), [3, 4])),
    lambda t: t.tensor(range(3)),
    lambda t: t.tensor([range(2), (5, 6)]),
    lambda t: t.tensor([1e40]),
    lambda t: t.tensor([2**63 - 1]),
    lambda t: t.tensor(-(2**63)),
    lambda t: t.tensor([1, 2.5], dtype=t.int32),
    lambda t: t.tensor([-1], dtype=t.uint8),
    lambda t: t.tensor([0, 2], dtype=t.bool),
    lambda t: t.tensor([1, 2], dtype=t.float64),
    lambda t: t.tensor([1, 2], dtype=float),
    lambda t: t.tensor([1.5, 2], dtype=int),
    lambda t: t.tensor([1, 2], dtype=complex),
    lambda t: t.tensor([1.0], requires_grad=True),
    # --- tensor: NumPy's numbers and arrays, tensors
    lambda t: t.tensor(f64(1)),
    lambda t: t.tensor([f64(1)]),
    lambda t: t.tensor([f32(1), 1.0]),
    lambda t: t.tensor([f64(1), f32(1)]),
    lambda t: t.tensor([1.0, f64(1)]),
    lambda t: t.tensor([i32(1)]),
    lambda t: t.tensor([i32(1), 3]),
    lambda t: t.tensor([np.bool_(1)]),
    lambda t: t.tensor([np.array([1, 2.0]), np.array([3, 4])]),
    lambda t: t.tensor(np.zeros((2, 3), "float32").T),
    lambda t: t.tensor([t.tensor(1.0), t.tensor(2)]),
    lambda t: t.tensor([[t.tensor(1.0), 2], [3, t.tensor([4])]]),
    lambda t: t.tensor([t.tensor(1.0, dtype=t.float64), 2]),
    lambda t: t.tensor([t.tensor(1.0, requires_grad=True), 2]),
    lambda t: t.tensor(t.ones(2, dtype=t.int32)),
    lambda t: t.as_tensor([1.0]),
    lambda t: t.as_tensor(np.ones(2), dtype=t.float32),
    lambda t: t.asarray(1.0),
    lambda t: t.asarray([1, 2], dtype=t.float64, requires_grad=True),
    lambda t: t.from_numpy(np.arange(3)),
    lambda t: t.from_dlpack(np.zeros(3)),
    # --- tensor: errors
    lambda t: t.tensor([[1], [1, 2]]),
    lambda t: t.tensor([[[1, 2], [3]], [[4, 5], [6, 7]]]),
    lambda t: t.tensor([1, [2]]),
    lambda t: t.tensor([[1], 2]),
    lambda t: t.tensor("a"),
    lambda t: t.tensor(["a"]),
    lambda t: t.tensor(None),
    lambda t: t.tensor([None]),
    lambda t: t.tensor({}),
    lambda t: t.tensor(x for x in (1, 2)),
    lambda t: t.tensor([t.ones(2), t.ones(2)]),
    lambda t: t.tensor(2**63),
    lambda t: t.tensor([2**64]),
    lambda t: t.tensor([300], dtype=t.uint8),
    lambda t: t.tensor([nan], dtype=t.int64),
    lambda t: t.tensor([1j], dtype=t.float32),
    lambda t: t.tensor([1j], dtype=t.int64),
    lambda t: t.tensor([1, 2], requires_grad=True),
    lambda t: t.tensor(np.array(["a"])),
    lambda t: t.tensor(np.array([1], dtype=object)),
    lambda t: t.from_numpy([1]),
    lambda t: t.from_numpy(f64(1)),
    lambda t: t.from_numpy(np.array(["a"])),
    lambda t: t.asarray([1.0], copy=False),
    # --- filled
    lambda t: t.zeros(2, 3),
    lambda t: t.zeros((2, 3)),
    lambda t: t.zeros([2, 3]),
    lambda t: t.zeros(size=(2, 3)),
    lambda t: t.zeros(()),
    lambda t: t.zeros([]),
    lambda t: t.zeros(0, 3),
    lambda t: t.zeros(t.tensor(2), 3),
    lambda t: t.zeros(np.int64(2)),
    lambda t: t.zeros(2, dtype=t.int64),
    lambda t: t.zeros(2, requires_grad=True),
    lambda t: t.ones(2, 3, dtype=t.float64),
    lambda t: t.ones(2, dtype=t.bool),
    lambda t: t.empty(2, 3).shape,
    lambda t: t.full((2,), 1),
    lambda t: t.full((2,), 1.0),
    lambda t: t.full((2,), True),
    lambda t: t.full((2,), 1j),
    lambda t: t.full((2,), 3.5, dtype=t.int64),
    lambda t: t.full((2,), t.tensor(1)),
    lambda t: t.full([], 2.5, requires_grad=True),
    lambda t: t.eye(3),
    lambda t: t.eye(2, 3, dtype=t.int64),
    lambda t: t.eye(0),
    lambda t: t.zeros_like(t.ones(2, dtype=t.int32)),
    lambda t: t.zeros_like(t.zeros(2, 3).transpose(0, 1)).stride(),
    lambda t: t.zeros_like(t.zeros(2, 6)[:, ::2]).stride(),
    lambda t: t.ones_like(t.ones(2, requires_grad=True)),
    lambda t: t.ones_like(t.ones(2), dtype=t.float64, requires_grad=True),
    lambda t: t.full_like(t.ones(2, dtype=t.int64), 3.5),
    lambda t: t.empty_like(t.ones(2, 3)).shape,
    lambda t: t.zeros(),
    lambda t: t.zeros(-1),
    lambda t: t.zeros(2.0),
    lambda t: t.zeros("a"),
    lambda t: t.zeros((2,), (3,)),
    lambda t: t.zeros(2, dtype=t.int64, requires_grad=True),
    lambda t: t.full(2, 1),
    lambda t: t.full((2,), t.tensor([1])),
    lambda t: t.eye(-1),
    lambda t: t.zeros_like([1]),
    # --- ranges and patterns
    lambda t: t.arange(5),
    lambda t: t.arange(5.0),
    lambda t: t.arange(1, 5),
    lambda t: t.arange(1, 5, 2),
    lambda t: t.arange(5, 1, -1),
    lambda t: t.arange(1, 2.5, 0.5),
    lambda t: t.arange(0, 1, 0.1),
    lambda t: t.arange(0, 1, 0.1, dtype=t.float64),
    lambda t: t.arange(1, 5, dtype=t.float32),
    lambda t: t.arange(0, 5.5, dtype=t.int64),
    lambda t: t.arange(0),
    lambda t: t.arange(start=2, end=4),
    lambda t: t.arange(end=4),
    lambda t: t.arange(t.tensor(3)),
    lambda t: t.arange(3.0, requires_grad=True),
    lambda t: t.arange(5, 1),
    lambda t: t.arange(-3),
    lambda t: t.arange(5, 1, 0),
    lambda t: t.arange(nan),
    lambda t: t.arange(inf),
    lambda t: t.linspace(0, 1, 5),
    lambda t: t.linspace(1, 0, 4),
    lambda t: t.linspace(0, 1, 1),
    lambda t: t.linspace(0, 1, 0),
    lambda t: t.linspace(-0.3, 7.7, 1000),
    lambda t: t.linspace(0, 10, 5, dtype=t.int64),
    lambda t: t.linspace(t.tensor(0.0), t.tensor(2.0), 3, dtype=t.float64),
    lambda t: t.linspace(0, 1, -1),
    lambda t: t.linspace(0, 1, 5.0),
    lambda t: t.logspace(0, 3, 4),
    lambda t: t.logspace(0, 3, 4, base=2),
    lambda t: t.tril_indices(3, 4),
    lambda t: t.triu_indices(3, 4, 1),
    lambda t: t.tril_indices(4, 3, -1, dtype=t.int32),
    # --- random
    lambda t: t.rand(5),
    lambda t: t.rand(2, 3, dtype=t.float64, requires_grad=True),
    lambda t: t.rand(size=(2, 3)),
    lambda t: t.randn(5),
    lambda t: t.randn((4, 5)),
    lambda t: t.randn(3, dtype=t.complex64),
    lambda t: t.rand(3, generator=t.Generator().manual_seed(5)),
    lambda t: t.randint(3, (4,)),
    lambda t: t.randint(-3, 3, (4,)),
    lambda t: t.randint(low=0, high=3, size=(2, 3)),
    lambda t: t.randint(high=3, size=(2, 3)),
    lambda t: t.randint(3, [2], dtype=t.float32),
    lambda t: t.randint(256, (4,), dtype=t.uint8),
    lambda t: t.randperm(6),
    lambda t: t.randperm(4, dtype=t.int32),
    lambda t: t.normal(1.0, 2.0, (3,)),
    lambda t: t.normal(t.arange(3.0), 2.0),
    lambda t: t.normal(1.0, t.arange(3.0)),
    lambda t: t.normal(t.zeros(2, 1), t.ones(3)),
    lambda t: t.bernoulli(t.linspace(0, 1, 20)),
    lambda t: t.bernoulli(t.zeros(5), 0.5),
    lambda t: t.multinomial(t.tensor([1.0, 2, 0, 4]), 3),
    lambda t: t.multinomial(t.ones(2, 3), 5, replacement=True),
    lambda t: t.rand_like(t.zeros(2, 3)),
    lambda t: t.rand_like(t.zeros(2, 3).transpose(0, 1)),
    lambda t: t.randn_like(t.zeros(5, 6)),
    lambda t: t.randn_like(t.zeros(5, 6).transpose(0, 1)),
    lambda t: t.randn_like(t.zeros(5, dtype=t.int64), dtype=t.float64),
    lambda t: t.randint_like(t.zeros(4), 3),
    lambda t: t.randint_like(t.zeros(4), 3, 9, dtype=t.int64),
    lambda t: t.randint(0, (2,)),
    lambda t: t.randint(5, 5, (2,)),
    lambda t: t.randint(3, 2),
    lambda t: t.randint(3.0, (2,)),
    lambda t: t.randint(300, (2,), dtype=t.uint8),
    lambda t: t.randperm(-1),
    lambda t: t.normal(0.0, -1.0, (2,)),
    lambda t: t.normal(t.zeros(2), -t.ones(2)),
    lambda t: t.bernoulli(t.tensor([2.0])),
    lambda t: t.multinomial(t.tensor([1, 2]), 1),
    lambda t: t.multinomial(t.tensor([1.0, 2]), 3),
    lambda t: t.multinomial(t.tensor([1.0, -2]), 1),
    lambda t: t.multinomial(t.tensor([0.0, 0]), 1),
    lambda t: t.multinomial(t.tensor([1.0, inf]), 2, True),
    lambda t: t.multinomial(t.tensor([1.0, 2]), 0),
    lambda t: t.multinomial(t.ones(2, 2, 2), 1),
    # --- in place
    lambda t: t.zeros(4).uniform_(),
    lambda t: t.zeros(4).uniform_(-1, 3),
    lambda t: t.zeros(3, 2).transpose(0, 1).uniform_(),
    lambda t: t.zeros(2, 4)[:, ::2].uniform_(),
    lambda t: t.zeros(20).normal_(1, 2),
    lambda t: t.zeros(20, 2)[:, 0].normal_(1, 2),
    lambda t: t.zeros(9).bernoulli_(0.3),
    lambda t: t.zeros(3, dtype=t.bool).bernoulli_(),
    lambda t: t.zeros(3).bernoulli_(t.tensor([0.0, 1.0, 0.5])),
    lambda t: t.zeros(9).exponential_(2.0),
    *(
        lambda t, name=name: t.zeros(5, dtype=getattr(t, name)).random_()
        for name in ("int64", "int32", "int16", "uint8", "bool", "float32", "float64", "float16")
    ),
    lambda t: t.zeros(5).random_(7),
    lambda t: t.zeros(5, dtype=t.int32).random_(2, 9),
    lambda t: t.ones(2).zero_(),
    lambda t: t.ones(2).fill_(3),
    lambda t: t.ones(2).fill_(t.tensor(3)),
    lambda t: t.ones(2, dtype=t.int64).fill_(1.5),
    lambda t: t.zeros(2, 3).copy_(t.arange(3)),
    lambda t: t.zeros(2, dtype=t.int64).copy_(t.tensor([1.5, 2])),
    lambda t: t.zeros(2).copy_(t.zeros(2, dtype=t.bool)),
    lambda t: t.zeros(3).uniform_(1, 0),
    lambda t: t.zeros(3).normal_(0, -1),
    lambda t: t.zeros(3).bernoulli_(2),
    lambda t: t.zeros(3).exponential_(0),
    lambda t: t.zeros(3).random_(5, 5),
    lambda t: t.zeros(2).fill_(t.tensor([1.0])),
    lambda t: t.zeros(2).fill_("a"),
    lambda t: t.zeros(2).copy_(t.zeros(3)),
    lambda t: t.zeros(2).copy_(t.zeros(1, 2)),
    lambda t: t.zeros(2).copy_([1, 2]),
    lambda t: t.zeros(2, requires_grad=True).uniform_(),
    # --- like this tensor
    lambda t: t.zeros(2, 3).new_tensor([1]),
    lambda t: t.zeros(2, dtype=t.float64).new_tensor([1.5], requires_grad=True),
    lambda t: t.zeros(2, dtype=t.float64).new_zeros(2, 3),
    lambda t: t.zeros(2, dtype=t.int32).new_ones((2, 3)),
    lambda t: t.zeros(2, dtype=t.int64).new_full((2,), 3.5),
    lambda t: t.zeros(2).new_full((2,), 3, dtype=t.int64),
    lambda t: t.zeros(2).new_empty(2, 3).shape,
    lambda t: t.zeros(2).new_zeros(2, requires_grad=True),
    # --- laid out in a given way
    lambda t: t.empty_strided((2, 3), (1, 4)).stride(),
    lambda t: t.empty_strided((2, 3), (0, 1)).stride(),
    lambda t: t.empty_strided((0, 3), (1, 1)).shape,
    lambda t: t.empty_strided((2, 3), (1,)),
    lambda t: t.empty_strided((2, 3), (1, -1)),
    lambda t: t.empty_strided((2, -3), (1, 1)),
    lambda t: t.empty_strided((2, 2), (1, 2), dtype=t.int64, requires_grad=True),
    lambda t: t.empty_permuted((2, 3, 4), (2, 0, 1)).stride(),
    lambda t: t.empty_permuted((2, 3), (0, 0)),
    lambda t: t.empty_permuted((2, 3), (0,)),
    lambda t: t.zeros(2).new_empty_strided((2, 2), (1, 2)).stride(),
    lambda t: t.scalar_tensor(3),
    lambda t: t.scalar_tensor(True, dtype=t.bool),
    lambda t: t.scalar_tensor(1j),
    # --- questions
    lambda t: t.is_tensor(t.zeros(2)),
    lambda t: t.is_tensor(2),
    lambda t: t.is_floating_point(t.zeros(2)),
    lambda t: t.is_complex(t.zeros(2)),
    lambda t: t.numel(t.zeros(2, 3)),
    lambda t: (t.finfo(t.float32).eps, t.finfo(t.float64).max, t.finfo().tiny, t.finfo().bits),
    lambda t: (repr(t.finfo(t.float16)), repr(t.finfo()), t.finfo(t.float64).resolution),
    lambda t: (t.iinfo(t.int32).max, t.iinfo(t.uint8).min, t.iinfo(t.int64).bits),
    lambda t: t.finfo(t.int64),
    lambda t: t.iinfo(t.float32),
    lambda t: t.can_cast(t.float64, t.float32),
    lambda t: t.can_cast(t.float32, t.int64),
    lambda t: t.can_cast(t.bool, t.uint8),
    lambda t: t.zeros(2, dtype=t.promote_types(t.int64, t.float16)),
    lambda t: t.zeros(2, dtype=t.result_type(t.zeros(2, dtype=t.int32), 1.5)),
    lambda t: t.zeros(2, dtype=t.result_type(t.zeros(2), t.zeros((), dtype=t.float64))),
    lambda t: t.rand(2, dtype=t.int64),
    lambda t: t.randn_like(t.zeros(2, dtype=t.int64)),
    lambda t: t.zeros(2, dtype=t.int64).normal_(),
]


def source(call: Any) -> str:
    lines = inspect.getsource(call).strip().rstrip(",").split("lambda t")
    return lines[-1].lstrip(": ")


def outcome(call: Any, library: Any) -> Any:
    library.manual_seed(11)
    try:
        return call(library)
    except Exception as error:
        return error


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("call", CALLS, ids=source)
def test_agrees_with_pytorch(call: Any) -> None:
    ours, theirs = outcome(call, mg), outcome(call, torch)
    if isinstance(theirs, Exception):
        assert not isinstance(theirs, AttributeError | NameError), "a slip in the call"
        # NotImplementedError, PyTorch's for a dtype without a kernel, is a RuntimeError.
        assert isinstance(theirs, type(ours)), f"{ours!r}, expected {theirs!r}"
        assert type(ours) is not Exception
    elif isinstance(theirs, torch.Tensor):
        x, y = ours.detach().numpy(), theirs.detach().numpy()
        assert (x.dtype, x.shape) == (y.dtype, y.shape)
        np.testing.assert_allclose(x, y, rtol=1e-6)
        assert ours.requires_grad == theirs.requires_grad
        assert ours.is_leaf
    else:
        assert ours == theirs


def test_constants_are_pytorchs() -> None:
    for name in ("pi", "e", "inf"):
        assert getattr(mg, name) == getattr(torch, name)
    assert mg.nan != mg.nan
