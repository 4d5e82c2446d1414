"""Dropout: how much is dropped, what the gradient sees, seeds, errors."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import minigrad as mg


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_masks_are_pytorchs(p) -> None:
    mg.manual_seed(3)
    torch.manual_seed(3)
    found, expected = mg.dropout(mg.ones(1000), p), F.dropout(torch.ones(1000), p)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-7)


def test_masks_follow_the_memory() -> None:
    values = np.ones((20, 30), np.float32)
    for layout in (values, values.T, values[:, ::2], values.reshape(5, 4, 30).transpose(1, 2, 0)):
        mg.manual_seed(3)
        torch.manual_seed(3)
        found, expected = mg.dropout(mg.from_numpy(layout)), F.dropout(torch.from_numpy(layout))
        np.testing.assert_array_equal(found.numpy(), expected.numpy())


def test_the_gradient_passes_where_the_value_did() -> None:
    x = mg.ones(1000, requires_grad=True)
    y = mg.dropout(x, 0.25)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), y.detach().numpy())
    assert 0.68 < (y.detach().numpy() > 0).mean() < 0.82


def test_only_the_mask_is_saved() -> None:
    y = mg.dropout(mg.ones(1000, requires_grad=True), 0.5)
    (saved,) = y.grad_fn.saved
    assert [a.dtype for a in saved if isinstance(a, np.ndarray)] == [np.bool_]


@pytest.mark.parametrize("options", [{"p": 0.0}, {"training": False}])
def test_nothing_is_dropped(options) -> None:
    x = mg.ones(3)
    assert mg.dropout(x, **options) is x


def test_everything_is_dropped() -> None:
    x = mg.ones(3, requires_grad=True)
    y = mg.dropout(x, 1.0)
    y.sum().backward()
    assert y.tolist() == x.grad.tolist() == [0, 0, 0]


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_p_is_a_probability(p) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        mg.dropout(mg.ones(2), p)


def test_integers_are_refused() -> None:
    with pytest.raises(RuntimeError):
        F.dropout(torch.ones(2, dtype=torch.int64))
    with pytest.raises(RuntimeError, match="dropout"):
        mg.dropout(mg.tensor([1, 2]))
