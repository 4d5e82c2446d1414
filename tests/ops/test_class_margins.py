"""Margins of classifiers: kinks, labels, second derivatives that PyTorch lacks, nothing at all."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import minigrad as mg
import minigrad.nn.functional as G


@pytest.mark.parametrize(
    ("name", "target"), [("multi_margin_loss", [1]), ("multilabel_margin_loss", [[1, -1, -1]])]
)
def test_the_gradient_at_the_margin_is_zero(name, target) -> None:
    values = [[0.0, 1.0, 2.0]]
    ours = mg.tensor(values, requires_grad=True)
    theirs = torch.tensor(values, requires_grad=True)
    getattr(G, name)(ours, mg.tensor(target)).backward()
    getattr(F, name)(theirs, torch.tensor(target)).backward()
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy())
    assert ours.grad[0, 0].item() == 0


def test_labels_end_with_the_first_minus_one_and_count_as_often_as_named() -> None:
    x = np.array([[0.2, -0.3, 0.9], [1.0, 0.0, 1.0], [0.5, 0.5, 0.0]])
    for target in ([[1, -1, 1], [0, -1, -1], [-1, 2, 2]], [[1, 1, -1], [0, 0, 0], [2, 0, 1]]):
        ours = G.multilabel_margin_loss(mg.tensor(x), mg.tensor(target), reduction="none")
        theirs = F.multilabel_margin_loss(torch.tensor(x), torch.tensor(target), reduction="none")
        np.testing.assert_allclose(ours.numpy(), theirs.numpy())


def test_the_second_derivative_is_that_of_the_gradient() -> None:
    rng = np.random.default_rng(0)
    x, weight = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    target = mg.tensor([0, 3, 4, 3])

    def gradient(values):
        tensor = mg.tensor(values, requires_grad=True)
        loss = G.multi_margin_loss(tensor, target, p=2, margin=0.7)
        (found,) = mg.autograd.grad(loss, tensor, create_graph=True)
        return tensor, (found * mg.tensor(weight)).sum()

    tensor, total = gradient(x)
    (second,) = mg.autograd.grad(total, tensor)
    expected = np.empty_like(x)
    for place in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[place] = 1e-6
        expected[place] = (gradient(x + step)[1].item() - gradient(x - step)[1].item()) / 2e-6
    np.testing.assert_allclose(second.numpy(), expected, atol=1e-8)


def test_the_mean_of_no_losses_is_nan() -> None:
    # PyTorch returns what happens to lie in memory.
    empty, none = mg.ones(0, 3), mg.ones(0, dtype=mg.int64)
    assert math.isnan(G.multi_margin_loss(empty, none).item())
    assert G.multi_margin_loss(empty, none, reduction="none").shape == (0,)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"size_average": False}, "sum"),
        ({"reduce": False}, "none"),
        ({"size_average": True}, "mean"),
    ],
)
def test_old_arguments_are_understood(old, new) -> None:
    x, target = mg.randn(2, 3), mg.tensor([0, 2])
    with pytest.warns(UserWarning, match=f"reduction='{new}'"):
        found = G.multi_margin_loss(x, target, **old)
    assert found.tolist() == G.multi_margin_loss(x, target, reduction=new).tolist()


def test_a_weight_is_a_constant() -> None:
    for engine, functional in ((mg, G), (torch, F)):
        weight = engine.ones(3, requires_grad=True)
        with pytest.raises(RuntimeError, match="not differentiable"):
            functional.multi_margin_loss(engine.ones(1, 3), engine.tensor([0]), weight=weight)
