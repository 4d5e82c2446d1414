"""SparseAdam against PyTorch's, whose gradients are sparse."""

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad import nn, optim


def trained(lib, steps, **settings):
    """Return a table after some steps, and the optimizer."""
    numbers = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)
    make = lib.from_numpy if lib is torch else lib.tensor
    table = lib.nn.Embedding.from_pretrained(make(numbers), freeze=False, sparse=True)
    optimizer = lib.optim.SparseAdam(table.parameters(), **settings)
    for step in range(steps):
        optimizer.zero_grad()
        found = table(lib.tensor([step % 4, 1, step % 4]))
        (found**2).sum().backward()
        optimizer.step()
    return table, optimizer


@pytest.mark.parametrize(
    "settings", [{}, {"lr": 0.1, "betas": (0.5, 0.9), "eps": 1e-4}, {"maximize": True}]
)
def test_agrees_with_pytorch(settings):
    (mine, ours), (theirs, reference) = (trained(lib, 7, **settings) for lib in (mg, torch))
    np.testing.assert_allclose(
        mine.weight.detach().numpy(), theirs.weight.detach().numpy(), rtol=2e-6, atol=1e-7
    )
    state, expected = (o.state_dict()["state"][0] for o in (ours, reference))
    assert list(state) == list(expected)
    assert state["step"] == expected["step"] == 7
    np.testing.assert_allclose(state["exp_avg"].numpy(), expected["exp_avg"].numpy(), rtol=1e-5)


def test_rows_that_are_not_looked_at_stay():
    before, after = (trained(mg, steps)[0].weight.detach().numpy() for steps in (0, 4))
    assert (before[4:] == after[4:]).all()
    assert (before[:4] != after[:4]).all()


@pytest.mark.parametrize("settings", [{"lr": -1}, {"eps": 0}, {"betas": (1.0, 0.9)}])
def test_settings_out_of_range(settings):
    for lib in (mg, torch):
        with pytest.raises(ValueError, match="Invalid"):
            trained(lib, 0, **settings)


def test_complex_parameters_are_refused():
    z = nn.Parameter(mg.ones(2, dtype="complex64"))
    z.grad = mg.ones(2, dtype="complex64")
    with pytest.raises(RuntimeError, match="complex"):
        optim.SparseAdam([z]).step()
