"""Draws of gamma numbers: PyTorch's stream, and exact derivatives of draws."""

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad.backend.random import Generator
from minigrad.distributions import Beta, Dirichlet, Gamma
from minigrad.distributions.gamma_draws import beta_slope, gamma_slope

special = pytest.importorskip("scipy.special")
stats = pytest.importorskip("scipy.stats")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [1e-3, 0.2, 0.999, 1.0, 1.7, 30.0, 1e5])
def test_the_stream(shape, dtype):
    """The numbers, and where the stream goes on: uniform and normal numbers after it."""
    shapes = np.full(60, shape, dtype)
    torch.manual_seed(4)
    generator = Generator().manual_seed(4)
    generator.normal((3,))  # one of a pair is left waiting, for the first gamma number
    torch.randn(3)
    expected = torch._standard_gamma(torch.tensor(shapes)).numpy()
    found = np.maximum(generator.gamma(shapes).astype(dtype), np.finfo(dtype).tiny)
    np.testing.assert_allclose(found, expected, rtol=1e-6 if dtype == np.float32 else 1e-12)
    np.testing.assert_allclose(generator.normal((1,)), torch.randn(1).numpy(), rtol=1e-6)
    assert generator.uniform((1,))[0] == torch.rand(1).item()


def test_a_concentration_of_zero():
    assert Generator().manual_seed(0).gamma(np.zeros(2)).tolist() == [0, 0]


@pytest.mark.parametrize("a", [0.05, 0.5, 1.0, 2.5, 20.0, 500.0])
def test_slopes_of_gamma_draws(a):
    """A draw that stays at its place in the distribution, found by SciPy's inverse."""
    places = np.array([1e-3, 0.1, 0.5, 0.9, 0.999])
    step = 1e-5 * a
    z = special.gammaincinv(a, places)
    moved = special.gammaincinv(a + step, places) - special.gammaincinv(a - step, places)
    found = gamma_slope(np.full(5, a), z)
    np.testing.assert_allclose(found, moved / (2 * step), rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize(
    ("a", "b"), [(0.3, 0.4), (1.0, 1.0), (2.0, 7.0), (40.0, 3.0), (200.0, 300.0)]
)
def test_slopes_of_beta_draws(a, b):
    places = np.array([0.01, 0.2, 0.5, 0.8, 0.99])
    step = 1e-5 * a
    x = special.betaincinv(a, b, places)
    moved = special.betaincinv(a + step, b, places) - special.betaincinv(a - step, b, places)
    found = beta_slope(np.full(5, a), np.full(5, b), x)
    np.testing.assert_allclose(found, moved / (2 * step), rtol=1e-4, atol=1e-10)


def test_exact_where_pytorch_approximates():
    """PyTorch's derivative for the concentration is good to some digits; ours is nearer."""
    a = np.array([0.7, 1.5, 3.0, 9.0])
    torch.manual_seed(0)
    theirs = torch.tensor(a, requires_grad=True)
    z = torch._standard_gamma(theirs)
    z.sum().backward()
    drawn = z.detach().numpy()
    place = special.gammainc(a, drawn)
    step = 1e-5
    exact = special.gammaincinv(a + step, place) - special.gammaincinv(a - step, place)
    exact /= 2 * step
    error = abs(theirs.grad.numpy() - exact).max()
    assert abs(gamma_slope(a, drawn) - exact).max() < min(1e-6, error)
    assert error < 1e-2


def test_gradients_of_expectations():
    """E[z] is a, so its derivative is 1; E[x1] of a Dirichlet is a1 / sum(a)."""
    mg.manual_seed(0)
    a = mg.tensor(2.0, requires_grad=True)
    Gamma(a, 1.0).rsample((20_000,)).mean().backward()
    assert a.grad.item() == pytest.approx(1.0, abs=0.02)
    rows = mg.tensor([1.0, 2.0, 3.0], requires_grad=True)
    Dirichlet(rows).rsample((20_000,))[:, 0].mean().backward()
    np.testing.assert_allclose(rows.grad.tolist(), [5 / 36, -1 / 36, -1 / 36], atol=3e-3)


def test_draws_follow_the_distribution():
    mg.manual_seed(1)
    for distribution, reference in (
        (Gamma(0.4, 2.0), stats.gamma(0.4, scale=0.5)),
        (Gamma(7.0, 0.5), stats.gamma(7.0, scale=2.0)),
        (Beta(0.6, 3.0), stats.beta(0.6, 3.0)),
    ):
        drawn = distribution.sample((4000,)).numpy().astype(float)
        assert stats.kstest(drawn, reference.cdf).pvalue > 1e-3
