"""Unpooling and fractional pooling: what the specs do not cover."""

import numpy as np
import pytest
import torch

import minigrad as mg

F = torch.nn.functional
RNG = np.random.default_rng(0)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_unpooling_undoes_pooling_where_the_maxima_were(ndim) -> None:
    x = mg.tensor(RNG.uniform(1, 2, (2, 3, *(6,) * ndim)), requires_grad=True)
    top, places = getattr(mg.nn.functional, f"max_pool{ndim}d_with_indices")(x, 2)
    back = getattr(mg, f"max_unpool{ndim}d")(top, places, 2)
    kept = back.detach().numpy() != 0
    assert kept.sum() == np.prod(top.shape)
    np.testing.assert_array_equal(back.detach().numpy(), x.detach().numpy() * kept)
    weight = RNG.standard_normal(back.shape)
    (back * mg.tensor(weight)).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), weight * kept)


def test_the_last_of_two_at_one_place_stays() -> None:
    values, places = np.array([[[1.0, 2.0]]]), np.array([[[3, 3]]])
    found = mg.max_unpool1d(mg.tensor(values), mg.tensor(places), 2)
    wanted = F.max_unpool1d(torch.tensor(values), torch.tensor(places), 2)
    assert found.tolist() == wanted.tolist() == [[[0.0, 0.0, 0.0, 2.0]]]


def test_errors_name_what_was_given() -> None:
    x, places = mg.zeros(1, 1, 2, 2), mg.full((1, 1, 2, 2), 16)
    with pytest.raises(RuntimeError, match=r"invalid max index: 16 .*4x4"):
        mg.max_unpool2d(x, places, 2)
    with pytest.raises(ValueError, match=r"\(6, 6\).*between 2 and 6"):
        mg.max_unpool2d(x, places, 2, output_size=(6, 6))
    with pytest.raises(RuntimeError, match=r"kernel_size=\(3, 3\).*\[1, 1, 2, 2\]"):
        mg.fractional_max_pool2d(x, 3, 1)
    with pytest.raises(RuntimeError, match=r"\[1, 1, 2\].*\[1, 2, 2\]"):
        mg.fractional_max_pool2d(x, 1, 1, _random_samples=mg.zeros(1, 2, 2))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("shape", [(2, 3, 9, 7), (3, 9, 7)])
def test_a_seed_gives_the_windows_that_pytorch_draws(shape, dtype) -> None:
    x = RNG.standard_normal(shape).astype(dtype)
    mg.manual_seed(5)
    torch.manual_seed(5)
    for _ in range(2):
        found = mg.fractional_max_pool2d(mg.tensor(x), 2, output_ratio=(0.6, 0.5))
        wanted = F.fractional_max_pool2d(torch.tensor(x), 2, output_ratio=(0.6, 0.5))
        np.testing.assert_array_equal(found.numpy(), wanted.numpy())


def test_one_ratio_serves_all_axes() -> None:
    x, samples = mg.tensor(RNG.standard_normal((1, 1, 8, 8))), mg.zeros(1, 1, 2, dtype=mg.float64)
    one = mg.fractional_max_pool2d(x, 2, output_ratio=0.5, _random_samples=samples)
    two = mg.fractional_max_pool2d(x, 2, output_ratio=(0.5, 0.5), _random_samples=samples)
    np.testing.assert_array_equal(one.numpy(), two.numpy())


def test_the_last_nan_of_a_window_wins() -> None:
    x = np.ones((1, 1, 4, 4))
    x[0, 0, 0, :2] = np.nan
    samples = np.full((1, 1, 2), 0.5)
    found = mg.fractional_max_pool2d(
        mg.tensor(x), 2, 2, return_indices=True, _random_samples=mg.tensor(samples)
    )
    wanted = F.fractional_max_pool2d(
        torch.tensor(x), 2, 2, return_indices=True, _random_samples=torch.tensor(samples)
    )
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        *((f"max_pool{n}d", (2, 1)) for n in (1, 2, 3)),
        *((f"adaptive_max_pool{n}d", (3,)) for n in (1, 2, 3)),
    ],
)
def test_with_indices(name, arguments) -> None:
    x = RNG.standard_normal((2, 3, *(5,) * int(name[-2])))
    wanted = getattr(F, f"{name}_with_indices")(torch.tensor(x), *arguments)
    for options in ({}, {"return_indices": False}):
        found = getattr(mg.nn.functional, f"{name}_with_indices")(
            mg.tensor(x), *arguments, **options
        )
        for one, other in zip(found, wanted, strict=True):
            np.testing.assert_array_equal(one.numpy(), other.numpy())
