"""Tensors print as PyTorch's do, to the last character: the facade's spelling included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minigrad_torch_compat as facade

OPTIONS: list[dict[str, Any]] = [
    {},
    {"precision": 2},
    {"precision": 0},
    {"precision": 10},
    {"threshold": 5},
    {"threshold": 5, "edgeitems": 1},
    {"threshold": 0, "edgeitems": 2},
    {"linewidth": 40},
    {"linewidth": 200},
    {"linewidth": 12},
    {"sci_mode": True},
    {"sci_mode": False},
    {"profile": "short"},
    {"profile": "full"},
]
FLOATS = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, -2.0, 0.5, 1e-5, 1e9, 123456.0, np.inf, -np.inf, np.nan]),
    st.floats(-10, 10, width=32),
    st.floats(-1e6, 1e6, width=32),
    st.floats(width=32),
    st.integers(-1000, 1000).map(float),
)
DTYPES = (
    *("float16", "float32", "float64", "complex64", "complex128", "bool", "uint8"),
    *("int8", "int16", "int32", "int64"),
)


@pytest.fixture(autouse=True)
def _default_options() -> Iterator[None]:
    yield
    for engine in (facade, torch):
        engine.set_printoptions(profile="default")


@st.composite
def arrays(draw: st.DrawFn) -> Any:
    """Arrays of any dtype: of plain numbers, of wide ranges, empty, with no dimensions."""
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6))
    size = int(np.prod(shape))
    if dtype.kind in "fc":
        scale = draw(st.sampled_from([None, 1.0, 1e-3, 1e3, 1e-6, 1e6, 1e10]))
        if scale is None:
            numbers = np.array(draw(st.lists(FLOATS, min_size=size, max_size=size)), np.float64)
        else:
            seed = draw(st.integers(0, 2**32 - 1))
            numbers = np.random.default_rng(seed).normal(size=size) * scale
        with np.errstate(over="ignore"):
            found = numbers.astype(dtype)
        if dtype.kind == "c":
            with np.errstate(invalid="ignore", over="ignore"):
                found = found + 1j * found[::-1]
        return found.astype(dtype).reshape(shape)
    return draw(hnp.arrays(dtype, shape))


def both(function: Any) -> tuple[str, str]:
    return repr(function(facade)), repr(function(torch))


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@settings(max_examples=60)
@given(arrays(), st.booleans())
def test_tensors(options: dict[str, Any], array: Any, requires_grad: bool) -> None:
    for engine in (facade, torch):
        engine.set_printoptions(**options)
    needs = requires_grad and array.dtype.kind in "fc"
    ours, theirs = both(lambda t: t.from_numpy(array.copy()).requires_grad_(needs))
    assert ours == theirs


@given(st.integers(1, 12), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_long_tensors_are_summarised(rows: int, columns: int, seed: int) -> None:
    array = np.random.default_rng(seed).normal(size=(rows * 30, columns)).astype("float32")
    ours, theirs = both(lambda t: t.from_numpy(array))
    assert ours == theirs
    ours, theirs = both(lambda t: t.from_numpy(array).reshape(-1))
    assert ours == theirs


CALLS = [
    "x * 2",
    "(x * 2).sum()",
    "x.double() + 1",
    "x > 1",
    "x.t()",
    "x[0]",
    "x.mean(dim=0, keepdim=True)",
    "x.expand(2, 2, 3)",
    "x.view(-1)",
    "x.detach()",
    "x.long()",
    "t.nn.Parameter(x.detach())",
    "t.nn.Parameter(x.detach(), requires_grad=False)",
    "x.max(dim=1)",
    "x.sort()",
    "x.topk(2)",
    "x.shape",
    "x.dtype",
    "x.device",
    "x.size()",
    "x[:0]",
    "x[:0].long()",
    "x[:0].sum()",
    "t.empty(0)",
    "t.empty(0, dtype=t.int64)",
    "t.empty(0, 3)",
    "t.empty(2, 0, 3, dtype=t.float64)",
    "t.tensor(True)",
    "t.tensor(3)",
    "t.tensor(3.5, dtype=t.float64)",
    "t.tensor(1e-8)",
    "t.tensor([1e-8, 1])",
    "t.tensor([1.0, float('nan')])",
    "t.tensor([float('inf'), 2])",
    "t.tensor([float('inf')])",
    "t.tensor([1 + 2j, -1.5j])",
    "t.tensor(1 + 2j)",
    "t.tensor([[1, -20], [300, 4]])",
    "t.tensor([100000, 1], dtype=t.int32)",
    "t.arange(2000)",
    "t.arange(2000).view(20, 100)",
    "t.arange(4000.).view(2, 20, 100)",
    "t.zeros(3, dtype=t.bool)",
    "t.ones(2, 2, requires_grad=True)",
    "t.ones(2, 2, dtype=t.float64, requires_grad=True)",
    "(t.ones(2, 2, dtype=t.float64, requires_grad=True) * 2)",
    "t.full((30,), 1234567.0, requires_grad=True) * 1",
    "t.linspace(0, 1, 11)",
    "t.linspace(0, 1e5, 11)",
    "t.logspace(-5, 5, 11)",
    "[x.sum(), {'a': x.mean()}]",
    "t.nn.Linear(2, 3)",
    "f'{x.sum():.3f} {x.sum().item()}'",
    "str(x.sum())",
]


@pytest.mark.parametrize("call", CALLS)
def test_what_programs_print(call: str) -> None:
    def run(t: Any) -> Any:
        x = t.tensor([[1.0, 2.5, -3.0], [0.25, 1e3, 7.0]], requires_grad=True)
        return eval(call, {"t": t, "x": x})

    ours, theirs = both(run)
    assert ours == theirs


def test_other_default_dtypes() -> None:
    try:
        for engine in (facade, torch):
            engine.set_default_dtype(engine.float64)
        for call in ("t.ones(2)", "t.ones(2, dtype=t.float32)", "t.ones(2) * 1j", "t.empty(0)"):
            ours, theirs = both(lambda t, call=call: eval(call, {"t": t}))
            assert ours == theirs
    finally:
        for engine in (facade, torch):
            engine.set_default_dtype(engine.float32)
