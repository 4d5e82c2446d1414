"""Losses as modules against PyTorch's."""

import numpy as np
import pytest
import torch

import minigrad as mg

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
P, Q = rng.uniform(0.1, 0.9, (4, 3)), rng.uniform(0.1, 0.9, (4, 3))
CLASSES = np.array([0, 2, 1, 2])
SIGNS = np.where(rng.random((4, 3)) < 0.5, 1, -1)
ROW_SIGNS = SIGNS[:, 0].copy()
LABELS = np.array([[0, 2, -1], [1, -1, -1], [0, 1, 2], [-1, 0, 0]])
LOG = np.log(rng.dirichlet(np.ones(3), (5, 2)))
LENGTHS = np.array([5, 4])
WEIGHT = rng.uniform(0.5, 1.5, 3)

LOSSES = {
    "MSELoss": ({}, X, Y),
    "MSELoss sum": ({"reduction": "sum"}, X, Y),
    "L1Loss": ({"reduction": "none"}, X, Y),
    "SmoothL1Loss": ({"beta": 0.5}, X, Y),
    "HuberLoss": ({"delta": 0.5, "reduction": "sum"}, X, Y),
    "CrossEntropyLoss": ({}, X, CLASSES),
    "CrossEntropyLoss weighted": ({"weight": WEIGHT, "label_smoothing": 0.1}, X, CLASSES),
    "CrossEntropyLoss ignoring": ({"ignore_index": 2, "reduction": "none"}, X, CLASSES),
    "CrossEntropyLoss soft": ({}, X, P),
    "NLLLoss": ({"weight": WEIGHT}, X, CLASSES),
    "BCELoss": ({"weight": WEIGHT}, P, Q),
    "BCEWithLogitsLoss": ({"pos_weight": WEIGHT}, X, Q),
    "MultiLabelSoftMarginLoss": ({"weight": WEIGHT}, X, Q),
    "KLDivLoss": ({"reduction": "batchmean"}, X, P),
    "KLDivLoss log": ({"reduction": "sum", "log_target": True}, X, Y),
    "PoissonNLLLoss": ({"full": True}, X, P),
    "GaussianNLLLoss": ({"full": True}, X, Y, P),
    "HingeEmbeddingLoss": ({"margin": 0.5}, X, SIGNS),
    "MarginRankingLoss": ({"margin": 0.5}, X, Y, SIGNS),
    "CosineEmbeddingLoss": ({"margin": 0.1}, X, Y, ROW_SIGNS),
    "TripletMarginLoss": ({"margin": 2.0, "swap": True}, X, Y, P),
    "SoftMarginLoss": ({}, X, SIGNS),
    "CTCLoss": ({"blank": 1}, LOG, np.array([[0, 2], [2, 2]]), LENGTHS, np.array([2, 1])),
    "MultiMarginLoss": ({"p": 2, "margin": 0.5, "weight": WEIGHT}, X, CLASSES),
    "MultiLabelMarginLoss": ({"reduction": "none"}, X, LABELS),
    "TripletMarginWithDistanceLoss": ({"swap": True, "margin": 2.0}, X, Y, P),
}


def make(lib, name):
    settings, *_ = LOSSES[name]
    convert = {k: lib.tensor(v) if isinstance(v, np.ndarray) else v for k, v in settings.items()}
    return getattr(lib.nn, name.split()[0])(**convert)


@pytest.mark.parametrize("name", LOSSES)
def test_value_and_gradient(name) -> None:
    found = []
    for lib in (mg, torch):
        _, first, *others = LOSSES[name]
        x = lib.tensor(first, requires_grad=True)
        loss = make(lib, name)(x, *map(lib.tensor, others))
        loss.sum().backward()
        found.append((loss.detach().numpy(), x.grad.numpy()))
    for a, b in zip(*found, strict=True):
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_text_and_state(name) -> None:
    ours, theirs = make(mg, name), make(torch, name)
    assert repr(ours) == repr(theirs)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert list(ours.buffers()) or not list(theirs.buffers())


def test_weights_move_with_the_module() -> None:
    loss = mg.nn.CrossEntropyLoss(mg.tensor([1.0, 2.0])).double()
    assert loss.weight.dtype == mg.float64


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"size_average": False}, "sum"),
        ({"size_average": True}, "mean"),
        ({"reduce": False}, "none"),
        ({"size_average": False, "reduce": False}, "none"),
    ],
)
def test_old_arguments(old, new) -> None:
    with pytest.warns(UserWarning, match=f"reduction='{new}'"):
        theirs = torch.nn.MSELoss(**old)
    with pytest.warns(UserWarning, match=f"reduction='{new}'"):
        ours = mg.nn.MSELoss(**old)
    assert ours.reduction == theirs.reduction == new
    with pytest.warns(UserWarning, match=f"reduction='{new}'"):
        value = mg.nn.functional.mse_loss(mg.tensor(X), mg.tensor(Y), **old)
    np.testing.assert_allclose(
        value.numpy(), torch.nn.functional.mse_loss(*map(torch.tensor, (X, Y)), reduction=new)
    )
