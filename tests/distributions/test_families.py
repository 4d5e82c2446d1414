"""Distributions, compared with PyTorch: draws of the same seed, densities, moments, gradients."""

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad import distributions as ours

theirs = torch.distributions
RNG = np.random.default_rng(0)


def real(*shape):
    return RNG.normal(size=shape)


def positive(*shape):
    return RNG.uniform(0.3, 3.0, shape)


def chance(*shape):
    return RNG.uniform(0.1, 0.9, shape)


def rows(*shape):
    return RNG.dirichlet(np.ones(shape[-1]), shape[:-1])


def factor(*shape):
    lower = np.tril(RNG.normal(size=shape), -1)
    return lower + np.eye(shape[-1]) * RNG.uniform(0.5, 2.0, (*shape[:-1], 1))


def covariance(*shape):
    lower = factor(*shape)
    return lower @ np.swapaxes(lower, -1, -2)


# Names and parameters: arrays become tensors whose gradients are compared.
FAMILIES = [
    ("Normal", {"loc": real(3, 2), "scale": positive(2)}),
    ("Uniform", {"low": -positive(3), "high": positive(4, 1)}),
    ("Exponential", {"rate": positive(3, 2)}),
    ("Laplace", {"loc": real(3), "scale": positive(3)}),
    ("Cauchy", {"loc": real(3), "scale": positive(3)}),
    ("Gumbel", {"loc": real(3, 2), "scale": positive(3, 2)}),
    ("LogNormal", {"loc": real(3), "scale": positive(3)}),
    ("HalfNormal", {"scale": positive(4)}),
    ("HalfCauchy", {"scale": positive(4)}),
    ("Gamma", {"concentration": positive(3, 4), "rate": positive(4)}),
    ("Chi2", {"df": positive(5)}),
    ("InverseGamma", {"concentration": positive(5) + 2, "rate": positive(5)}),
    ("Beta", {"concentration1": positive(3, 3), "concentration0": positive(3)}),
    ("Dirichlet", {"concentration": positive(2, 4)}),
    ("StudentT", {"df": positive(4) + 2, "loc": real(4), "scale": positive(4)}),
    ("MultivariateNormal", {"loc": real(2, 3), "scale_tril": factor(3, 3)}),
    ("MultivariateNormal", {"loc": real(3), "covariance_matrix": covariance(2, 3, 3)}),
    ("MultivariateNormal", {"loc": real(3), "precision_matrix": covariance(3, 3)}),
    ("Bernoulli", {"probs": chance(3, 2)}),
    ("Bernoulli", {"logits": real(3)}),
    ("Geometric", {"probs": chance(4)}),
    ("Categorical", {"probs": positive(2, 5)}),
    ("Categorical", {"logits": real(3, 2, 4)}),
    ("OneHotCategorical", {"probs": positive(2, 5)}),
    ("OneHotCategoricalStraightThrough", {"logits": real(5)}),
    ("Poisson", {"rate": positive(4) * 8}),
    ("Binomial", {"total_count": 7, "probs": chance(3)}),
    ("Binomial", {"total_count": 30, "logits": real(3)}),
    ("Multinomial", {"total_count": 6, "probs": positive(2, 4)}),
    ("RelaxedBernoulli", {"temperature": np.array(0.7), "probs": chance(3)}),
    ("RelaxedOneHotCategorical", {"temperature": np.array(0.7), "logits": real(2, 4)}),
]
IDS = [f"{name}({', '.join(given)})" for name, given in FAMILIES]
SAMPLES = (5,)


def made(library, kinds, name, given, dtype=np.float64, grad=False):
    """Return a distribution and its parameters, in one of the two libraries."""
    params = {
        key: library.tensor(value.astype(dtype), requires_grad=grad)
        if isinstance(value, np.ndarray)
        else value
        for key, value in given.items()
    }
    leaves = [value for value in params.values() if not isinstance(value, int)]
    return getattr(kinds, name)(**params), leaves


def both(name, given, dtype=np.float64, grad=False):
    a = made(mg, ours, name, given, dtype, grad)
    b = made(torch, theirs, name, given, dtype, grad)
    return a, b


def close(found, expected, rtol=1e-9):
    np.testing.assert_allclose(
        found.detach().numpy(), expected.detach().numpy(), rtol=rtol, atol=rtol, equal_nan=True
    )


def seeded(method, seed=3):
    torch.manual_seed(seed)
    mg.manual_seed(seed)
    return method(SAMPLES)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("name", "given"), FAMILIES, ids=IDS)
