"""Kullback and Leibler's divergences, compared with PyTorch and with their definition."""

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad import distributions as ours

theirs = torch.distributions
RNG = np.random.default_rng(2)


def positive(*shape):
    return RNG.uniform(0.3, 3.0, shape)


def factor():
    return np.tril(RNG.normal(size=(3, 3)), -1) + np.eye(3)


PAIRS = [
    ("Normal", [RNG.normal(size=(2, 3)), positive(3)], [RNG.normal(size=3), positive(2, 1)]),
    ("Bernoulli", [np.array([0.0, 0.3, 1.0])], [np.array([0.2, 0.6, 0.9])]),
    ("Bernoulli", [np.array([0.5, 0.3])], [np.array([0.0, 1.0])]),
    ("Categorical", [positive(2, 4)], [positive(4)]),
    ("Categorical", [np.array([0.5, 0.5, 0.0])], [np.array([0.2, 0.8, 0.0])]),
    ("OneHotCategorical", [positive(4)], [positive(4)]),
    ("Uniform", [np.array([0.2, -1.0]), np.array([0.8, 1.0])], [np.zeros(2), np.ones(2)]),
    ("Exponential", [positive(3)], [positive(3)]),
    ("Laplace", [RNG.normal(size=3), positive(3)], [RNG.normal(size=3), positive(3)]),
    ("Gamma", [positive(3), positive(3)], [positive(3), positive(3)]),
    ("Dirichlet", [positive(2, 4)], [positive(4)]),
    ("Beta", [positive(3), positive(3)], [positive(3), positive(3)]),
    ("Poisson", [positive(3)], [positive(3)]),
    ("Geometric", [np.array([0.3, 0.6])], [np.array([0.5, 0.2])]),
    ("Cauchy", [RNG.normal(size=3), positive(3)], [RNG.normal(size=3), positive(3)]),
    ("HalfNormal", [positive(3)], [positive(3)]),
    ("LogNormal", [RNG.normal(size=3), positive(3)], [RNG.normal(size=3), positive(3)]),
    ("Gumbel", [RNG.normal(size=3), positive(3)], [RNG.normal(size=3), positive(3)]),
]  # fmt: skip


def compare(p, q, p_params, q_params):
    """Compare the divergence of two pairs (ours, theirs), and its gradients."""
    found, expected = ours.kl_divergence(p[0], q[0]), theirs.kl_divergence(p[1], q[1])
    np.testing.assert_allclose(found.detach().numpy(), expected.detach().numpy(), rtol=1e-9)
    if not np.isfinite(expected.detach().numpy()).all():
        return
    found.sum().backward()
    expected.sum().backward()
    for x, y in (*p_params, *q_params):
        np.testing.assert_allclose(x.grad.numpy(), y.grad.numpy(), rtol=1e-7, atol=1e-10)


def made(name, values):
    params = [
        (mg.tensor(v, requires_grad=True), torch.tensor(v, requires_grad=True)) for v in values
    ]
    kinds = getattr(ours, name), getattr(theirs, name)
    return [kind(*(p[i] for p in params)) for i, kind in enumerate(kinds)], params


@pytest.mark.parametrize(("name", "p", "q"), PAIRS, ids=[pair[0] for pair in PAIRS])
def test_as_pytorch(name, p, q):
    compare(*(x for pair in zip(made(name, p), made(name, q)) for x in pair))


@pytest.mark.parametrize("name", ["Binomial", "MultivariateNormal", "Independent"])
def test_other_families(name):
    def build(library, kinds, seed):
        rng = np.random.default_rng(seed)
        if name == "Binomial":
            return kinds.Binomial(5, library.tensor(rng.uniform(0.1, 0.9, 3)))
        if name == "Independent":
            loc = library.tensor(rng.normal(size=(2, 3)))
            return kinds.Independent(kinds.Normal(loc, 1.5 + seed), 1)
        lower = np.tril(rng.normal(size=(3, 3)), -1) + np.eye(3)
        loc = library.tensor(rng.normal(size=(2, 3)))
        return kinds.MultivariateNormal(loc, scale_tril=library.tensor(lower))

    found = ours.kl_divergence(build(mg, ours, 0), build(mg, ours, 1))
    expected = theirs.kl_divergence(build(torch, theirs, 0), build(torch, theirs, 1))
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-9)


CROSS = [
    (ours.Exponential(1.5), ours.Gamma(2.0, 0.7)),
    (ours.Uniform(-0.5, 2.0), ours.Normal(0.3, 1.2)),
    (ours.Laplace(0.4, 0.8), ours.Normal(-0.3, 1.7)),
    (ours.Gamma(2.0, 1.0), ours.Gamma(3.0, 2.0)),
    (ours.Beta(2.0, 3.0), ours.Beta(1.5, 1.0)),
]


@pytest.mark.parametrize(("p", "q"), CROSS, ids=str)
def test_the_definition(p, q):
    """E_p[log p - log q], over many draws."""
    mg.manual_seed(0)
    x = p.sample((40_000,)).double()
    drawn = (p.log_prob(x) - q.log_prob(x)).numpy()
    error = drawn.std() / len(drawn) ** 0.5
    assert ours.kl_divergence(p, q).item() == pytest.approx(drawn.mean(), abs=5 * error)


def test_rules_of_ones_own():
    class Mine(ours.Normal):
        pass

    normal = ours.Normal(0.0, 1.0)
    mine = Mine(1.0, 1.0)
    assert ours.kl_divergence(mine, normal).item() == pytest.approx(0.5)  # that of its class
    ours.register_kl(Mine, ours.Normal)(lambda p, q: mg.tensor(7.0))
    assert ours.kl_divergence(mine, normal).item() == 7
    assert ours.kl_divergence(normal, normal).item() == 0
    with pytest.raises(NotImplementedError, match="p type Poisson and q type Normal"):
        ours.kl_divergence(ours.Poisson(1.0), normal)
    with pytest.raises(TypeError, match="Expected a Distribution subclass"):
        ours.register_kl(int, ours.Normal)
