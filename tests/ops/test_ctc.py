"""Connectionist temporal classification: all paths by hand, second derivatives, impossible ones."""

import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import minigrad as mg
import minigrad.nn.functional as G

RNG = np.random.default_rng(0)


def spelled(path, blank):
    """Return what a path says: without repetitions, then without blanks."""
    return [label for label, _ in itertools.groupby(path) if label != blank]


@pytest.mark.parametrize("blank", [0, 2])
@pytest.mark.parametrize("target", [[], [1], [1, 1], [1, 3]])
def test_likelihoods_are_those_of_all_paths(blank, target) -> None:
    log_probs = np.log(RNG.dirichlet(np.ones(4), size=4))
    paths = [p for p in itertools.product(range(4), repeat=4) if spelled(p, blank) == target]
    expected = -np.log(sum(np.exp(sum(log_probs[t, p] for t, p in enumerate(q))) for q in paths))
    found = G.ctc_loss(
        mg.tensor(log_probs), mg.tensor(target, dtype=mg.int64), [4], [len(target)], blank, "sum"
    )
    np.testing.assert_allclose(found.item(), expected, rtol=1e-12)


def sequences(engine, scores, grad=True):
    x = engine.tensor(scores, requires_grad=grad)
    targets = engine.tensor([[1, 2, 2], [3, 1, 0], [1, 0, 0]])
    return x, (targets, engine.tensor([7, 5, 0]), engine.tensor([3, 2, 1]))


@pytest.mark.parametrize("zero_infinity", [False, True])
def test_impossible_targets_agree(zero_infinity) -> None:
    scores = RNG.normal(size=(7, 3, 4))
    found = []
    for engine, functional in ((mg, G), (torch, F)):
        x, rest = sequences(engine, scores)
        loss = functional.ctc_loss(
            x.log_softmax(-1), *rest, reduction="none", zero_infinity=zero_infinity
        )
        loss.sum().backward()
        found.append((loss.detach().numpy(), x.grad.numpy()))
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("normalised", [True, False])
def test_second_derivatives_are_those_of_the_gradient(normalised) -> None:
    scores, weight = RNG.normal(size=(7, 3, 4)), RNG.normal(size=(7, 3, 4))

    def total(values):
        x, rest = sequences(mg, values)
        inputs = x.log_softmax(-1) if normalised else x
        loss = G.ctc_loss(inputs, *rest, reduction="sum", zero_infinity=True)
        (found,) = mg.autograd.grad(loss, x, create_graph=True)
        return x, (found * mg.tensor(weight)).sum()

    x, value = total(scores)
    (second,) = mg.autograd.grad(value, x)
    for place in [(0, 0, 1), (3, 0, 0), (6, 0, 2), (4, 1, 3), (5, 1, 1), (0, 2, 0)]:
        step = np.zeros_like(scores)
        step[place] = 1e-5
        slope = (total(scores + step)[1].item() - total(scores - step)[1].item()) / 2e-5
        np.testing.assert_allclose(second.numpy()[place], slope, rtol=1e-6, atol=1e-8)


def test_the_gradient_of_normalised_input_is_the_derivative() -> None:
    scores = RNG.normal(size=(7, 3, 4))

    def loss(values):
        x, rest = sequences(mg, values)
        return x, G.ctc_loss(x.log_softmax(-1), *rest, zero_infinity=True)

    x, value = loss(scores)
    value.backward()
    for place in [(0, 0, 1), (3, 0, 0), (4, 1, 3), (0, 2, 0)]:
        step = np.zeros_like(scores)
        step[place] = 1e-6
        slope = (loss(scores + step)[1].item() - loss(scores - step)[1].item()) / 2e-6
        np.testing.assert_allclose(x.grad.numpy()[place], slope, rtol=1e-6, atol=1e-9)


def test_long_sequences_do_not_underflow() -> None:
    scores = RNG.normal(size=(400, 2, 20)).astype(np.float32)
    labels = RNG.integers(1, 20, size=(2, 60))
    found = []
    for engine, functional in ((mg, G), (torch, F)):
        x = engine.tensor(scores, requires_grad=True)
        rest = (engine.tensor(labels), [400, 380], [60, 50])
        loss = functional.ctc_loss(x.log_softmax(-1), *rest)
        loss.backward()
        found.append((loss.detach().numpy(), x.grad.numpy()))
    np.testing.assert_allclose(found[0][0], found[1][0], rtol=1e-5)
    np.testing.assert_allclose(found[0][1], found[1][1], rtol=1e-2, atol=1e-5)


def test_labels_must_be_classes() -> None:
    # PyTorch reads beyond its memory instead.
    with pytest.raises(RuntimeError, match="targets from 0 to 3"):
        G.ctc_loss(mg.zeros(5, 4), mg.tensor([4]), [5], [1])


def test_what_comes_after_the_end_of_a_target_does_not_count() -> None:
    x = mg.randn(6, 1, 3).log_softmax(-1)
    found = [G.ctc_loss(x, mg.tensor([[1, 2, rest]]), [6], [2]).item() for rest in (0, 2, 99)]
    assert found[0] == found[1] == found[2]
