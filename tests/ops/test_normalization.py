"""Normalisation: running statistics, accuracy, every path of the kernels, errors."""

import numpy as np
import pytest
import torch

import minigrad as mg
from minigrad.backend import normalization
from minigrad.backend.normalization import (
    Cells,
    cell_gradients,
    cell_moments,
    cell_normalize,
    row_gradients,
    row_normalize,
)
from minigrad.ops.normalizing.normalization import standardized_gradients

F = torch.nn.functional


def pair(array, requires_grad=False):
    return (
        mg.tensor(array, requires_grad=requires_grad),
        torch.tensor(array, requires_grad=requires_grad),
    )


# --- running statistics -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "shape"),
    [
        ("batch_norm", (6, 3)),
        ("batch_norm", (4, 3, 5)),
        ("batch_norm", (2, 3, 6, 7)),
        ("instance_norm", (4, 3, 5)),
        ("instance_norm", (2, 3, 6, 7)),
    ],
)
def test_running_statistics_over_several_steps(function, shape) -> None:
    rng = np.random.default_rng(0)
    ours, theirs = zip(pair(np.zeros(3)), pair(np.ones(3)), strict=True)
    switch = "training" if function == "batch_norm" else "use_input_stats"
    for momentum in (0.1, 0.3, 1.0):
        x = pair(rng.standard_normal(shape) * 3 + 5)
        getattr(mg, function)(x[0], *ours, momentum=momentum, **{switch: True})
        getattr(F, function)(x[1], *theirs, momentum=momentum, **{switch: True})
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-12)
    out = getattr(mg, function)(x[0], *ours, **{switch: False})
    expected = getattr(F, function)(x[1], *theirs, **{switch: False})
    np.testing.assert_allclose(out.numpy(), expected.numpy(), rtol=1e-12)


def test_running_statistics_are_written_in_place_and_not_recorded() -> None:
    x = mg.tensor(np.arange(6.0).reshape(3, 2), requires_grad=True)
    mean, var = mg.zeros(2, dtype=mg.float64), mg.ones(2, dtype=mg.float64)
    memory, product = mean.numpy(), mean * mg.ones(2, dtype=mg.float64, requires_grad=True)
    mg.batch_norm(x, mean, var, training=True)
    assert mean.numpy() is memory
    assert (mean._version, mean.requires_grad) == (1, False)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        product.sum().backward()  # it saved the old running mean
    mg.batch_norm(x, mean, var)
    assert mean._version == 1


def test_an_empty_batch_leaves_them_alone() -> None:
    for shape in [(0, 3), (0, 3, 4)]:
        ours, theirs = zip(pair(np.zeros(3)), pair(np.ones(3)), strict=True)
        w, w_theirs = pair(np.ones(3), requires_grad=True)
        out = mg.batch_norm(mg.zeros(*shape, dtype=mg.float64), *ours, w, training=True)
        x = torch.zeros(*shape, dtype=torch.float64)
        expected = F.batch_norm(x, *theirs, w_theirs, training=True)
        assert out.shape == tuple(expected.shape)
        out.sum().backward()
        assert w.grad.tolist() == [0.0, 0.0, 0.0]
        assert ours[0].tolist() == [0.0, 0.0, 0.0]


# --- kernels ----------------------------------------------------------------------------------


