"""What PyTorch's programs print and compare: sizes, dtypes, types, old constructors."""

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch

import minigrad_torch_compat as facade
from minigrad_torch_compat.dtypes import DTYPES

EXPRESSIONS = [
    "x.shape",
    "x.size()",
    "x.shape[1:]",
    "x.shape[0]",
    "x.shape + (1,)",
    "(1,) + x.shape",
    "x.shape * 2",
    "x.shape.numel()",
    "x.shape == (2, 3)",
    "t.Size([1, 2])",
    "t.Size()",
    "t.Size((t.tensor(3), 4))",
    "[*x.shape]",
    "f'{x.shape}'",
    "x.dtype",
    "[t.float, t.half, t.double, t.long, t.int, t.short, t.uint8, t.int8, t.bool, t.cfloat]",
    "[t.bfloat16, t.complex64, t.cdouble, t.uint16, t.chalf, t.float8_e4m3fn, t.quint8]",
    "x.dtype == t.float32, x.dtype != t.float64, x.dtype == t.long, x.dtype in (t.half, t.float)",
    "x.dtype is t.float32",
    "{t.float32: 1}[x.dtype]",
    "isinstance(x.dtype, t.dtype), isinstance(t.bfloat16, t.dtype)",
    "[d.is_floating_point for d in (t.float16, t.int32, t.complex64, t.bool, t.bfloat16)]",
    "[d.is_complex for d in (t.float16, t.int32, t.complex64, t.bool)]",
    "[d.is_signed for d in (t.float16, t.int32, t.uint8, t.bool)]",
    "[d.itemsize for d in (t.float16, t.int32, t.complex128, t.bool)]",
    "t.float16.to_complex(), t.float64.to_complex(), t.complex128.to_real(), t.float32.to_real()",
    "t.get_default_dtype(), t.promote_types(t.int64, t.float16), t.result_type(x, 1)",
    "t.result_type(t.tensor(1), 1.0), t.can_cast(t.float, t.int)",
    "x, x.double(), x.long(), x > 0, x.half(), x.byte()",
    "x.type(), x.long().type(), (x > 0).type(), x.double().type()",
    "t.typename(x), t.typename(3), t.typename('a')",
    "x.type(t.float64).dtype, x.type('torch.LongTensor').dtype, x.type(t.IntTensor).dtype",
    "t.FloatTensor, t.LongTensor",
    "isinstance(x, t.FloatTensor), isinstance(x, t.LongTensor), isinstance(x, t.Tensor)",
    "x.device, t.device('cuda:1'), t.device('cpu') == x.device, t.device('cuda', 1).index",
    "t.finfo(t.float32).eps, t.iinfo(t.int8).max, t.finfo(x.dtype).max",
    "x.layout, t.strided, t.channels_last, t.preserve_format",
    "t.zeros(2, dtype=x.dtype), t.zeros(x.shape, dtype=t.int32), t.ones(*x.shape)",
    "x.to(t.int64), x.to(dtype=t.half), t.tensor([1, 2], dtype=t.float64)",
    "x.view(t.int32)",
    "x.new_zeros(x.shape), x.new_tensor([1, 2]), x.reshape(x.shape[::-1])",
    "x.numpy().dtype, t.from_numpy(x.numpy()).dtype",
    "x.storage_offset(), x.stride(), x.T.stride()",
    "x.storage(), x.T[1:].storage(), x.long().storage(), (x > 0).storage(), type(x.storage())",
    "x.storage().size(), len(x.storage()), x.storage()[1], x[1].storage().tolist()",
    "x.untyped_storage().nbytes(), x.storage().element_size(), x.storage().dtype",
    "x.storage().data_ptr() == x.T.untyped_storage().data_ptr() == x.data_ptr()",
    "x.storage().is_cuda, x.storage().device, type(x.untyped_storage())",
    "x.clone().storage().fill_(2)[5]",
    "x.max(0), x.sort(1)",
    "type(x), type(x.shape), type(x.dtype)",
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_prints_as_pytorch_does(expression):
    found, expected = (
        eval(expression, {"t": t, "x": t.tensor([[1.0, -2, 3], [4, 5, 0.5]])})
        for t in (facade, torch)
    )
    assert repr(found) == repr(expected)


def test_numpy_and_minigrad_take_the_dtypes():
    assert np.zeros(2, facade.float64).dtype == np.float64
    assert np.dtype("float32") == facade.float32
    assert hash(np.dtype("int64")) == hash(facade.long)
    assert facade.int8 == "int8"
    assert facade.float32 is not None
    assert facade.ones(2).numpy().astype(facade.int32).dtype == np.int32


@pytest.mark.parametrize("name", sorted(DTYPES))
def test_dtypes_survive_copying(name):
    found = getattr(facade, name)
    assert copy.deepcopy(found) is found
    assert pickle.loads(pickle.dumps(found)) is found
    assert repr(found) == repr(getattr(torch, name))


def test_tensors_survive_copying():
    x = facade.ones(2, requires_grad=True)
    model = facade.nn.Linear(2, 1)
    for again in (copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert type(again) is facade.Tensor
        assert again.requires_grad
    assert isinstance(pickle.loads(pickle.dumps(model)).weight, facade.nn.Parameter)


def test_sizes_survive_copying():
    size = facade.ones(2, 3).shape
    for again in (copy.deepcopy(size), pickle.loads(pickle.dumps(size))):
        assert repr(again) == "torch.Size([2, 3])"


@pytest.mark.parametrize("bad", [["a"], [1.5]])
def test_sizes_are_integers(bad):
    with pytest.raises(TypeError):
        facade.Size(bad)


def test_there_are_no_tensors_of_dtypes_that_are_only_named():
    for call in (
        lambda: facade.ones(2, dtype=facade.bfloat16),
        lambda: facade.ones(2).to(facade.bfloat16),
        lambda: facade.tensor([1.0], dtype=facade.float8_e5m2),
    ):
        with pytest.raises(TypeError, match="minigrad has no tensors of torch"):
            call()


OLD = [
    "t.Tensor([[1, 2], [3, 4]])",
    "t.Tensor([1.5, 2])",
    "t.Tensor(2, 3).shape",
    "t.Tensor().shape",
    "t.Tensor(t.Size([2, 3])).shape",
    "t.Tensor((2, 3))",
    "t.Tensor(np.arange(3))",
    "t.Tensor(range(3))",
    "t.FloatTensor([1, 2])",
    "t.FloatTensor(3, 2).shape",
    "t.LongTensor([[1], [2]])",
    "t.LongTensor([1.5, -2.5])",
    "t.LongTensor(2).shape",
    "t.LongTensor(np.array([1, 2]))",
    "t.ByteTensor([0, 1])",
    "t.BoolTensor([True, False])",
    "t.DoubleTensor([1]).dtype",
    "t.IntTensor(0).shape",
    "t.nn.Parameter(t.Tensor(2, 2)).shape",
    "t.Tensor(5).shape",
    "t.ones(2).new([5, 6])",
    "t.ones(2).long().new([5, 6])",
    "t.ones(2).new(3, 2).shape, t.ones(2).new().shape, t.ones(2).new(t.Size([4])).dtype",
    "t.ones(2).double().new(np.arange(3)), t.ones(2).new(t.zeros(1))",
    "t.nn.Linear(2, 1).to(memory_format=t.channels_last)",
    "t.nn.Linear(2, 1).to('cpu', t.float64, non_blocking=True).weight.dtype",
]


@pytest.mark.parametrize("expression", OLD)
def test_old_constructors(expression):
    found, expected = (repr(eval(expression, {"t": t, "np": np})) for t in (facade, torch))
    assert found == expected


@pytest.mark.parametrize("expression", ["t.Tensor(1.5)", "t.FloatTensor(t.ones(2).long())"])
def test_old_constructors_refuse_what_pytorch_refuses(expression):
    for t in (facade, torch):
        with pytest.raises(TypeError):
            eval(expression, {"t": t})


def test_storages_are_written_to():
    x = facade.ones(2, 2, requires_grad=True) * 1
    y = x * x
    x.detach().T.storage()[1] = 5.0
    assert x.tolist() == [[1, 5], [1, 1]]
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()


def test_old_constructors_share_memory_with_a_tensor():
    x = facade.ones(2)
    facade.Tensor(x).zero_()
    assert x.tolist() == [0, 0]


def test_default_tensor_type():
    try:
        facade.set_default_tensor_type(facade.DoubleTensor)
        assert facade.ones(1).dtype == facade.float64
        assert facade.Tensor([1]).dtype == facade.float64
        facade.set_default_tensor_type("torch.FloatTensor")
        assert facade.ones(1).dtype == facade.float32
        with pytest.raises(TypeError):
            facade.set_default_tensor_type("torch.NoTensor")
    finally:
        facade.set_default_dtype(facade.float32)


def test_minigrad_alone_keeps_tuples_and_numpy_dtypes():
    code = (
        "import minigrad as mg, minigrad_torch_compat.differential\n"
        "x = mg.ones(2, 3, requires_grad=True) * 2\n"
        "print(x.shape, type(x.dtype).__module__, x.grad_fn, mg.ones(1, dtype=mg.float64))\n"
        "print(mg.Tensor([1, 2]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == (
        "(2, 3) numpy.dtypes <MulBackward> tensor([1.], dtype=float64)\ntensor([1, 2])\n"
    )
