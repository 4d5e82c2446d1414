"""Alpha dropout: PyTorch's masks, mean and variance, what is saved, in-place forms."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import minigrad as mg
import minigrad.nn.functional as G

SHAPE = (20, 30, 5)


@pytest.mark.parametrize("name", ["alpha_dropout", "feature_alpha_dropout"])
@pytest.mark.parametrize("inplace", [False, True])
def test_masks_are_pytorchs(name, inplace) -> None:
    values = np.random.default_rng(0).normal(size=SHAPE).astype(np.float32)
    found, expected = mg.tensor(values), torch.tensor(values)
    mg.manual_seed(3)
    torch.manual_seed(3)
    ours = getattr(G, name)(found, 0.3, True, inplace)
    theirs = getattr(F, name)(expected, 0.3, True, inplace)
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-5, atol=1e-6)


def test_mean_and_variance_stay() -> None:
    mg.manual_seed(0)
    y = mg.alpha_dropout(mg.randn(100_000), 0.4, True).numpy()
    assert abs(y.mean()) < 0.02
    assert abs(y.std() - 1) < 0.02


def test_features_are_dropped_as_a_whole() -> None:
    y = mg.feature_alpha_dropout(mg.randn(SHAPE), 0.5, True).numpy()
    spread = np.ptp(y, axis=2)
    assert 0.3 < (spread == 0).mean() < 0.7


def test_only_the_mask_is_saved() -> None:
    y = mg.feature_alpha_dropout(mg.ones(SHAPE, requires_grad=True), 0.5, True)
    (saved,) = y.grad_fn.saved
    kept = [a for a in saved if isinstance(a, np.ndarray)]
    assert [(a.dtype, a.size) for a in kept] == [(np.bool_, 600)]


@pytest.mark.parametrize("options", [{"p": 0.0, "training": True}, {"training": False}])
def test_nothing_is_dropped(options) -> None:
    x = mg.ones(3)
    assert mg.alpha_dropout(x, **options) is x


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_p_is_a_probability(p) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        mg.alpha_dropout(mg.ones(2), p)
