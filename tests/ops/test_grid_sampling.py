"""Grid sampling: what the specs do not cover. Warnings, finite differences, infinities, memory."""

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad.backend import rows

F = torch.nn.functional
RNG = np.random.default_rng(0)


def test_without_align_corners_there_is_a_warning() -> None:
    x, grid = mg.ones(1, 1, 2, 2), mg.zeros(1, 1, 1, 2)
    with pytest.warns(UserWarning, match="align_corners") as caught:
        assert mg.grid_sample(x, grid).item() == 1
    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match="align_corners"):
        found = mg.affine_grid(mg.ones(1, 2, 3), (1, 1, 2, 2))
    wanted = F.affine_grid(torch.ones(1, 2, 3), (1, 1, 2, 2), align_corners=False)
    np.testing.assert_array_equal(found.numpy(), wanted.numpy())
    with pytest.warns(UserWarning, match="unit-size"):
        mg.affine_grid(mg.ones(1, 2, 3), (1, 1, 2, 1), align_corners=True)


@pytest.mark.parametrize("padding_mode", ["zeros", "border", "reflection"])
@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
def test_derivatives_are_those_of_finite_differences(mode, padding_mode) -> None:
    x = RNG.standard_normal((1, 2, 4, 3))
    grid = RNG.uniform(-1.4, 1.4, (1, 3, 2, 2))
    weight = mg.tensor(RNG.standard_normal((1, 2, 3, 2)))

    def total(x, grid):
        out = mg.grid_sample(x, grid, mode, padding_mode, align_corners=False)
        return (mg.sin(out) * weight).sum()

    for place in range(2):
        tensors = [mg.tensor(x, requires_grad=True), mg.tensor(grid, requires_grad=True)]
        (gradient,) = mg.autograd.grad(total(*tensors), tensors[place], create_graph=True)
        direction = mg.tensor(RNG.standard_normal(gradient.shape))
        (second,) = mg.autograd.grad((gradient * direction).sum(), tensors[place])
        step, ends = 1e-5, []
        for sign in (1, -1):
            moved = list(map(mg.Tensor.detach, tensors))
            moved[place] = (moved[place] + sign * step * direction).requires_grad_()
            value = total(*moved)
            ends.append((value.item(), mg.autograd.grad(value, moved[place])[0].numpy()))
        slope = (ends[0][0] - ends[1][0]) / (2 * step)
        assert (gradient * direction).sum().item() == pytest.approx(slope, rel=1e-6, abs=1e-6)
        turning = (ends[0][1] - ends[1][1]) / (2 * step)
        np.testing.assert_allclose(second.numpy(), turning, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("channels", [1, 3, rows.FEW, 20])
@pytest.mark.parametrize("limit", [1, 1 << 40])
def test_blocks_of_places_make_no_difference(monkeypatch, limit, channels) -> None:
    monkeypatch.setattr(rows, "BLOCK_BYTES", limit)
    x = RNG.standard_normal((2, channels, 5, 4)).astype(np.float32)
    grid = RNG.uniform(-1.2, 1.2, (2, 6, 7, 2)).astype(np.float32)
    ours = [mg.tensor(a, requires_grad=True) for a in (x, grid)]
    theirs = [torch.tensor(a, requires_grad=True) for a in (x, grid)]
    found = mg.grid_sample(*ours, align_corners=True)
    wanted = F.grid_sample(*theirs, align_corners=True)
    np.testing.assert_allclose(found.detach().numpy(), wanted.detach().numpy(), atol=1e-5)
    (found * found).sum().backward()
    (wanted * wanted).sum().backward()
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one.grad.numpy(), other.grad.numpy(), rtol=1e-4, atol=1e-4)


def test_infinities_stay_where_they_are() -> None:
    x = np.ones((1, 1, 4, 4))
    x[0, 0, 0, 0] = np.inf
    grid = np.array([[[[0.3, 0.3], [-0.9, -0.9], [7.0, 0.1]]]])
    for padding_mode in ("zeros", "border"):
        options = {"padding_mode": padding_mode, "align_corners": True}
        found = mg.grid_sample(mg.tensor(x), mg.tensor(grid), **options)
        wanted = F.grid_sample(torch.tensor(x), torch.tensor(grid), **options)
        np.testing.assert_allclose(found.numpy(), wanted.numpy())


def test_nan_among_the_places_is_no_index() -> None:
    grid = mg.tensor([[[[float("nan"), 0.0], [0.0, 0.0]]]])
    for padding_mode in ("zeros", "border", "reflection"):
        for mode in ("bilinear", "nearest", "bicubic"):
            out = mg.grid_sample(mg.ones(1, 1, 3, 3), grid, mode, padding_mode, align_corners=True)
            assert out.flatten()[1].item() == pytest.approx(1)


def test_the_nearest_pixel_has_a_gradient_of_zero_in_the_grid() -> None:
    x, grid = mg.ones(1, 1, 3, 3), mg.full((1, 2, 2, 2), 0.2, requires_grad=True)
    mg.grid_sample(x, grid, "nearest", align_corners=True).sum().backward()
    np.testing.assert_array_equal(grid.grad.numpy(), np.zeros((1, 2, 2, 2)))


def test_half_precision() -> None:
    x = RNG.standard_normal((1, 2, 4, 4)).astype(np.float16)
    grid = RNG.uniform(-1, 1, (1, 3, 3, 2)).astype(np.float16)
    found = mg.grid_sample(mg.tensor(x), mg.tensor(grid), align_corners=False)
    wanted = F.grid_sample(torch.tensor(x), torch.tensor(grid), align_corners=False)
    assert found.dtype == mg.float16
    np.testing.assert_allclose(found.numpy(), wanted.numpy(), rtol=1e-2, atol=1e-2)


def test_a_turn_by_a_quarter() -> None:
    x = mg.arange(9.0).reshape(1, 1, 3, 3)
    theta = mg.tensor([[[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0]]])
    grid = mg.affine_grid(theta, (1, 1, 3, 3), align_corners=False)
    out = mg.grid_sample(x, grid, align_corners=False)
    np.testing.assert_allclose(out.numpy()[0, 0], np.rot90(x.numpy()[0, 0], -1), atol=1e-6)


@pytest.mark.parametrize("padding_mode", ["border", "reflection"])
def test_beyond_the_last_pixel_nothing_is_read(padding_mode) -> None:
    # At the border the right neighbour weighs nothing; it must not be that of another row.
    x = np.array([[[[1.0, 2.0], [np.inf, 3.0]]]])
    grid = np.array([[[[0.5, -1.0], [1.0, -1.0], [1.7, -1.2]]]])
    options = {"padding_mode": padding_mode, "align_corners": False}
    found = mg.grid_sample(mg.tensor(x), mg.tensor(grid), **options)
    wanted = F.grid_sample(torch.tensor(x), torch.tensor(grid), **options)
    np.testing.assert_allclose(found.numpy(), wanted.numpy())
    one = mg.grid_sample(mg.ones(1, 1, 1, 1), mg.full((1, 1, 1, 2), 0.3), **options)
    assert one.item() == 1
