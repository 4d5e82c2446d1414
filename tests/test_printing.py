"""Printed tensors beside PyTorch's."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minigrad as mg

OPTIONS = [
    {},
    {"precision": 2},
    {"threshold": 5},
    {"threshold": 5, "edgeitems": 1},
    {"linewidth": 40},
    {"sci_mode": True},
    {"sci_mode": False},
    {"profile": "short"},
    {"profile": "full"},
]
NUMBERS = st.one_of(
    st.sampled_from([0.0, 1.0, -2.0, 0.5, 1e-5, 1e9, 123456.0]),
    st.floats(-1e6, 1e6, width=32),
    st.floats(width=32),
)


@pytest.fixture(autouse=True)
def _default_options() -> Any:
    yield
    mg.set_printoptions(profile="default")
    torch.set_printoptions(profile="default")


def normalized(text: str) -> str:
    """Forget ``torch.`` before dtypes, and the line breaks that its length causes."""
    return re.sub(r",\s+(dtype|requires_grad|size)=(torch\.)?", r", \1=", text)


def check(array: Any, requires_grad: bool = False) -> None:
    ours, theirs = mg.tensor(array), torch.tensor(array)
    ours.requires_grad_(requires_grad)
    theirs.requires_grad_(requires_grad)
    assert normalized(repr(ours)) == normalized(repr(theirs))


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@given(
    st.sampled_from(["float32", "float64", "float16"]),
    hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, min_side=0, max_side=7), elements=NUMBERS),
    st.booleans(),
)
def test_floats(options: dict[str, Any], dtype: str, array: Any, requires_grad: bool) -> None:
    mg.set_printoptions(**options)
    torch.set_printoptions(**options)
    with np.errstate(over="ignore"):
        check(array.astype(dtype), requires_grad)


@given(
    hnp.arrays(
        st.sampled_from([np.dtype(name) for name in ("int64", "int32", "uint8", "bool")]),
        hnp.array_shapes(min_dims=0, min_side=0, max_side=7),
    )
)
def test_integers(array: Any) -> None:
    check(array)


@given(
    hnp.arrays(
        st.sampled_from([np.dtype("complex64"), np.dtype("complex128")]),
        hnp.array_shapes(min_dims=0, min_side=0),
        elements=st.builds(complex, st.floats(-99, 99, width=16), st.floats(-99, 99, width=16)),
    )
)
def test_complex(array: Any) -> None:
    check(array)


@pytest.mark.parametrize("shape", [(1000,), (1001,), (2000, 2), (2, 2000), (30, 40), (3, 3, 3, 99)])
@pytest.mark.parametrize("dtype", ["float32", "int64"])
def test_large(shape: tuple[int, ...], dtype: str) -> None:
    check((np.random.default_rng(0).standard_normal(shape) * 100).astype(dtype))


def test_what_a_tensor_is_to_autograd() -> None:
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    assert repr(x) == "tensor([1., 2.], requires_grad=True)"
    assert repr(x * 2) == "tensor([2., 4.], grad_fn=<MulBackward>)"
    assert repr(x.detach()) == "tensor([1., 2.])"
    assert repr(mg.tensor(1.5, dtype=mg.float64)) == "tensor(1.5000, dtype=float64)"


def test_the_default_dtype_is_silent() -> None:
    mg.set_default_dtype(mg.float64)
    try:
        assert repr(mg.tensor([1.5])) == "tensor([1.5000])"
        assert repr(mg.tensor([1j])) == "tensor([0.+1.j])"
        assert repr(mg.zeros(1, dtype=mg.float32)) == "tensor([0.], dtype=float32)"
    finally:
        mg.set_default_dtype(mg.float32)


def test_options_stay_until_changed() -> None:
    mg.set_printoptions(precision=2, linewidth=50)
    mg.set_printoptions(edgeitems=2)
    found = mg.get_printoptions()
    assert (found["precision"], found["linewidth"], found["edgeitems"]) == (2, 50, 2)
    assert repr(mg.tensor(0.123)) == "tensor(0.12)"


def test_numbers_in_formatted_strings():
    """A tensor without dimensions is formatted as the number it holds, as by PyTorch."""
    for value in (0.1, 3, True, 1 + 2j):
        assert f"{mg.tensor(value)}" == f"{torch.tensor(value)}"
    assert f"{mg.tensor(0.1, requires_grad=True) * 2:.3f}" == "0.200"
    assert f"{mg.ones(2)}" == "tensor([1., 1.])"
    with pytest.raises(TypeError, match="unsupported format string"):
        f"{mg.ones(2):.3f}"
