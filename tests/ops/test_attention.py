"""Attention: blocks against their plain twin, masks, memory, dtypes."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

import minigrad as mg
import minigrad.nn.functional as G
from minigrad.backend import attention as kernel

RNG = np.random.default_rng(0)


def operands(*shapes, dtype=np.float64):
    return [RNG.normal(size=shape).astype(dtype) for shape in shapes]


def both(arrays, mask=None, **options):
    """Return the result and the gradients of both engines."""
    found = []
    for engine, functional in ((mg, G), (torch, F)):
        tensors = [engine.from_numpy(array).requires_grad_() for array in arrays]
        extra = None if mask is None else engine.from_numpy(mask)
        out = functional.scaled_dot_product_attention(*tensors, extra, **options)
        weights = np.random.default_rng(1).normal(size=tuple(out.shape))
        (out * engine.from_numpy(weights)).sum().backward()
        found.append([out.detach().numpy()] + [t.grad.numpy() for t in tensors])
    return found


def agree(arrays, mask=None, rtol=1e-10, **options):
    for ours, theirs in zip(*both(arrays, mask, **options), strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=rtol)


@pytest.mark.parametrize("block", [1, 20, 100, 1 << 18])
@pytest.mark.parametrize("height", [1, 3, 128])
@pytest.mark.parametrize("lengths", [(7, 7), (5, 9), (9, 5)])
def test_blocks_of_every_size_agree(monkeypatch, block, height, lengths) -> None:
    monkeypatch.setattr(kernel, "_BLOCK", block)
    monkeypatch.setattr(kernel, "_HEIGHT", height)
    queries, keys = lengths
    arrays = operands((2, 3, queries, 4), (2, 3, keys, 4), (2, 3, keys, 2))
    agree(arrays, is_causal=True)
    mask = RNG.normal(size=(2, 1, 1, keys))
    agree(arrays, mask)
    agree(arrays, RNG.random((2, 3, queries, keys)) < 0.5)


def test_operands_broadcast() -> None:
    arrays = operands((2, 3, 4, 5), (1, 3, 6, 5), (3, 6, 2))
    for ours, theirs in zip(*both(arrays), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10)


def test_who_may_not_look_gets_zeros() -> None:
    mask = np.array([[True, False], [False, False]])
    for shape in [(2, 3), (1, 1, 2, 3)]:
        arrays = operands(shape, shape, shape)
        agree(arrays, mask)
        agree(arrays, np.where(mask, 0, -np.inf))
    tensors = [mg.from_numpy(a).requires_grad_() for a in arrays]
    out = G.scaled_dot_product_attention(*tensors, mg.from_numpy(mask))
    assert (out[..., 1, :].detach().numpy() == 0).all()
    gradients = mg.autograd.grad(out.sum(), tensors, create_graph=True)
    second = mg.autograd.grad(sum(g.sum() for g in gradients), tensors)
    assert all(np.isfinite(g.numpy()).all() for g in second)


def test_masks_receive_gradients() -> None:
    arrays = operands((2, 3, 4, 5), (2, 3, 6, 5), (2, 3, 6, 2))
    mask = RNG.normal(size=(3, 1, 6))
    found = []
    for engine, functional in ((mg, G), (torch, F)):
        bias = engine.from_numpy(mask).requires_grad_()
        functional.scaled_dot_product_attention(*map(engine.from_numpy, arrays), bias).pow(
            2
        ).sum().backward()
        found.append(bias.grad.numpy())
    np.testing.assert_allclose(*found, rtol=1e-10)


def test_scores_are_not_kept() -> None:
    length = 300
    x = mg.randn(2, length, 4, requires_grad=True)
    out = G.scaled_dot_product_attention(x, x, x)
    kept = [a for saved in out.grad_fn.saved for a in saved if isinstance(a, np.ndarray)]
    assert max(a.size for a in kept) < length * length


def test_nan_stays_in_its_row() -> None:
    (x,) = operands((2, 3))
    mask = np.array([[np.nan, 0.0], [0.0, 0.0]])
    out = G.scaled_dot_product_attention(*[mg.from_numpy(x)] * 3, mg.from_numpy(mask))
    assert np.isnan(out.numpy()).all(axis=1).tolist() == [True, False]


def test_half_precision_is_accumulated_in_single() -> None:
    arrays = operands((1, 2, 50, 8), (1, 2, 60, 8), (1, 2, 60, 8), dtype=np.float16)
    ours = G.scaled_dot_product_attention(*map(mg.from_numpy, arrays))
    exact = G.scaled_dot_product_attention(*(mg.from_numpy(a.astype(np.float64)) for a in arrays))
    assert ours.dtype == mg.float16
    np.testing.assert_allclose(ours.numpy(), exact.numpy(), rtol=1e-3, atol=1e-3)


def test_no_keys_give_zeros() -> None:
    out = G.scaled_dot_product_attention(mg.ones(2, 3), mg.ones(0, 3), mg.ones(0, 4))
    assert out.tolist() == [[0.0] * 4] * 2


def test_keys_and_values_must_be_as_many() -> None:
    # PyTorch's fused kernel does not look.
    with pytest.raises(RuntimeError, match="as many keys as values"):
        G.scaled_dot_product_attention(
            mg.ones(1, 1, 2, 3), mg.ones(1, 1, 4, 3), mg.ones(1, 1, 2, 3)
        )
