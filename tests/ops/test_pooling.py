"""Pooling: what the specs do not cover. Errors, ties, NaN, infinities, every path."""

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad.backend import pooling

F = torch.nn.functional
IMAGE = (2, 3, 8, 8)


@pytest.mark.parametrize(
    ("name", "shape", "arguments", "options", "words"),
    [
        ("max_pool2d", (8, 8), (2,), {}, ["3D", "4D", "[8, 8]"]),
        ("max_pool2d", (1, 0, 8, 8), (2,), {}, ["[1, 0, 8, 8]"]),
        ("max_pool2d", (1, 3, 0, 8), (2,), {}, ["[1, 3, 0, 8]"]),
        ("max_pool2d", IMAGE, (9,), {}, ["[3, 8, 8]", "[3, 0, 0]"]),
        ("max_pool2d", IMAGE, ((2, 2, 2),), {}, ["kernel_size", "[2, 2, 2]"]),
        ("max_pool2d", IMAGE, ((),), {}, ["kernel_size"]),
        ("max_pool2d", IMAGE, (2.5,), {}, ["kernel_size", "2.5"]),
        ("max_pool2d", IMAGE, (0,), {}, ["kernel_size"]),
        ("max_pool2d", IMAGE, (2,), {"padding": 2}, ["half", "(2, 2)"]),
        ("max_pool2d", IMAGE, (3,), {"padding": 2, "dilation": 2}, ["half"]),
        ("max_pool2d", IMAGE, (2,), {"padding": -1}, ["padding", "-1"]),
        ("max_pool2d", IMAGE, (2,), {"stride": 0}, ["stride"]),
        ("max_pool2d", IMAGE, (2,), {"stride": (1, 2, 3)}, ["stride", "[1, 2, 3]"]),
        ("max_pool2d", IMAGE, (2,), {"dilation": 0}, ["dilation"]),
        ("max_pool1d", (8,), (2,), {}, ["2D", "3D", "[8]"]),
        ("avg_pool1d", (8,), (2,), {}, ["2D", "3D", "[8]"]),
        ("avg_pool2d", IMAGE, (2,), {"divisor_override": 0}, ["divisor"]),
        ("avg_pool2d", IMAGE, (2,), {"padding": 2}, ["half"]),
        ("avg_pool3d", (1, 3, 8, 8, 8), (9,), {}, ["[3, 0, 0, 0]"]),
        ("adaptive_avg_pool2d", (8, 8), (3,), {}, ["[8, 8]"]),
        ("adaptive_avg_pool2d", IMAGE, ((1, 2, 3),), {}, ["2 numbers", "(1, 2, 3)"]),
        ("adaptive_avg_pool2d", IMAGE, (2.0,), {}, ["output_size", "2.0"]),
        ("adaptive_avg_pool2d", IMAGE, (-1,), {}, ["-1"]),
        ("adaptive_max_pool2d", (1, 0, 8, 8), (2,), {}, ["[1, 0, 8, 8]"]),
        ("adaptive_max_pool2d", (1, 3, 0, 8), (2,), {}, ["[1, 3, 0, 8]"]),
        ("adaptive_max_pool2d", IMAGE, ((3,),), {}, ["2 numbers"]),
    ],
)
def test_errors_are_pytorchs_and_name_what_was_given(
    name, shape, arguments, options, words
) -> None:
    x = np.zeros(shape)
    with pytest.raises(Exception) as expected:  # noqa: PT011
        getattr(F, name)(torch.from_numpy(x), *arguments, **options)
    # Too few dimensions are an IndexError in some of PyTorch's functions, by accident.
    kind = RuntimeError if expected.type is IndexError else expected.type
    with pytest.raises(kind) as found:
        getattr(mg, name)(mg.from_numpy(x), *arguments, **options)
    for word in words:
        assert word in str(found.value)


def test_dtypes() -> None:
    x = np.arange(24).reshape(1, 1, 4, 6) - 12
    for name in ("max_pool2d", "avg_pool2d"):
        expected = getattr(F, name)(torch.from_numpy(x), 2)
        found = getattr(mg, name)(mg.from_numpy(x), 2)
        np.testing.assert_array_equal(found.numpy(), expected.numpy())
        assert found.dtype == mg.int64
        with pytest.raises(NotImplementedError):
            getattr(mg, name)(mg.from_numpy(x > 0), 2)
    for name in ("adaptive_max_pool2d", "adaptive_avg_pool2d"):
        for size in (2, 4):
            with pytest.raises(NotImplementedError, match="int64"):
                getattr(mg, name)(mg.from_numpy(x), size)


@pytest.mark.parametrize(("kernel", "options"), [(2, {}), (3, {"stride": 1, "padding": 1})])
def test_the_first_of_equal_elements_wins(kernel, options) -> None:
    x = np.zeros((1, 2, 6, 6))
    x[0, 1, ::2] = 1.0
    ours, theirs = mg.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    out, places = mg.max_pool2d(ours, kernel, **options, return_indices=True)
    expected, wanted = F.max_pool2d(theirs, kernel, **options, return_indices=True)
    np.testing.assert_array_equal(places.numpy(), wanted.numpy())
    out.sum().backward()
    expected.sum().backward()
    np.testing.assert_array_equal(ours.grad.numpy(), theirs.grad.numpy())


