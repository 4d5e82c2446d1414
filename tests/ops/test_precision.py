"""Half precision beside PyTorch, on numbers whose squares and sums leave its range."""

import numpy as np
import pytest
import torch

import minigrad as mg


@pytest.mark.parametrize(
    "call",
    [
        lambda f, x: f.layer_norm(x, (300,)),
        lambda f, x: f.rms_norm(x, (300,), eps=1e-5),
        lambda f, x: f.group_norm(x, 1),
        lambda f, x: f.batch_norm(x, None, None, training=True),
        lambda f, x: f.instance_norm(x.reshape(2, 2, 300)),
        lambda f, x: f.avg_pool1d(x * 100, 3),
        lambda f, x: f.adaptive_avg_pool1d(x * 100, 2),
    ],
    ids=[
        "layer_norm",
        "rms_norm",
        "group_norm",
        "batch_norm",
        "instance_norm",
        "avg_pool1d",
        "adaptive_avg_pool1d",
    ],
)
def test_large_half_precision_numbers(call) -> None:
    array = (np.random.default_rng(0).standard_normal((4, 300)) * 200).astype(np.float16)
    x = mg.from_numpy(array).requires_grad_()
    y = torch.from_numpy(array).requires_grad_()
    ours, theirs = call(mg.nn.functional, x), call(torch.nn.functional, y)
    assert ours.dtype == np.float16
    np.testing.assert_allclose(
        ours.detach().numpy(), theirs.detach().numpy(), rtol=2e-3, atol=1e-3, equal_nan=True
    )
    weights = np.random.default_rng(1).uniform(0.5, 1.5, theirs.shape).astype(np.float16)
    ours.backward(mg.tensor(weights))
    theirs.backward(torch.tensor(weights))
    np.testing.assert_allclose(x.grad.numpy(), y.grad.numpy(), rtol=1e-2, atol=1e-2)