@pytest.mark.parametrize("limit", [64, 1 << 40])
@pytest.mark.parametrize("groups", [None, 2, 6])
@pytest.mark.parametrize("size", [(), (3,), (7, 6)])
@pytest.mark.parametrize("weighted", [True, False])
def test_cells_agree_with_the_formula(monkeypatch, limit, groups, size, weighted) -> None:
    monkeypatch.setattr(normalization, "BAND_BYTES", limit)
    rng = np.random.default_rng(0)
    x, g = rng.standard_normal((2, 5, 6, *size))
    w, b = rng.standard_normal((2, 6)) if weighted else (None, None)
    cells = Cells.of(x.shape, groups)
    assert cells.turned == (groups is None and len(size) < 2)
    mean, variance = cell_moments(x, cells)
    scale = 1 / np.sqrt(variance + 1e-5)

    split = (5, 6, 1) if groups is None else (5, groups, 6 // groups)
    over = (0 if groups is None else 2, *range(3, 3 + len(size)))
    channels = (1, *split[1:], *(1,) * len(size))
    x_split, g_split = x.reshape(*split, *size), g.reshape(*split, *size)
    deviation = np.sqrt(x_split.var(axis=over, keepdims=True) + 1e-5)
    expected = (x_split - x_split.mean(axis=over, keepdims=True)) / deviation
    if weighted:
        expected = expected * w.reshape(channels) + b.reshape(channels)
    found = cell_normalize(x, w, b, mean, scale, cells)
    np.testing.assert_allclose(found, expected.reshape(x.shape), rtol=1e-9, atol=1e-12)

    gx, g_weight, g_bias = cell_gradients(g, x, w, mean, scale, cells)
    plain = standardized_gradients(g_split, x_split, w, over, channels, 1e-5)
    np.testing.assert_allclose(gx, plain[0].reshape(x.shape), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(g_bias, plain[2], rtol=1e-9)
    if weighted:
        np.testing.assert_allclose(g_weight, plain[1], rtol=1e-9)


@pytest.mark.parametrize("limit", [64, 1 << 40])
@pytest.mark.parametrize("centre", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
def test_rows_agree_with_the_formula(monkeypatch, limit, centre, weighted) -> None:
    monkeypatch.setattr(normalization, "BAND_BYTES", limit)
    rng = np.random.default_rng(0)
    x, g = rng.standard_normal((2, 9, 5))
    w, b = rng.standard_normal((2, 5)) if weighted else (None, None)
    out, means, scales = row_normalize(x, w, b, 1e-5, centre)
    centred = x - x.mean(1, keepdims=True) if centre else x
    expected = centred / np.sqrt((centred**2).mean(1, keepdims=True) + 1e-5)
    if weighted:
        expected = expected * w + b
    np.testing.assert_allclose(out, expected, rtol=1e-9)
    found = row_gradients(g, x, w, means if centre else None, scales)
    plain = standardized_gradients(g, x, w, (1,), (5,), 1e-5, centre)
    for a, b in zip(found, plain, strict=True):
        if b is not None:
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("shape", [(16, 8), (8, 4, 3, 3), (4, 4, 20, 20)])
def test_float32_is_as_exact_as_pytorch_far_from_zero(shape) -> None:
    rng = np.random.default_rng(0)
    x = (rng.standard_normal(shape) + 300).astype("float32")
    g = rng.standard_normal(shape).astype("float32")
    for call in (
        lambda engine, x: engine.batch_norm(x, None, None, training=True),
        lambda engine, x: engine.layer_norm(x, shape[1:]),
        lambda engine, x: engine.group_norm(x, 2),
    ):
        results = []
        for array, engine in [
            (mg.tensor(x, requires_grad=True), mg),
            (torch.tensor(x, requires_grad=True), F),
            (torch.tensor(x, dtype=torch.float64, requires_grad=True), F),
        ]:
            out = call(engine, array)
            make = mg.tensor if engine is mg else torch.tensor
            out.backward(make(g, dtype=out.dtype))
            results.append((out.detach().numpy(), array.grad.numpy()))
        ours, theirs, exact = results
        for a, b, truth in zip(ours, theirs, exact, strict=True):
            scale = np.abs(truth).max()
            # PyTorch accumulates in float64; the data's own rounding limits both.
            limit = max(4 * np.abs(b - truth).max(), 2e-5 * scale)
            assert np.abs(a - truth).max() <= limit


def test_memory_layout_makes_no_difference() -> None:
    x = np.random.default_rng(0).standard_normal((4, 5, 6, 6)).transpose(0, 3, 1, 2)
    found = mg.batch_norm(mg.from_numpy(x), None, None, training=True)
    expected = F.batch_norm(torch.from_numpy(x.copy()), None, None, training=True)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-9, atol=1e-12)
    found = mg.layer_norm(mg.from_numpy(x), (5, 6))
    expected = F.layer_norm(torch.from_numpy(x.copy()), (5, 6))
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "call",
    [
        lambda f, x, w, b: f.batch_norm(x, None, None, w, b, training=True),
        lambda f, x, w, b: f.instance_norm(x, None, None, w, b),
        lambda f, x, w, b: f.group_norm(x, 2, w, b),
        lambda f, x, w, b: f.layer_norm(x, (4,), w, b),
    ],
)
def test_a_bias_without_a_weight(call) -> None:
    rng = np.random.default_rng(0)
    (x, x_theirs), (b, b_theirs) = (
        pair(rng.standard_normal(s), requires_grad=True) for s in [(3, 4, 4), (4,)]
    )
    # PyTorch's group_norm fails without a weight.
    ones = torch.ones(4, dtype=torch.float64)
    out, expected = call(mg, x, None, b), call(F, x_theirs, ones, b_theirs)
    g = rng.standard_normal((3, 4, 4))
    out.backward(mg.tensor(g))
    expected.backward(torch.tensor(g))
    np.testing.assert_allclose(out.detach().numpy(), expected.detach().numpy(), rtol=1e-9)
    for a, wanted in [(x, x_theirs), (b, b_theirs)]:
        np.testing.assert_allclose(a.grad.numpy(), wanted.grad.numpy(), rtol=1e-9, atol=1e-12)


# --- errors -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shapes", "options", "words"),
    [
        ("batch_norm", [(1, 3), (3,), (3,)], {"training": True}, ["more than 1 value", "[1, 3]"]),
        ("batch_norm", [(1, 3, 1, 1), None, None], {"training": True}, ["[1, 3, 1, 1]"]),
        ("batch_norm", [(2, 3), None, None], {}, ["running_mean", "evaluation"]),
        ("batch_norm", [(2, 3), (3,), None], {"training": True}, ["both be None"]),
        ("batch_norm", [(3,), (3,), (3,)], {}, ["[3]"]),
        ("batch_norm", [(2, 4), (3,), (3,)], {}, ["running_mean", "4 elements not 3"]),
        ("batch_norm", [(2, 3), (3,), (3,), (4,)], {}, ["weight", "3 elements not 4"]),
        ("batch_norm", [(2, 3), (3,), (3,), (3,), (4,)], {}, ["bias", "3 elements not 4"]),
        ("batch_norm", [(2, 3), (3,), (3,)], {"training": True, "eps": -1.0}, ["eps", "-1.0"]),
        ("batch_norm", [(2, 3), (3,), (3,)], {"training": True, "momentum": None}, ["momentum"]),
        ("instance_norm", [(2, 3)], {}, ["more than 1 spatial element", "[2, 3]"]),
        ("instance_norm", [(2, 3, 1)], {}, ["[2, 3, 1]"]),
        ("instance_norm", [(2, 3, 4)], {"use_input_stats": False}, ["running_mean"]),
        ("instance_norm", [(2, 4, 4), (3,), (3,)], {}, ["running_mean", "4 elements"]),
        ("group_norm", [(2, 4, 3), 3], {}, ["[2, 4, 3]", "num_groups=3"]),
        ("group_norm", [(2, 4, 3), 0], {}, []),
        ("group_norm", [(4,), 2], {}, ["[4]"]),
        ("group_norm", [(1, 4), 4], {}, ["more than 1 value", "[1, 4]"]),
        ("group_norm", [(2, 4, 3), 2, (3,)], {}, ["weight", "4 elements not 3"]),
        ("layer_norm", [(2, 3), [4]], {}, ["[4]", "[2, 3]"]),
        ("layer_norm", [(3,), [2, 3]], {}, ["[*, 2, 3]", "[3]"]),
        ("layer_norm", [(2, 3), []], {}, ["[]"]),
        ("layer_norm", [(2, 3), 3], {}, ["normalized_shape", "int"]),
        ("layer_norm", [(2, 3), [3], (4,)], {}, ["weight", "[4]"]),
        ("layer_norm", [(2, 3), [3], None, (4,)], {}, ["bias", "[4]"]),
        ("rms_norm", [(2, 3), [4]], {}, ["[4]", "[2, 3]"]),
        ("rms_norm", [(2, 3), [3], (4,)], {}, ["weight", "[4]"]),
    ],
)
def test_errors_are_pytorchs_and_name_what_was_given(name, shapes, options, words) -> None:
    def arguments(engine):
        return [engine.ones(*s) if isinstance(s, tuple) else s for s in shapes]

    with pytest.raises(Exception) as expected:  # noqa: PT011
        getattr(F, name)(*arguments(torch), **options)
    with pytest.raises(expected.type) as found:
        getattr(mg, name)(*arguments(mg), **options)
    for word in words:
        assert word in str(found.value)


def test_dtypes() -> None:
    x = mg.ones(2, 4)
    for call in (
        lambda x: mg.batch_norm(x, None, None, training=True),
        lambda x: mg.group_norm(x, 2),
        lambda x: mg.layer_norm(x, (4,)),
        lambda x: mg.rms_norm(x, (4,)),
    ):
        with pytest.raises(NotImplementedError, match="int64"):
            call(x.long())
    for call in (
        lambda w: mg.batch_norm(x, None, None, w, training=True),
        lambda w: mg.group_norm(x, 2, w),
        lambda w: mg.layer_norm(x, (4,), w),
    ):
        with pytest.raises(RuntimeError, match=r"weight.*float32.*float64"):
            call(mg.ones(4, dtype=mg.float64))
