"""Arguments under PyTorch's names: what PyTorch takes, the facade takes, with the same result."""

import numpy as np
import pytest
import torch

import minigrad_torch_compat as facade

X = np.arange(6, dtype=np.float32).reshape(2, 3) - 2

CALLS = [
    "t.exp(input=x)",
    "t.add(input=x, other=x, alpha=2)",
    "t.sub(x, other=3)",
    "t.pow(x, exponent=2)",
    "t.lerp(input=x, end=x + 1, weight=0.5)",
    "t.bmm(input=x[None], mat2=x.T[None])",
    "t.where(x > 0, input=x, other=-x)",
    "t.sum(input=x, dim=1, keepdim=True)",
    "t.sum(x, axis=1, keepdims=True)",
    "t.softmax(x, axis=1)",
    "t.softmax(input=x, dim=1)",
    "t.cat(tensors=[x, x], axis=1)",
    "t.stack([x, x], axis=1)",
    "t.unsqueeze(x, axis=1)",
    "t.polygamma(n=1, input=x.abs() + 1)",
    "t.swapaxes(x, axis0=0, axis1=1)",
    "t.max(x, other=-x)",
    "t.max(x, axis=1).values",
    "t.clamp(input=x, min=0)",
    "t.zeros(size=(2,), layout=t.strided, pin_memory=False)",
    "t.ones_like(x, memory_format=t.preserve_format)",
    "t.linalg.norm(x, ord=2)",
    "t.linalg.cross(input=x, other=x + 1)",
    "t.special.xlogy(input=x, other=x.abs() + 1)",
    "t.fft.fftfreq(4, layout=t.strided)",
    "t.nn.functional.glu(input=x.T[:2])",
    "t.nn.functional.softmax(input=x, dim=0)",
    "x.pow(exponent=2)",
    "x.add(other=x)",
    "x.clone().mul_(other=2)",
    "x.softmax(axis=1)",
    "x.unsqueeze(axis=0)",
    "x.squeeze(axis=0)",
    "x.view(size=(3, 2))",
    "x.reshape(shape=(6,))",
    "x.expand(size=(2, 3))",
    "x.repeat(repeats=(2, 1))",
    "x.split(split_size=1, dim=1)[1]",
    "x.permute(dims=(1, 0))",
    "x.contiguous(memory_format=t.contiguous_format)",
    "x.to(t.float64, memory_format=t.preserve_format)",
    "x.type(t.float64, non_blocking=True)",
    "x.new_zeros((2,), layout=t.strided)",
]


def given(t):
    return {"t": t, "x": t.from_numpy(X.copy())}


@pytest.mark.parametrize("call", CALLS)
def test_same_as_pytorch(call):
    found, expected = eval(call, given(facade)), eval(call, given(torch))
    assert found.numpy().dtype == expected.numpy().dtype
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-6)


OUTS = [
    ("t.exp(x, out=o)", (2, 3), "float32"),
    ("t.add(x, 1, out=o)", (2, 3), "float64"),
    ("t.add(x, x, out=x)", (2, 3), "float32"),
    ("t.sum(x, 1, out=o)", (0,), "float32"),
    ("t.matmul(x, x.T, out=o)", (2, 2), "float32"),
    ("t.arange(3, out=o)", (3,), "float32"),
    ("t.linalg.inv(x[:, :2], out=o)", (2, 2), "float32"),
    ("t.special.expit(x, out=o)", (2, 3), "float32"),
    ("t.cat([x, x], out=o)", (0,), "float32"),
]


@pytest.mark.parametrize(("call", "shape", "dtype"), OUTS)
def test_result_written_to_out(call, shape, dtype):
    results = []
    for t in (facade, torch):
        names = given(t)
        names["o"] = t.zeros(shape, dtype=getattr(t, dtype))
        target = names["x"] if "out=x" in call else names["o"]
        assert eval(call, names) is target
        results.append(target.numpy())
    assert results[0].dtype == results[1].dtype
    np.testing.assert_allclose(*results, rtol=1e-5)


def test_out_of_several_results():
    x = facade.tensor([[3.0, 1.0], [2.0, 5.0]])
    values, places = facade.empty(0), facade.empty(0, dtype=facade.long)
    found = facade.max(x, dim=1, out=(values, places))
    assert found.values is values
    assert found.indices is places
    assert (values.tolist(), places.tolist()) == ([3.0, 5.0], [0, 1])


def test_out_refuses_what_pytorch_refuses():
    x = facade.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="don't support automatic differentiation"):
        facade.exp(x, out=facade.empty(2))
    with pytest.raises(RuntimeError, match=r"Float|torch\.float32.* can't be cast"):
        facade.exp(facade.ones(2), out=facade.empty(2, dtype=facade.long))
    with pytest.warns(UserWarning, match="was resized"):
        facade.exp(facade.ones(3), out=facade.empty(2))


def test_unknown_keywords_and_layouts_are_refused():
    with pytest.raises(TypeError):
        facade.exp(facade.ones(2), nonsense=1)
    with pytest.raises(TypeError):
        facade.reshape(facade.ones(2), (2,), out=facade.ones(2))
    with pytest.raises(RuntimeError, match="layout"):
        facade.zeros(2, layout="torch.sparse_csr")


def test_graphs_name_the_line_of_the_program():
    x = facade.ones(2, requires_grad=True)
    assert __file__ in facade.add(input=x, other=x).grad_fn.where()
    assert __file__ in x.pow(exponent=2).grad_fn.where()
