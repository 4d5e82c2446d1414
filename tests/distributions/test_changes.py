"""Transforms of draws, and distributions made of others, compared with PyTorch."""

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad import distributions as ours

theirs = torch.distributions
RNG = np.random.default_rng(1)
VECTOR, MATRIX = RNG.normal(size=(3, 4)), RNG.normal(size=(2, 3, 3))

TRANSFORMS = {
    "exp": (lambda d, t: d.ExpTransform(), VECTOR),
    "power": (lambda d, t: d.PowerTransform(t.tensor(1.5)), abs(VECTOR)),
    "affine": (lambda d, t: d.AffineTransform(2.0, -3.0), VECTOR),
    "affine of tensors": (lambda d, t: d.AffineTransform(t.ones(4), t.ones(4) * 2), VECTOR),
    "affine of rows": (lambda d, t: d.AffineTransform(1.0, 2.0, event_dim=1), VECTOR),
    "sigmoid": (lambda d, t: d.SigmoidTransform(), VECTOR),
    "softplus": (lambda d, t: d.SoftplusTransform(), VECTOR),
    "tanh": (lambda d, t: d.TanhTransform(), VECTOR),
    "abs": (lambda d, t: d.AbsTransform(), VECTOR),
    "softmax": (lambda d, t: d.SoftmaxTransform(), VECTOR),
    "stick": (lambda d, t: d.StickBreakingTransform(), VECTOR),
    "lower": (lambda d, t: d.LowerCholeskyTransform(), MATRIX),
    "reshape": (lambda d, t: d.ReshapeTransform((4,), (2, 2)), VECTOR),
    "rows": (lambda d, t: d.IndependentTransform(d.TanhTransform(), 1), VECTOR),
    "inverse": (lambda d, t: d.ExpTransform().inv, abs(VECTOR)),
    "two": (
        lambda d, t: d.ComposeTransform([d.AffineTransform(1.0, 2.0), d.TanhTransform()]),
        VECTOR,
    ),
    "mixed": (
        lambda d, t: d.ComposeTransform([d.ExpTransform(), d.StickBreakingTransform()]),
        VECTOR,
    ),
    "none": (lambda d, t: d.ComposeTransform([]), VECTOR),
}  # fmt: skip


def close(found, expected, rtol=1e-9):
    np.testing.assert_allclose(
        found.detach().numpy(), expected.detach().numpy(), rtol=rtol, atol=1e-12
    )


@pytest.mark.parametrize("name", TRANSFORMS)
def test_transforms(name):
    make, values = TRANSFORMS[name]
    a, b = make(ours, mg), make(theirs, torch)
    x, y = mg.tensor(values, requires_grad=True), torch.tensor(values, requires_grad=True)
    found, expected = a(x), b(y)
    close(found, expected)
    close(a.inv(found), b.inv(expected))
    assert a.inv.inv is a
    assert a.bijective == b.bijective
    assert a.domain.event_dim == b.domain.event_dim
    assert a.codomain.event_dim == b.codomain.event_dim
    assert tuple(a.forward_shape(values.shape)) == tuple(b.forward_shape(values.shape))
    shape = tuple(expected.shape)
    assert tuple(a.inverse_shape(shape)) == tuple(b.inverse_shape(shape))
    try:
        stretch = b.log_abs_det_jacobian(y, expected)
    except NotImplementedError:
        with pytest.raises(NotImplementedError):
            a.log_abs_det_jacobian(x, found)
        return
    mine = a.log_abs_det_jacobian(x, found)
    close(mine, stretch)
    (mine.sum() + (found * found).sum()).backward()
    (stretch.sum() + (expected * expected).sum()).backward()
    close(x.grad, y.grad)


def test_the_last_pair_is_kept():
    x = mg.tensor([10.0, 20.0])  # whose tanh is 1, without an inverse
    for size, exact in ((1, True), (0, False)):
        squash = ours.TanhTransform(cache_size=size)
        assert (squash.inv(squash(x)) is x) == exact
    assert ours.TanhTransform().with_cache()._cache_size == 1


