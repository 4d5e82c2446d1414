"""Interpolation: what the specs do not cover. Bytes, NaN, large images, the transposed maps."""

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad.backend import resampling
from minigrad.backend.resampling import Taps

I = torch.nn.functional.interpolate  # noqa: E741
MODES = ["nearest", "nearest-exact", "bilinear", "bicubic"]


@pytest.mark.parametrize("size", [(5, 7), (20, 14), (10, 3)])
@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize("mode", MODES)
def test_bytes(mode, antialias, size) -> None:
    if antialias and "nearest" in mode:
        return
    x = np.random.default_rng(0).integers(0, 256, (2, 3, 10, 7)).astype(np.uint8)
    found = mg.interpolate(mg.from_numpy(x), size, mode=mode, antialias=antialias).numpy()
    wanted = I(torch.from_numpy(x), size, mode=mode, antialias=antialias).numpy()
    assert found.dtype == wanted.dtype == np.uint8
    # PyTorch's weights are fractions of 16 bits: where a mean is a half, it may round otherwise.
    assert np.abs(found.astype(int) - wanted.astype(int)).max() <= (0 if "nearest" in mode else 1)


@pytest.mark.parametrize("mode", MODES)
def test_half_precision(mode) -> None:
    x = np.random.default_rng(0).standard_normal((1, 2, 5, 6)).astype(np.float16)
    found = mg.interpolate(mg.from_numpy(x), scale_factor=1.5, mode=mode)
    wanted = I(torch.from_numpy(x), scale_factor=1.5, mode=mode)
    assert found.dtype == mg.float16
    np.testing.assert_allclose(found.numpy(), wanted.numpy(), rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("mode", MODES)
def test_infinities_and_nan_stay_where_they_are(mode) -> None:
    x = np.ones((1, 1, 9, 9))
    x[0, 0, 4, 4], x[0, 0, 0, 8] = np.nan, np.inf
    found = mg.interpolate(mg.from_numpy(x), (20, 20), mode=mode).numpy()
    wanted = I(torch.from_numpy(x), (20, 20), mode=mode).numpy()
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


@pytest.mark.parametrize("limit", [1, 1 << 40])
def test_blocks_of_planes_make_no_difference(monkeypatch, limit) -> None:
    monkeypatch.setattr(resampling, "BLOCK_BYTES", limit)
    x = np.random.default_rng(0).standard_normal((3, 2, 9, 8))
    for mode in MODES:
        ours, theirs = mg.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
        found, wanted = mg.interpolate(ours, (13, 4), mode=mode), I(theirs, (13, 4), mode=mode)
        np.testing.assert_allclose(found.detach().numpy(), wanted.detach().numpy(), rtol=1e-10)
        (found * found).sum().backward()
        (wanted * wanted).sum().backward()
        np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=1e-10, atol=1e-12)


def test_the_transposed_map_is_the_transposed_matrix() -> None:
    rng = np.random.default_rng(0)
    for taps, size, count in [(1, 4, 9), (3, 5, 2), (2, 1, 6), (4, 6, 1)]:
        index = rng.integers(0, size, (taps, count))
        some = Taps(index, rng.standard_normal((taps, count)), size)
        matrix = some.apply(np.eye(size), 0)
        wanted = np.zeros((count, size))
        for row, weights in zip(index, some.weights, strict=True):
            wanted[np.arange(count), row] += weights
        np.testing.assert_allclose(matrix, wanted, rtol=1e-12)
        np.testing.assert_allclose(some.transposed.apply(np.eye(count), 0), wanted.T, rtol=1e-12)
        assert some.transposed.transposed is some


def test_elements_that_are_read_by_none_have_no_gradient() -> None:
    x = mg.ones(1, 1, 6, requires_grad=True)
    mg.interpolate(x, 2).backward(mg.tensor([[[2.0, float("nan")]]]))
    np.testing.assert_array_equal(x.grad.numpy(), [[[2, 0, 0, np.nan, 0, 0]]])


def test_the_result_is_a_copy() -> None:
    x = mg.ones(1, 1, 4, 4)
    for mode in MODES:
        out = mg.interpolate(x, 4, mode=mode)
        assert not np.shares_memory(out.numpy(), x.numpy())
        np.testing.assert_array_equal(out.numpy(), x.numpy())


def test_nothing_of_the_image_is_saved() -> None:
    x = mg.ones(1, 1, 4, 4, requires_grad=True)
    saved = mg.interpolate(x, 8, mode="bicubic").grad_fn.saved
    assert not any(isinstance(value, np.ndarray) for value in saved[0])


def test_old_names_warn() -> None:
    x = mg.ones(1, 1, 2, 2)
    for name in ("upsample", "upsample_nearest", "upsample_bilinear"):
        with pytest.warns(UserWarning, match=f"{name}` is deprecated"):
            assert getattr(mg, name)(x, scale_factor=2).shape == (1, 1, 4, 4)
