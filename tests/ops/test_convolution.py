"""Convolutions: what the specs do not cover. Errors, 'same', higher orders, saved memory."""

import numpy as np
import pytest
import torch

import minigrad as mg

F = torch.nn.functional


def both(name, *shapes, **options):
    """Call a function of both engines on zeros of some shapes; None stays None."""
    ours = [None if s is None else mg.zeros(*s) for s in shapes]
    theirs = [None if s is None else torch.zeros(*s) for s in shapes]
    return (
        lambda: getattr(mg, name)(*ours, **options),
        lambda: getattr(F, name)(*theirs, **options),
    )


IMAGE, KERNEL = (1, 3, 8, 8), (4, 3, 3, 3)


@pytest.mark.parametrize(
    ("name", "shapes", "options", "words"),
    [
        ("conv2d", [IMAGE, (4, 2, 3, 3)], {}, ["2 channels", "3 channels", "[1, 3, 8, 8]"]),
        ("conv2d", [(1, 3, 8), (4, 3, 3)], {}, ["4D weight", "[4, 3, 3]"]),
        ("conv2d", [(8, 8), KERNEL], {}, ["3D", "4D", "[8, 8]"]),
        ("conv2d", [IMAGE, (4, 3, 9, 3)], {}, ["(8, 8)", "(9, 3)"]),
        ("conv2d", [IMAGE, KERNEL], {"dilation": 4}, ["(9, 9)"]),
        ("conv2d", [IMAGE, KERNEL, (5,)], {}, ["4 elements", "[5]"]),
        ("conv2d", [IMAGE, KERNEL, (4, 1)], {}, ["1-dimensional", "[4, 1]"]),
        ("conv2d", [IMAGE, KERNEL], {"stride": 0}, ["stride"]),
        ("conv2d", [IMAGE, KERNEL], {"padding": -1}, ["padding"]),
        ("conv2d", [IMAGE, KERNEL], {"dilation": 0}, ["dilation"]),
        ("conv2d", [IMAGE, KERNEL], {"stride": (1, 2, 3)}, ["2 values", "[1, 2, 3]"]),
        ("conv2d", [IMAGE, KERNEL], {"stride": 1.5}, ["stride", "1.5"]),
        ("conv2d", [IMAGE, KERNEL], {"groups": 0}, ["groups"]),
        ("conv2d", [(1, 4, 8, 8), (6, 1, 3, 3)], {"groups": 4}, ["divisible by 4"]),
        ("conv2d", [IMAGE, KERNEL], {"padding": "same", "stride": 2}, ["same", "strided"]),
        ("conv2d", [IMAGE, KERNEL], {"padding": "full"}, ["'full'"]),
        ("conv2d", [IMAGE, (0, 3, 3, 3)], {}, ["at least 1"]),
        ("conv2d", [IMAGE, (4, 3, 0, 3)], {}, ["kernel size", "[0, 3]"]),
        ("conv2d", [(1, 3, 0, 8), KERNEL], {"padding": 2}, ["[1, 3, 0, 8]"]),
        ("conv_transpose2d", [IMAGE, (4, 2, 3, 3)], {}, ["4 channels", "transposed"]),
        ("conv_transpose2d", [IMAGE, (3, 2, 3, 3)], {"output_padding": 1}, ["output_padding"]),
        ("conv_transpose2d", [IMAGE, (3, 2, 3, 3)], {"output_padding": -1}, ["output_padding"]),
        ("conv_transpose2d", [IMAGE, (3, 2, 3, 3)], {"padding": 5}, ["(0, 0)", "too small"]),
        ("conv_transpose2d", [IMAGE, (3, 2, 3, 3)], {"padding": "same"}, ["padding"]),
        ("conv_transpose2d", [IMAGE, (3, 2, 3, 3), (3,)], {}, ["2 elements", "[3]"]),
        ("conv_transpose2d", [IMAGE, (3, 2, 3, 3)], {"groups": 2}, ["divisible by 2"]),
    ],
)
def test_errors_are_pytorchs_and_name_what_was_given(name, shapes, options, words) -> None:
    ours, theirs = both(name, *shapes, **options)
    with pytest.raises(Exception) as expected:  # noqa: PT011
        theirs()
    with pytest.raises(type(expected.value)) as found:
        ours()
    for word in words:
        assert word in str(found.value)


