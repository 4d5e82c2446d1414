"""Unfolding, shuffling, response normalisation: what the specs do not cover."""

import numpy as np
import pytest
import torch

import minigrad as mg

F, ours = torch.nn.functional, mg.nn.functional
RNG = np.random.default_rng(0)


def test_a_convolution_is_a_product_with_unfolded_windows() -> None:
    x, w = (mg.tensor(RNG.standard_normal(s)) for s in ((2, 3, 7, 6), (4, 3, 3, 2)))
    columns = ours.unfold(x, (3, 2), padding=1, stride=2)
    out = (w.reshape(4, -1) @ columns).reshape(2, 4, 4, 4)
    np.testing.assert_allclose(out.numpy(), mg.conv2d(x, w, stride=2, padding=1).numpy())


def test_folding_counts_how_often_windows_meet_a_pixel() -> None:
    ones = mg.ones(1, 1, 4, 5)
    counts = ours.fold(ours.unfold(ones, 3), (4, 5), 3)
    assert counts[0, 0, 0].tolist() == [1, 2, 3, 2, 1]
    assert counts[0, 0, 1].tolist() == [2, 4, 6, 4, 2]


def test_folding_is_the_adjoint_of_unfolding() -> None:
    options = {"dilation": 2, "padding": (1, 2), "stride": (2, 1)}
    x = mg.tensor(RNG.standard_normal((2, 3, 8, 7)))
    columns = ours.unfold(x, (2, 3), **options)
    y = mg.tensor(RNG.standard_normal(columns.shape))
    back = ours.fold(y, (8, 7), (2, 3), **options)
    assert (columns * y).sum().item() == pytest.approx((x * back).sum().item(), rel=1e-12)


def test_what_lies_outside_is_zero_even_in_reused_memory(monkeypatch) -> None:
    monkeypatch.setattr(np, "empty", lambda shape, dtype: np.full(shape, np.nan, dtype))
    x = RNG.standard_normal((1, 2, 4, 4))
    for options in ({}, {"padding": 2}, {"padding": 1, "dilation": 3}, {"stride": 3}):
        found = ours.unfold(mg.tensor(x), 2, **options)
        np.testing.assert_array_equal(
            found.numpy(), F.unfold(torch.tensor(x), 2, **options).numpy()
        )


def test_only_the_shape_is_saved() -> None:
    x = mg.ones(1, 1, 4, 4, requires_grad=True)
    for out in (ours.unfold(x, 2), ours.fold(ours.unfold(x, 2), 4, 2)):
        node = out.grad_fn
        while hasattr(node, "saved"):
            for saved in node.saved:
                assert not any(isinstance(value, np.ndarray) for value in saved or ())
            node = node.next_functions[0][0]


@pytest.mark.parametrize("r", [1, 2, 3])
def test_pixels_are_shuffled_back(r) -> None:
    x = mg.tensor(RNG.standard_normal((2, 2 * r * r, 3, 4)))
    large = mg.pixel_shuffle(x, r)
    assert large.shape == (2, 2, 3 * r, 4 * r)
    np.testing.assert_array_equal(mg.pixel_unshuffle(large, r).numpy(), x.numpy())


def test_channels_are_dealt_out() -> None:
    x = mg.arange(6).reshape(1, 6, 1)
    assert mg.channel_shuffle(x, 2).flatten().tolist() == [0, 3, 1, 4, 2, 5]
    back = mg.channel_shuffle(mg.channel_shuffle(x, 2), 3)
    assert back.flatten().tolist() == x.flatten().tolist()


@pytest.mark.parametrize(("name", "size"), [("pixel_shuffle", 1), ("channel_shuffle", 1)])
def test_the_result_is_a_copy_even_if_nothing_moves(name, size) -> None:
    x = mg.ones(1, 4, 2, 2)
    out = getattr(mg, name)(x, size)
    assert not np.shares_memory(out.numpy(), x.numpy())
    out += 1
    assert x.sum().item() == 16


def test_empty_images_are_shuffled_too() -> None:
    # PyTorch leaves them as they are, of the wrong shape.
    x = mg.zeros(0, 4, 2, 2, requires_grad=True)
    out = mg.pixel_shuffle(x, 2)
    assert out.shape == (0, 1, 4, 4)
    out.sum().backward()
    assert x.grad.shape == (0, 4, 2, 2)
    assert mg.pixel_unshuffle(mg.zeros(0, 1, 4, 4), 2).shape == (0, 4, 2, 2)


def test_errors_name_what_was_given() -> None:
    x = mg.zeros(1, 3, 4, 4)
    with pytest.raises(RuntimeError, match=r"\[1, 3, 4, 4\].*upscale_factor=2"):
        mg.pixel_shuffle(x, 2)
    with pytest.raises(RuntimeError, match=r"\[1, 3, 4, 4\].*downscale_factor=3"):
        mg.pixel_unshuffle(x, 3)
    with pytest.raises(RuntimeError, match=r"\[1, 3, 4, 4\].*groups=2"):
        mg.channel_shuffle(x, 2)
    with pytest.raises(RuntimeError, match=r"\(4, 4\), kernel_size=\(5, 1\)"):
        ours.unfold(x, (5, 1))
    with pytest.raises(RuntimeError, match=r"expected \(3, 3\) windows, but got 8"):
        ours.fold(mg.zeros(1, 4, 8), 4, 2)


def test_response_norm_of_a_hand_computed_case() -> None:
    x = mg.tensor([[[1.0], [2.0], [3.0]]])
    found = mg.local_response_norm(x, 3, alpha=3.0, beta=1.0, k=1.0)
    np.testing.assert_allclose(found.flatten().numpy(), [1 / 6, 2 / 15, 3 / 14], rtol=1e-6)