def test_draws_of_a_seed(name, given, dtype):
    (a, _), (b, _) = both(name, given, dtype)
    expected = seeded(b.sample)
    found = seeded(a.sample)
    torch.manual_seed(3)
    b.sample(SAMPLES)
    assert tuple(found.shape) == tuple(expected.shape)
    assert np.dtype(found.dtype) == expected.numpy().dtype
    close(found, expected, 2e-5 if dtype == np.float32 else 1e-12)
    assert mg.rand(1).item() == torch.rand(1).item()  # as many numbers were taken


@pytest.mark.parametrize(("name", "given"), FAMILIES, ids=IDS)
def test_densities_and_their_gradients(name, given):
    (a, a_params), (b, b_params) = both(name, given, grad=True)
    value = seeded(b.sample)
    mine = mg.from_numpy(value.numpy())
    found, expected = a.log_prob(mine), b.log_prob(value)
    close(found, expected)
    weights = RNG.normal(size=found.shape)
    (found * mg.tensor(weights)).sum().backward()
    (expected * torch.tensor(weights)).sum().backward()
    for x, y in zip(a_params, b_params):
        close(x.grad, y.grad, 1e-7)


@pytest.mark.parametrize("what", ["mean", "mode", "variance", "stddev", "entropy", "perplexity"])
@pytest.mark.parametrize(("name", "given"), FAMILIES, ids=IDS)
def test_moments_and_entropies(name, given, what):
    (a, a_params), (b, b_params) = both(name, given, grad=True)

    def asked(distribution):
        found = getattr(distribution, what)
        return found() if callable(found) else found

    try:
        expected = asked(b)
    except (NotImplementedError, AttributeError):
        with pytest.raises(NotImplementedError):
            asked(a)
        return
    found = asked(a)
    # PyTorch computes log(n!) of a Multinomial in float32.
    close(found, expected, 1e-6 if name == "Multinomial" else 1e-9)
    if what == "entropy" and expected.requires_grad:
        found.sum().backward()
        expected.sum().backward()
        for x, y in zip(a_params, b_params):
            if y.grad is not None:
                close(x.grad, y.grad, 1e-7)


@pytest.mark.parametrize(("name", "given"), FAMILIES, ids=IDS)
def test_distribution_functions(name, given):
    (a, _), (b, _) = both(name, given)
    value = seeded(b.sample)
    for method, inputs in (("cdf", value), ("icdf", None)):
        if inputs is None:
            inputs = torch.tensor(RNG.uniform(0.05, 0.95, (4, *b.batch_shape)))
        try:
            expected = getattr(b, method)(inputs)
        except (NotImplementedError, AttributeError):
            with pytest.raises(NotImplementedError):
                getattr(a, method)(mg.from_numpy(inputs.numpy()))
            continue
        close(getattr(a, method)(mg.from_numpy(inputs.numpy())), expected, 1e-8)


# PyTorch approximates these two derivatives, to about three digits; ours are exact (see below).
APPROXIMATE = ("Gamma", "Chi2", "InverseGamma", "Beta", "Dirichlet", "StudentT")


@pytest.mark.parametrize(("name", "given"), FAMILIES, ids=IDS)
def test_gradients_of_draws(name, given):
    (a, a_params), (b, b_params) = both(name, given, grad=True)
    assert a.has_rsample == b.has_rsample
    if not b.has_rsample:
        with pytest.raises(NotImplementedError, match="gradients do not flow"):
            a.rsample()
        return
    found, expected = seeded(a.rsample), seeded(b.rsample)
    assert found.requires_grad
    close(found, expected, 1e-12)
    weights = RNG.normal(size=found.shape)
    (found * mg.tensor(weights)).sum().backward()
    (expected * torch.tensor(weights)).sum().backward()
    for x, y in zip(a_params, b_params):
        close(x.grad, y.grad, 5e-3 if name in APPROXIMATE else 1e-8)


@pytest.mark.parametrize(("name", "given"), FAMILIES, ids=IDS)
def test_larger_batches(name, given):
    (a, _), (b, _) = both(name, given)
    shape = (3, *b.batch_shape)
    a, b = a.expand(shape), b.expand(shape)
    assert tuple(a.batch_shape) == tuple(b.batch_shape)
    assert tuple(a.event_shape) == tuple(b.event_shape)
    value = seeded(b.sample)
    close(seeded(a.sample), value, 1e-12)
    close(a.log_prob(mg.from_numpy(value.numpy())), b.log_prob(value))