def test_dtypes_must_agree() -> None:
    x, w = mg.zeros(*IMAGE), mg.zeros(*KERNEL)
    with pytest.raises(RuntimeError, match=r"float64.*weight type.*float32"):
        mg.conv2d(x.double(), w)
    with pytest.raises(RuntimeError, match=r"bias type.*float64"):
        mg.conv2d(x, w, mg.zeros(4, dtype=mg.float64))
    with pytest.raises(TypeError, match="list"):
        mg.conv2d([1.0], w)


@pytest.mark.parametrize("dilation", [1, 2, 3])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4])
@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_same_keeps_the_size_with_the_odd_zero_at_the_end(kernel, dilation) -> None:
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((2, 3, 7, 6)), rng.standard_normal((4, 3, kernel, 2))
    options = {"padding": "same", "dilation": (dilation, 1)}
    found = mg.conv2d(mg.from_numpy(x), mg.from_numpy(w), **options).numpy()
    expected = F.conv2d(torch.from_numpy(x), torch.from_numpy(w), **options).numpy()
    assert found.shape == (2, 4, 7, 6)
    np.testing.assert_allclose(found, expected, rtol=1e-10)


@pytest.mark.parametrize(
    ("x", "w", "options"),
    [
        ((2, 3), (4, 3, 1, 1), {}),
        ((5, 1), (32, 1, 3, 3), {}),
        ((3, 8), (16, 8, 3, 3), {"padding": 1}),
        ((2, 16), (8, 16, 5, 5), {"stride": 2, "padding": 2}),
        ((2, 6), (6, 1, 3, 3), {"groups": 6, "padding": 1}),
        ((2, 12), (8, 3, 3, 3), {"groups": 4, "dilation": 2}),
    ],
)
def test_float32_is_as_exact_as_pytorch(x, w, options) -> None:
    rng = np.random.default_rng(1)
    arrays = [rng.standard_normal(s).astype("float32") for s in [(*x, 13, 11), w, w[:1]]]
    ours = [mg.tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    out, expected = mg.conv2d(*ours, **options), F.conv2d(*theirs, **options)
    weights = rng.standard_normal(expected.shape).astype("float32")
    out.backward(mg.from_numpy(weights))
    expected.backward(torch.from_numpy(weights))
    pairs = [(out.detach(), expected.detach())] + [
        (a.grad, b.grad) for a, b in zip(ours, theirs, strict=True)
    ]
    for found, wanted in pairs:
        scale = wanted.abs().max().item()
        np.testing.assert_allclose(found.numpy(), wanted.numpy(), rtol=1e-4, atol=1e-5 * scale)


def test_third_derivatives() -> None:
    """The rules of the three primitives are each other: any order is exact."""
    rng = np.random.default_rng(2)
    x, w = rng.standard_normal((1, 2, 5, 4)), rng.standard_normal((2, 2, 3, 2))

    def third(engine, function, x, w):
        y = (function(x, w, stride=2, padding=1) ** 3).sum()
        for _ in range(3):
            (y,) = engine.autograd.grad(y, w, create_graph=True)
            y = (y * y).sum()
        return y.item()

    found = third(mg, mg.conv2d, mg.tensor(x), mg.tensor(w, requires_grad=True))
    expected = third(torch, F.conv2d, torch.tensor(x), torch.tensor(w, requires_grad=True))
    assert found == pytest.approx(expected, rel=1e-9)


def test_transposed_convolution_is_the_adjoint() -> None:
    rng = np.random.default_rng(3)
    x, w = (
        mg.tensor(rng.standard_normal((2, 3, 8, 7))),
        mg.tensor(rng.standard_normal((4, 3, 3, 3))),
    )
    options = {"stride": (2, 3), "padding": (1, 0), "dilation": (1, 2)}
    out = mg.conv2d(x, w, **options)
    g = mg.tensor(rng.standard_normal(out.shape))
    back = mg.conv_transpose2d(g, w, output_padding=(1, 2), **options)
    assert back.shape == x.shape
    assert (out * g).sum().item() == pytest.approx((back * x).sum().item())


def test_only_what_the_rules_name_is_saved() -> None:
    x, w = mg.zeros(1, 2, 5, 5), mg.zeros(3, 2, 3, 3, requires_grad=True)
    b = mg.zeros(3, requires_grad=True)
    saved = mg.conv2d(x, w, b).grad_fn.saved
    assert saved[0] is None  # x needs no gradient
    assert any(value is x._array for value in saved[1])
    assert not any(value is w._array for value in saved[1])
    assert saved[2] == ()
