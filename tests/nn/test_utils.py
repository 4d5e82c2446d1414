"""Training tools against PyTorch's."""

import math

import numpy as np
import pytest
import torch

import minigrad as mg


def parameters(scale=1.0):
    """The same parameters with the same gradients on both engines; one has none."""
    rng = np.random.default_rng(0)
    ours, theirs = [], []
    for shape in ((3, 4), (), (5,)):
        value, gradient = rng.normal(size=shape), rng.normal(size=shape) * scale
        ours.append(mg.tensor(value, requires_grad=True))
        theirs.append(torch.tensor(value, requires_grad=True))
        if shape != (5,):
            ours[-1].grad, theirs[-1].grad = mg.tensor(gradient), torch.tensor(gradient)
    return ours, theirs


def assert_same_gradients(ours, theirs) -> None:
    for a, b in zip(ours, theirs, strict=True):
        assert (a.grad is None) == (b.grad is None)
        if a.grad is not None:
            np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), rtol=1e-12)


@pytest.mark.parametrize("norm_type", [2, 1.0, 3.5, math.inf, "inf"])
@pytest.mark.parametrize("max_norm", [0.5, 100.0])
def test_clip_grad_norm(norm_type, max_norm) -> None:
    ours, theirs = parameters()
    held = ours[0].grad
    a = mg.nn.utils.clip_grad_norm_(ours, max_norm, norm_type)
    b = torch.nn.utils.clip_grad_norm_(theirs, max_norm, norm_type)
    np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-12)
    assert_same_gradients(ours, theirs)
    assert ours[0].grad is held


def test_clip_grad_norm_of_one_and_of_none() -> None:
    ours, theirs = parameters()
    a = mg.nn.utils.clip_grad_norm_(ours[0], 0.1)
    b = torch.nn.utils.clip_grad_norm_(theirs[0], 0.1)
    np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-12)
    assert mg.nn.utils.clip_grad_norm_([], 0.1).item() == 0.0
    assert mg.nn.utils.clip_grad_norm_(iter(ours[2:]), 0.1).item() == 0.0


def test_clip_grad_norm_of_infinity() -> None:
    ours, theirs = parameters(math.inf)
    for lib, params in ((mg, ours), (torch, theirs)):
        with pytest.raises(RuntimeError, match="non-finite"):
            lib.nn.utils.clip_grad_norm_(params, 1.0, error_if_nonfinite=True)
    assert math.isinf(mg.nn.utils.clip_grad_norm_(ours, 1.0).item())


def test_clip_grad_value() -> None:
    ours, theirs = parameters()
    mg.nn.utils.clip_grad_value_(ours, 0.3)
    torch.nn.utils.clip_grad_value_(theirs, 0.3)
    assert_same_gradients(ours, theirs)


def test_vectors() -> None:
    ours, theirs = parameters()
    vector = mg.nn.utils.parameters_to_vector(ours)
    expected = torch.nn.utils.parameters_to_vector(theirs)
    np.testing.assert_array_equal(vector.detach().numpy(), expected.detach().numpy())
    vector.sum().backward()
    assert ours[2].grad.tolist() == [1.0] * 5
    mg.nn.utils.vector_to_parameters(vector * 2, ours)
    torch.nn.utils.vector_to_parameters(expected * 2, theirs)
    for a, b in zip(ours, theirs, strict=True):
        assert a.requires_grad
        assert a.is_leaf
        np.testing.assert_array_equal(a.detach().numpy(), b.detach().numpy())
    with pytest.raises(TypeError, match="expected Tensor"):
        mg.nn.utils.vector_to_parameters([1.0], ours)
