"""Choosing by Gumbel noise: PyTorch's stream, one-hot results, frequencies."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import minigrad as mg
import minigrad.nn.functional as G


@pytest.mark.parametrize("hard", [False, True])
def test_choices_are_pytorchs(hard) -> None:
    logits = np.random.default_rng(0).normal(size=(50, 7)).astype(np.float32)
    mg.manual_seed(5)
    torch.manual_seed(5)
    ours = G.gumbel_softmax(mg.tensor(logits), 0.7, hard)
    theirs = F.gumbel_softmax(torch.tensor(logits), 0.7, hard)
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-4, atol=1e-6)


def test_classes_come_up_with_their_probabilities() -> None:
    mg.manual_seed(0)
    logits = mg.tensor([0.1, 0.6, 0.3]).log().expand(20_000, 3)
    shares = G.gumbel_softmax(logits, hard=True).mean(0).numpy()
    np.testing.assert_allclose(shares, [0.1, 0.6, 0.3], atol=0.02)


def test_a_hard_choice_passes_the_soft_gradient() -> None:
    logits = mg.tensor([0.3, -0.2, 1.0], requires_grad=True)
    weight = mg.tensor([1.0, 2.0, 4.0])
    gradients = []
    for hard in (False, True):
        mg.manual_seed(1)
        (G.gumbel_softmax(logits, hard=hard) * weight).sum().backward()
        gradients.append(logits.grad.numpy().copy())
        logits.grad = None
    np.testing.assert_allclose(*gradients)
    assert np.abs(gradients[0]).min() > 0


def test_eps_is_deprecated() -> None:
    with pytest.warns(UserWarning, match="deprecated"):
        G.gumbel_softmax(mg.ones(3), eps=1e-5)
