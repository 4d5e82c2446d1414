"""Whole modules that PyTorch pickled become minigrad's layers, if the file is trusted."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import minigrad as mg


def perceptron() -> Any:
    return nn.Sequential(
        nn.Linear(2, 3), nn.ReLU(), nn.BatchNorm1d(3), nn.Dropout(0.2), nn.Linear(3, 1)
    )


def convolutional() -> Any:
    return nn.Sequential(
        *(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.MaxPool2d(2), nn.AvgPool2d(2)),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2), nn.LogSoftmax(1)),
    )


def transformer() -> Any:
    layer = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)
    return nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)


MODULES: dict[str, tuple[Callable[[], Any], tuple[int, ...]]] = {
    "perceptron": (perceptron, (4, 2)),
    "convolutional": (convolutional, (2, 1, 8, 8)),
    "transformer": (transformer, (2, 3, 4)),
    "lstm": (lambda: nn.LSTM(3, 4, batch_first=True), (2, 5, 3)),
    "gru": (lambda: nn.GRU(3, 4, 2), (2, 5, 3)),
    "layer norm": (lambda: nn.LayerNorm(4), (2, 4)),
    "group norm": (lambda: nn.GroupNorm(2, 4), (2, 4, 3)),
    "transposed convolution": (lambda: nn.ConvTranspose2d(2, 3, 3, stride=2), (1, 2, 4, 4)),
    "activations": (lambda: nn.Sequential(nn.GELU(), nn.PReLU(), nn.SiLU(), nn.Softmax(1)), (2, 3)),
    "circular": (lambda: nn.Conv1d(2, 3, 3, padding="same", padding_mode="circular"), (1, 2, 6)),
}


def carried_over(module: Any) -> Any:
    file = io.BytesIO()
    torch.save(module, file)
    file.seek(0)
    return mg.load(file, weights_only=False)


@pytest.mark.parametrize("name", MODULES)
def test_a_module_of_pytorch_computes_the_same(name: str) -> None:
    make, shape = MODULES[name]
    torch.manual_seed(0)
    theirs = make().eval()
    ours = carried_over(theirs)
    assert type(ours).__module__.startswith("minigrad.nn")
    assert list(ours.state_dict()) == list(theirs.state_dict())
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    found, expected = ours(mg.tensor(x)), theirs(torch.tensor(x))
    if isinstance(expected, tuple):
        found, expected = found[0], expected[0]
    np.testing.assert_allclose(found.detach().numpy(), expected.detach().numpy(), 1e-4, 1e-5)
    ours.train()
    result = ours(mg.tensor(x))
    (result[0] if isinstance(result, tuple) else result).sum().backward()
    assert all(parameter.grad is not None for parameter in ours.parameters())


def test_it_is_refused_by_default() -> None:
    file = io.BytesIO()
    torch.save(nn.Linear(2, 2), file)
    file.seek(0)
    with pytest.raises(pickle.UnpicklingError, match=r"GLOBAL torch\.nn\.modules\.linear\.Linear"):
        mg.load(file)


def test_hooks_cannot_be_carried_over() -> None:
    module = nn.Linear(2, 2)
    module.register_forward_hook(torch.nn.functional.relu)
    with pytest.raises(RuntimeError, match=r"Linear: cannot take over hooks: \['_forward_hooks"):
        carried_over(module)


def test_what_minigrad_lacks_is_named() -> None:
    with pytest.raises(pickle.UnpicklingError, match=r"minigrad has no torch\.jit\.Future"):
        carried_over(torch.futures.Future)


class Counting(mg.nn.Module):
    """Takes part in its own unpickling, as old programs do."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = mg.nn.Linear(2, 2)
        self.register_buffer("scratch", mg.ones(1), persistent=False)

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self.restored = True


def test_modules_with_a_setstate_of_their_own() -> None:
    file = io.BytesIO()
    mg.save(Counting(), file)
    file.seek(0)
    read = mg.load(file, weights_only=False)
    assert read.restored
    assert list(read.state_dict()) == ["layer.weight", "layer.bias"]
    assert read.scratch.tolist() == [1]
