"""``size_average`` and ``reduce``, by name and by position, as PyTorch takes them."""

import inspect
import warnings

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad.nn import functional

LOSSES = sorted(
    name
    for name, function in vars(torch.nn.functional).items()
    if inspect.isfunction(function) and "size_average" in inspect.signature(function).parameters
)
MODULES = sorted(
    name
    for name, kind in vars(torch.nn).items()
    if isinstance(kind, type) and "size_average" in inspect.signature(kind).parameters
    and name != "NLLLoss2d"
)  # fmt: skip


@pytest.mark.parametrize("name", LOSSES)
def test_arguments_are_where_pytorch_has_them(name):
    theirs = list(inspect.signature(getattr(torch.nn.functional, name)).parameters)
    assert list(inspect.signature(getattr(functional, name)).parameters) == theirs


@pytest.mark.parametrize("name", MODULES)
def test_arguments_of_modules_are_where_pytorch_has_them(name):
    theirs = list(inspect.signature(getattr(torch.nn, name)).parameters)
    ours = list(getattr(mg.nn, name)._old_signature.parameters)
    assert ours[: len(theirs)] == theirs


def arrays(t):
    rng = np.random.default_rng(0)
    x = t.tensor(rng.uniform(0.1, 0.9, (4, 3)).astype("float32"))
    return {"x": x, "y": t.tensor(rng.uniform(0.1, 0.9, (4, 3)).astype("float32")), "t": t,
            "i": t.tensor([0, 2, 1, 1]), "w": t.tensor([1.0, 2.0, 3.0]), "F": t.nn.functional,
            "nn": t.nn}  # fmt: skip


CALLS = [
    "F.nll_loss(x, i, size_average=False)",
    "F.nll_loss(x, i, None, False)",
    "F.nll_loss(x, i, w, True, 2)",
    "F.nll_loss(x, i, w, None, 2, False)",
    "F.cross_entropy(x, i, w, None, 1, None, 'sum', 0.1)",
    "F.cross_entropy(x, i, reduce=False)",
    "F.cross_entropy(x, i, size_average=True)",
    "F.mse_loss(x, y, False)",
    "F.mse_loss(x, y, None, None, 'sum')",
    "F.mse_loss(x, y, 'sum')",
    "F.mse_loss(input=x, target=y, reduce=False)",
    "F.binary_cross_entropy(x, y, None, False)",
    "F.binary_cross_entropy(x, y, reduction='sum')",
    "F.poisson_nll_loss(x, y, True, False, False, 1e-6)",
    "F.triplet_margin_loss(x, y, x + 1, 1.0, 2, 1e-6, False, False)",
    "F.kl_div(x, y, size_average=False)",
    "nn.CrossEntropyLoss(None, False)(x, i)",
    "nn.CrossEntropyLoss(w, True, 2)(x, i)",
    "nn.CrossEntropyLoss(w, None, 2, None, 'sum', 0.1)(x, i)",
    "nn.NLLLoss(size_average=False)(x, i)",
    "nn.MSELoss(reduce=False)(x, y)",
    "nn.MSELoss(False)(x, y)",
    "nn.BCELoss(None, False)(x, y)",
    "nn.BCELoss(size_average=True)(x, y)",
    "nn.BCEWithLogitsLoss(None, None, None, 'sum', w)(x, y)",
    "nn.SmoothL1Loss(None, None, 'sum', 0.5)(x, y)",
    "nn.KLDivLoss(size_average=False, log_target=True)(x, y)",
    "nn.GaussianNLLLoss(full=True, eps=1e-3, reduction='sum')(x, y, y)",
    "nn.PoissonNLLLoss(True, True, False, 1e-5)(x, y)",
    "nn.MSELoss()(input=x, target=y)",
    "nn.ReLU()(input=x - 0.5)",
]


@pytest.mark.parametrize("call", CALLS)
def test_same_value_and_warning(call):
    found = []
    for t in (mg, torch):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            value = eval(call, arrays(t))
        said = {str(warning.message) for warning in caught}
        found.append((value.numpy(), {text for text in said if "size_average" in text}))
    np.testing.assert_allclose(found[0][0], found[1][0], rtol=1e-5)
    assert found[0][1] == found[1][1]


def test_unknown_arguments_are_refused():
    with pytest.raises(TypeError):
        mg.nn.MSELoss(nonsense=1)
    with pytest.raises(TypeError):
        functional.mse_loss(mg.ones(1), mg.ones(1), size_average=True, nonsense=1)
