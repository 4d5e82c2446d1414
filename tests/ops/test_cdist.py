"""Distances of pairs: kinks, blocks, products, second derivatives that PyTorch lacks."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import minigrad as mg
import minigrad.nn.functional as G

INF = float("inf")
NORMS = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, INF]


def gradients(engine, x, y, p, *mode):
    x, y = engine.tensor(x, requires_grad=True), engine.tensor(y, requires_grad=True)
    out = engine.cdist(x, y, p, *mode)
    weights = engine.tensor(np.random.default_rng(1).normal(size=tuple(out.shape)))
    (out * weights).sum().backward()
    return out.detach().numpy(), x.grad.numpy(), y.grad.numpy()


@pytest.mark.parametrize("p", NORMS)
def test_equal_vectors_have_no_gradient(p) -> None:
    x = np.array([[0.0, 1.0], [0.0, 3.0], [0.0, 1.0]])
    for ours, theirs in zip(gradients(mg, x, x, p), gradients(torch, x, x, p), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_the_largest_differences_get_all_of_the_gradient() -> None:
    x, y = np.array([[1.0, 1.0], [0.0, 0.0]]), np.zeros((1, 2))
    for ours, theirs in zip(gradients(mg, x, y, INF), gradients(torch, x, y, INF), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("p", NORMS)
def test_many_vectors_are_taken_in_blocks(p) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 90, 3)), rng.normal(size=(2, 150, 3))
    for ours, theirs in zip(gradients(mg, x, y, p), gradients(torch, x, y, p), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=1e-8)


def test_differences_see_distances_that_products_do_not() -> None:
    x = 1e4 + np.arange(30, dtype=np.float32)[:, None] * 1e-3
    exact = "donot_use_mm_for_euclid_dist"
    near = mg.cdist(mg.tensor(x), mg.tensor(x), 2.0, exact).numpy()
    np.testing.assert_allclose(near, np.abs(x - x.T), rtol=1e-6)
    assert np.abs(mg.cdist(mg.tensor(x), mg.tensor(x)).numpy() - near).max() > 1e-4


@pytest.mark.parametrize("p", [1.5, 2.0, 3.0])
def test_second_derivatives_are_those_of_the_gradient(p) -> None:
    rng = np.random.default_rng(0)
    x, y, weight = rng.normal(size=(3, 2)), rng.normal(size=(4, 2)), rng.normal(size=(3, 2))
    y[0] = x[0]  # a distance of 0

    def total(values):
        tensor = mg.tensor(values, requires_grad=True)
        out = mg.cdist(tensor, mg.tensor(y), p)
        (found,) = mg.autograd.grad(out.sum(), tensor, create_graph=True)
        return tensor, (found[1:] * mg.tensor(weight)[1:]).sum()

    tensor, value = total(x)
    (second,) = mg.autograd.grad(value, tensor)
    expected = np.zeros_like(x)
    for place in [(1, 0), (1, 1), (2, 0), (2, 1)]:
        step = np.zeros_like(x)
        step[place] = 1e-6
        expected[place] = (total(x + step)[1].item() - total(x - step)[1].item()) / 2e-6
    np.testing.assert_allclose(second.numpy(), expected, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("p", NORMS)
def test_pairs_within_a_set_agree(p) -> None:
    x = np.array([[0.0, 1.0], [0.0, 3.0], [0.0, 1.0], [2.0, -1.0]])
    ours, theirs = mg.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    found, expected = G.pdist(ours, p), F.pdist(theirs, p)
    np.testing.assert_allclose(found.detach().numpy(), expected.detach().numpy())
    found.pow(2).sum().backward()
    expected.pow(2).sum().backward()
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), atol=1e-12)


def test_no_vectors_have_no_distances() -> None:
    # PyTorch crashes in this backward pass.
    x = mg.ones(0, 3, requires_grad=True)
    out = G.pdist(x)
    out.sum().backward()
    assert out.shape == (0,)
    assert x.grad.shape == (0, 3)