@pytest.mark.parametrize(("name", "given"), FAMILIES, ids=IDS)
def test_supports_and_texts(name, given):
    (a, _), (b, _) = both(name, given)
    if name not in ("Uniform", "Binomial"):  # whose bounds are tensors
        assert repr(a.support) == repr(b.support)
    assert a.support.is_discrete == b.support.is_discrete
    assert a.support.event_dim == b.support.event_dim
    if b.has_enumerate_support:
        for expand in (True, False):
            close(a.enumerate_support(expand), b.enumerate_support(expand))


@pytest.mark.parametrize("make", [
    lambda d, t: d.Normal(0.0, 1.0),
    lambda d, t: d.Gumbel(t.tensor(1.0), 2.0),
    lambda d, t: d.Bernoulli(t.tensor(0.5)),
    lambda d, t: d.StudentT(3.0),
], ids=["Normal", "Gumbel", "Bernoulli", "StudentT"])  # fmt: skip
def test_texts(make):
    assert repr(make(ours, mg)) == repr(make(theirs, torch))


@pytest.mark.parametrize("make", [
    lambda d, t: d.Normal(0.0, -1.0),
    lambda d, t: d.Bernoulli(t.tensor(2.0)),
    lambda d, t: d.Bernoulli(),
    lambda d, t: d.Bernoulli(0.3, 0.2),
    lambda d, t: d.Normal(0.0, 1.0).log_prob(1.0),
    lambda d, t: d.Bernoulli(0.5).log_prob(t.tensor(0.25)),
    lambda d, t: d.Poisson(1.0).log_prob(t.tensor(-1.0)),
    lambda d, t: d.Categorical(t.tensor(1.0)),
    lambda d, t: d.Independent(d.Normal(0.0, 1.0), 1),
    lambda d, t: d.Dirichlet(t.tensor(1.0)),
    lambda d, t: d.MultivariateNormal(t.tensor(0.0)),
    lambda d, t: d.MultivariateNormal(t.zeros(2)),
    lambda d, t: d.MultivariateNormal(t.zeros(2), t.zeros(2)),
    lambda d, t: d.TransformedDistribution(d.Normal(0.0, 1.0), 3),
    lambda d, t: d.MixtureSameFamily(d.Normal(0.0, 1.0), d.Normal(0.0, 1.0)),
    lambda d, t: d.AffineTransform(0.0, 1.0, cache_size=3),
    lambda d, t: d.ReshapeTransform((2,), (3,)),
])  # fmt: skip
def test_errors_say_what_pytorchs_say(make):
    with pytest.raises(ValueError) as expected:  # noqa: PT011 - compared below
        make(theirs, torch)
    with pytest.raises(ValueError) as found:  # noqa: PT011
        make(ours, mg)
    words = [str(error.value).split() for error in (found, expected)]
    assert words[0] == words[1]


@pytest.mark.parametrize("make", [
    lambda d, t: d.MultivariateNormal(t.zeros(2), t.tensor([[1.0, 2.0], [2.0, 1.0]])),
    lambda d, t: d.MultivariateNormal(t.zeros(2), scale_tril=t.ones(2, 2)),
    lambda d, t: d.Categorical(t.tensor([0.5, -0.5, 1.0])),
    lambda d, t: d.Uniform(t.tensor(1.0), t.tensor(0.0)),
    lambda d, t: d.Binomial(3, t.tensor(0.5)).log_prob(t.tensor(4.0)),
    lambda d, t: d.Categorical(t.ones(3)).log_prob(t.tensor(3)),
    lambda d, t: d.Dirichlet(t.ones(3)).log_prob(t.ones(3)),
    lambda d, t: d.Multinomial(2, t.ones(3)).log_prob(t.ones(3)),
    lambda d, t: d.OneHotCategorical(t.ones(3)).log_prob(t.ones(3)),
    lambda d, t: d.Normal(t.zeros(3), 1.0).log_prob(t.zeros(2)),
    lambda d, t: d.Dirichlet(t.ones(3)).log_prob(t.ones(4) / 4),
    lambda d, t: d.Normal("a", 1.0),
])  # fmt: skip
def test_refused_as_by_pytorch(make):
    with pytest.raises(ValueError):  # noqa: PT011 - that PyTorch refuses it, too
        make(theirs, torch)
    with pytest.raises(ValueError, match=r"Expected|broadcastable|match event_shape|instances of"):
        make(ours, mg)


def test_checks_can_be_left_out():
    ours.Normal(0.0, -1.0, validate_args=False)
    ours.Distribution.set_default_validate_args(False)
    try:
        ours.Normal(0.0, -1.0)
    finally:
        ours.Distribution.set_default_validate_args(True)
    with pytest.raises(ValueError, match="to satisfy the constraint GreaterThan"):
        ours.Normal(0.0, -1.0)
