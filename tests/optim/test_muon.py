"""Muon against PyTorch's, which is kept from rounding to bfloat16 here."""

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad import optim
from minigrad.optim.muon import orthogonalized

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


@pytest.mark.parametrize("shape", [(4, 6), (6, 4), (5, 5)])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"nesterov": False, "momentum": 0.5, "weight_decay": 0.0},
        {"adjust_lr_fn": "match_rms_adamw", "ns_steps": 3},
    ],
)
def test_as_pytorch(shape, settings, monkeypatch) -> None:
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)
    rng = np.random.default_rng(0)
    value = rng.normal(size=shape)
    a, b = mg.tensor(value, requires_grad=True), torch.tensor(value, requires_grad=True)
    mine = optim.Muon([a], lr=0.01, **settings)
    torchs = torch.optim.Muon([b], lr=0.01, **settings)
    for _ in range(10):
        gradient = rng.normal(size=shape)
        a.grad, b.grad = mg.tensor(gradient), torch.tensor(gradient)
        mine.step(), torchs.step()
    np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-9)
    ours, theirs = mine.state_dict(), torchs.state_dict()
    assert ours["param_groups"] == theirs["param_groups"]
    np.testing.assert_allclose(
        ours["state"][0]["momentum_buffer"].numpy(),
        theirs["state"][0]["momentum_buffer"].numpy(),
        rtol=1e-12,
    )


@pytest.mark.parametrize("shape", [(4, 6), (6, 4)])
def test_iteration_acts_on_singular_values_alone(shape) -> None:
    matrix = np.random.default_rng(0).normal(size=shape)
    u, s, v = np.linalg.svd(matrix, full_matrices=False)
    s /= np.linalg.norm(matrix)
    a, b, c = COEFFICIENTS
    for _ in range(5):
        s = a * s + b * s**3 + c * s**5
    found = orthogonalized(matrix, COEFFICIENTS, 5, 1e-7)
    np.testing.assert_allclose(found, u * s @ v, rtol=1e-10, atol=1e-12)


def test_settings_are_checked() -> None:
    x = mg.ones((2, 2), requires_grad=True)
    x.grad = mg.ones((2, 2))
    with pytest.raises(ValueError, match="less than 100"):
        optim.Muon([x], ns_steps=100).step()
    with pytest.raises(ValueError, match="exactly 3"):
        optim.Muon([x], ns_coefficients=(1, 2)).step()
    z = mg.ones((2, 2), dtype="complex64", requires_grad=True)
    z.grad = mg.ones((2, 2), dtype="complex64")
    with pytest.raises(RuntimeError, match="complex"):
        optim.Muon([z]).step()