def test_equal_transforms():
    assert ours.ExpTransform() == ours.ExpTransform()
    assert ours.ExpTransform() != ours.TanhTransform()
    assert ours.AffineTransform(0.0, mg.ones(2)) == ours.AffineTransform(0, 1.0)
    assert ours.AffineTransform(0.0, 2.0) != ours.AffineTransform(0, 1.0)
    assert ours.ExpTransform().inv == ours.ExpTransform().inv


MADE = {
    "squashed": lambda d, t: d.TransformedDistribution(
        d.Normal(t.zeros(3), t.ones(3) * 2), [d.TanhTransform(cache_size=1)]
    ),
    "falling": lambda d, t: d.TransformedDistribution(
        d.Normal(t.tensor(0.5), 1.0), [d.AffineTransform(1.0, -2.0), d.ExpTransform()]
    ),
    "stick": lambda d, t: d.TransformedDistribution(
        d.Normal(t.zeros(2, 3), 1.0), d.StickBreakingTransform()
    ),
    "rows": lambda d, t: d.Independent(d.Normal(t.zeros(2, 3), t.ones(3)), 1),
    "all": lambda d, t: d.Independent(d.Bernoulli(t.ones(2, 3) * 0.3), 2),
    "rows transformed": lambda d, t: d.TransformedDistribution(
        d.Independent(d.Normal(t.zeros(2, 3), 1.0), 1), d.AffineTransform(t.ones(3), t.ones(3) * 3)
    ),
    "wider": lambda d, t: d.TransformedDistribution(
        d.Normal(t.zeros(3), 1.0), d.ReshapeTransform((3,), (3, 1))
    ),
    "mixture": lambda d, t: d.MixtureSameFamily(
        d.Categorical(t.tensor([0.3, 0.7])),
        d.Normal(t.tensor([-1.0, 2.0]), t.tensor([0.5, 1.0])),
    ),
    "mixture of rows": lambda d, t: d.MixtureSameFamily(
        d.Categorical(t.ones(5, 2)),
        d.Independent(d.Normal(t.arange(20.0).reshape(5, 2, 2), t.ones(5, 2, 2)), 1),
    ),
    "mixture of counts": lambda d, t: d.MixtureSameFamily(
        d.Categorical(logits=t.zeros(3, 2)), d.Poisson(t.ones(3, 2) * 4)
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_distributions_made_of_others(name):
    a, b = MADE[name](ours, mg), MADE[name](theirs, torch)
    assert tuple(a.batch_shape) == tuple(b.batch_shape)
    assert tuple(a.event_shape) == tuple(b.event_shape)
    assert a.has_rsample == b.has_rsample
    assert a.support.event_dim == b.support.event_dim
    torch.manual_seed(2)
    mg.manual_seed(2)
    value, mine = b.sample((4,)), a.sample((4,))
    close(mine, value, 2e-5)
    mine = mg.from_numpy(value.numpy())
    close(a.log_prob(mine), b.log_prob(value), 2e-5)
    for what in ("mean", "variance", "cdf", "entropy"):
        try:
            expected = getattr(b, what)
            expected = expected(value) if what == "cdf" else expected
            expected = expected() if what == "entropy" else expected
        except NotImplementedError:
            continue
        found = getattr(a, what)
        found = found(mine) if what == "cdf" else found
        close(found() if what == "entropy" else found, expected, 2e-5)
    shape = (2, *b.batch_shape)
    close(a.expand(shape).log_prob(mine[:2, None]), b.expand(shape).log_prob(value[:2, None]), 2e-5)


def test_inverse_distribution_functions_that_fall():
    p = np.linspace(0.1, 0.9, 5).astype(np.float32)
    a, b = MADE["falling"](ours, mg), MADE["falling"](theirs, torch)
    close(a.icdf(mg.tensor(p)), b.icdf(torch.tensor(p)), 1e-5)


def test_straight_through_gradients():
    logits = mg.zeros(3, requires_grad=True)
    drawn = ours.OneHotCategoricalStraightThrough(logits=logits).rsample()
    assert sorted(drawn.tolist()) == [0, 0, 1]
    (drawn * mg.tensor([1.0, 0.0, 0.0])).sum().backward()
    np.testing.assert_allclose(logits.grad.tolist(), [2 / 9, -1 / 9, -1 / 9], rtol=1e-6)
