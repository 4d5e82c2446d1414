"""Gradients of complex tensors: PyTorch's convention, of first and second order."""

from typing import Any

import numpy as np
import pytest
import torch

import minigrad as mg

Program = Any

PROGRAMS = {
    "products": lambda t, a, b, r: a * r + r / a,
    "matmul": lambda t, a, b, r: (a * a) @ b,
    "exp": lambda t, a, b, r: t.exp(a) * t.sin(a) + t.tanh(a),
    "log": lambda t, a, b, r: t.log(a) + t.sqrt(a),
    "pow": lambda t, a, b, r: a**3 + 2.0**a + a**r,
    "sum": lambda t, a, b, r: a.sum(0)[:2] * b.mean(),
    "scans": lambda t, a, b, r: a.cumsum(1) * a.cumprod(0),
    "index": lambda t, a, b, r: a[[0, 0, 1]] * a[::2, 1:2].sum(),
    "cat": lambda t, a, b, r: t.cat([a, a * r], 1),
    "einsum": lambda t, a, b, r: t.einsum("ij,jk->ik", a, b),
    "stack": lambda t, a, b, r: t.stack([a, a * r]).reshape(-1, 3).T,
}


def values(seed: int, *shape: int) -> Any:
    rng = np.random.default_rng(seed)
    return np.asarray(rng.normal(size=shape) + 1j * rng.normal(size=shape))


def leaves(t: Any) -> list[Any]:
    arrays = values(0, 3, 4), values(1, 4, 2), values(2, 3, 4).real.copy()
    return [t.from_numpy(array).requires_grad_() for array in arrays]


def gradients(t: Any, program: Program) -> list[Any]:
    """The value, its gradients, and those of the sum of the gradients' cubes."""
    tensors = leaves(t)
    out = program(t, *tensors)
    weights = values(3, *out.shape)
    first = t.autograd.grad(
        out, tensors, t.from_numpy(weights), create_graph=True, allow_unused=True
    )
    total = sum((g * g * g).sum() for g in first if g is not None)
    weight = t.from_numpy(values(4)) if total.dtype == t.complex128 else t.tensor(2.0).double()
    second = t.autograd.grad(total, tensors, weight, allow_unused=True)
    return [out, *first, *second]


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_gradients_are_those_of_pytorch(program: Program) -> None:
    for ours, theirs in zip(gradients(mg, program), gradients(torch, program), strict=True):
        assert (ours is None) == (theirs is None)
        if ours is not None:
            expected = theirs.detach().resolve_conj().numpy()
            assert ours.dtype == expected.dtype
            np.testing.assert_allclose(ours.detach().numpy(), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("create_graph", [False, True])
def test_grad_hooks_and_retain_grad_show_one_convention(create_graph: bool) -> None:
    # d Re(z^2 w) is Re(2 z w dz): the gradient is the conjugate of 2 z w.
    z, w = 1 + 2j, 3 - 1j
    x = mg.tensor([z], requires_grad=True)
    seen = []
    x.register_hook(lambda g: seen.append(g.detach()))
    y = x * 1
    y.retain_grad()
    out = y * y * w
    out.backward(mg.tensor([1 + 0j]), create_graph=create_graph)
    expected = np.conj([2 * z * w]).astype(np.complex64)
    for found in (x.grad, y.grad, seen[0]):
        np.testing.assert_allclose(found.detach().numpy(), expected, rtol=1e-6)


def test_a_hook_replaces_the_gradient_it_is_shown() -> None:
    def replaced(t: Any) -> Any:
        x = t.tensor([1 + 2j], requires_grad=True)
        y = x * (2 - 1j)
        y.register_hook(lambda g: g * 1j)
        (y * 3).backward(t.tensor([1 + 1j]))
        return x.grad.resolve_conj().numpy() if t is torch else x.grad.numpy()

    np.testing.assert_allclose(replaced(mg), replaced(torch), rtol=1e-6)


def test_a_real_operand_of_a_complex_product_gets_a_real_gradient() -> None:
    x = mg.tensor([2.0], requires_grad=True)
    (x * mg.tensor([1j])).backward(mg.tensor([1j]))
    assert x.grad.dtype == mg.float32
    assert x.grad.tolist() == [1.0]