def test_the_last_nan_wins() -> None:
    x = np.ones((1, 1, 4, 4))
    x[0, 0, 0, :2] = x[0, 0, 1, 0] = np.nan
    x[0, 0, 3, 3] = -np.inf
    ours, theirs = mg.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    out, places = mg.max_pool2d(ours, 2, return_indices=True)
    expected, wanted = F.max_pool2d(theirs, 2, return_indices=True)
    np.testing.assert_array_equal(out.detach().numpy(), expected.detach().numpy())
    np.testing.assert_array_equal(places.numpy(), wanted.numpy())
    assert places.flatten()[0].item() == 4
    out.sum().backward()
    expected.sum().backward()
    np.testing.assert_array_equal(ours.grad.numpy(), theirs.grad.numpy())


def test_infinite_gradients_stay_in_their_place() -> None:
    x = mg.tensor([[[1.0, 2.0, 3.0, 0.0]]], requires_grad=True)
    mg.max_pool1d(x, 2).backward(mg.tensor([[[np.inf, 1.0]]], dtype=mg.float32))
    assert x.grad.tolist() == [[[0.0, np.inf, 1.0, 0.0]]]
    y = mg.tensor([[[np.inf, 2.0, 3.0, 1.0]]])
    assert mg.avg_pool1d(y, 2).tolist() == [[[np.inf, 2.0]]]
    assert mg.adaptive_avg_pool1d(y, 2).tolist() == [[[np.inf, 2.0]]]


def test_windows_that_only_see_padding_lose_nothing() -> None:
    # PyTorch reads outside of its memory here.
    x = mg.tensor([[[5.0]]], requires_grad=True)
    out, places = mg.max_pool1d(x, 2, padding=1, dilation=2, return_indices=True)
    assert (out.item(), places.item()) == (-np.inf, 0)
    out.backward()
    assert x.grad.tolist() == [[[0.0]]]


@pytest.mark.parametrize("limit", [1, 1 << 40])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("max_pool2d", (2,)),
        ("max_pool2d", (3, 2, 1)),
        ("avg_pool2d", (2,)),
        ("avg_pool2d", (3, 2, 1)),
        ("avg_pool2d", (9, 9)),
        ("adaptive_avg_pool2d", (1,)),
        ("adaptive_avg_pool2d", (4,)),
        ("adaptive_max_pool2d", (4,)),
    ],
)
def test_blocks_of_images_make_no_difference(monkeypatch, limit, name, arguments) -> None:
    monkeypatch.setattr(pooling, "BLOCK_BYTES", limit)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((5, 3, 10, 9)).astype("float32")
    ours, theirs = mg.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
    out, expected = getattr(mg, name)(ours, *arguments), getattr(F, name)(theirs, *arguments)
    np.testing.assert_allclose(
        out.detach().numpy(), expected.detach().numpy(), rtol=1e-5, atol=1e-6
    )
    g = rng.standard_normal(expected.shape).astype("float32")
    out.backward(mg.from_numpy(g))
    expected.backward(torch.from_numpy(g))
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=1e-5, atol=1e-6)


def test_memory_is_left_uninitialised_only_if_every_element_is_met(monkeypatch) -> None:
    def poisoned(shape, dtype):
        return np.full(shape, np.nan, dtype)

    monkeypatch.setattr(np, "empty", poisoned)
    x = np.random.default_rng(0).standard_normal((2, 3, 8, 8))
    for options in [
        {},
        {"stride": 1},
        {"dilation": 2, "ceil_mode": True},
        {"padding": 1},
        {"stride": 3},
    ]:
        ours, theirs = mg.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
        mg.max_pool2d(ours, 2, **options).sum().backward()
        F.max_pool2d(theirs, 2, **options).sum().backward()
        np.testing.assert_array_equal(ours.grad.numpy(), theirs.grad.numpy())


def test_results_do_not_share_memory_with_the_input() -> None:
    x = mg.ones(1, 1, 4, 4)
    for out in (mg.max_pool2d(x, 1), mg.avg_pool2d(x, 1), mg.adaptive_avg_pool2d(x, 4)):
        assert not np.shares_memory(out.numpy(), x.numpy())


def test_an_empty_result() -> None:
    x = torch.zeros(2, 3, 4, 4)
    expected = F.adaptive_avg_pool2d(x, 0).shape
    assert mg.adaptive_avg_pool2d(mg.zeros(2, 3, 4, 4), 0).shape == tuple(expected)
    assert mg.adaptive_max_pool2d(mg.zeros(2, 3, 4, 4), (0, 2)).shape == (2, 3, 0, 2)


def test_only_the_operand_and_result_are_saved() -> None:
    x = mg.zeros(1, 1, 4, 4, requires_grad=True)
    out = mg.max_pool2d(x, 2)
    (saved,) = out.grad_fn.saved
    assert saved[0] is x._array
    assert saved[1] is out._array
    assert mg.avg_pool2d(x, 2).grad_fn.saved[0][0] == x.shape
