"""Conversion: when a tensor is returned itself, gradients across dtypes, errors."""

import importlib.util

import numpy as np
import pytest
import torch
from engines import fail

import minigrad as mg


def test_nothing_to_do_returns_the_tensor_itself():
    x = mg.ones(2)
    for same in (
        x.to(mg.float32),
        x.to("cpu"),
        x.to(mg.device("cpu"), mg.float32),
        x.to(x),
        x.to(),
        x.to(None),
        x.to(device=None, dtype=mg.float32, non_blocking=True),
        x.to("cpu", mg.float32, True, False),
        x.float(),
        x.cpu(),
        x.type(mg.float32),
        x.type("torch.FloatTensor"),
        x.type_as(mg.zeros(1)),
    ):
        assert same is x
    for copy in (x.to(mg.float32, copy=True), x.to("cpu", mg.float32, False, True)):
        assert copy is not x
        copy.fill_(0.0)
    assert x.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    "name", ["float", "double", "half", "int", "long", "short", "char", "byte", "bool"]
)
def test_named_conversions(name):
    values = np.array([0.0, 1.5, 100.0])
    ours = getattr(mg.tensor(values), name)()
    theirs = getattr(torch.tensor(values), name)()
    assert str(ours.dtype) == str(theirs.dtype).removeprefix("torch.")
    assert ours.tolist() == theirs.tolist()
    assert ours.type() == theirs.type()
    assert mg.tensor(values).type(theirs.type()).dtype == ours.dtype


def test_gradients_come_back_in_the_dtype_of_the_operand():
    x = mg.tensor([1.0, 2.0], requires_grad=True)
    y = x.double()
    (y * y * y).sum().backward()
    assert x.grad.dtype == mg.float32
    assert x.grad.tolist() == [3.0, 12.0]
    assert not x.long().requires_grad


@pytest.mark.parametrize(
    "expression",
    ["m.to('toaster')", "m.to('float32')", "m.type('torch.ToasterTensor')"],
)
def test_errors_are_pytorchs(expression):
    fail(expression)


@pytest.mark.skipif(importlib.util.find_spec("cupy") is not None, reason="there may be a GPU")
def test_a_missing_gpu_is_explained():
    with pytest.raises(mg.DeviceError, match="CuPy"):
        mg.ones(1).cuda()
    with pytest.raises(mg.DeviceError, match="CuPy"):
        mg.ones(1).to("cuda:1")
