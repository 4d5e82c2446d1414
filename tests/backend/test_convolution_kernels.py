"""The fast kernels against the plain ones, on every path through them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.backend import columns
from minigrad.backend.columns import Columns, Grid, blocks, overlap
from minigrad.backend.convolution import (
    FEW,
    PLAIN,
    PRODUCTS,
    Window,
    choose,
    convolve,
    convolve_input,
    convolve_weight,
    phase,
)


@st.composite
def problems(draw):
    """Return (x, w, bias, g, grid), split by group, for one to three spatial axes."""
    ndim = draw(st.integers(1, 3))
    each = lambda low, high: draw(st.tuples(*[st.integers(low, high)] * ndim))  # noqa: E731
    images, groups = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    outputs, inputs = draw(st.integers(1, 8)), draw(st.integers(1, 5))
    kernel, positions, stride, dilation = each(1, 4), each(1, 6), each(1, 3), each(1, 3)
    low, rest = each(-2, 4), each(-3, 3)
    size = tuple(
        max(1, (p - 1) * s + d * (k - 1) + 1 - a + r)
        for p, s, d, k, a, r in zip(positions, stride, dilation, kernel, low, rest)
    )
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    arrays = (
        rng.standard_normal(shape).astype(dtype)
        for shape in [
            (images, groups, inputs, *size),
            (groups, outputs, inputs, *kernel),
            (groups, outputs, *(1,) * ndim),
            (images, groups, outputs, *positions),
        ]
    )
    return (*arrays, Grid(stride, low, dilation))


def agree(found, expected):
    tolerance = 1e-4 if expected.dtype == np.float32 else 1e-10
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


@pytest.fixture(params=["as it is", "tiny blocks", "huge blocks"])
def sizes(request, monkeypatch):
    """Blocks of several images, of one, and of bands of rows."""
    limits = {"as it is": (None, None), "tiny blocks": (900, 1), "huge blocks": (1 << 40, 1 << 40)}
    block, work = limits[request.param]
    if block:
        monkeypatch.setattr(columns, "BLOCK_BYTES", block)
        monkeypatch.setattr("minigrad.backend.convolution.BLOCK_BYTES", block)
        monkeypatch.setattr(columns, "WORK", work)


@pytest.mark.parametrize("kernels", [PRODUCTS, FEW], ids=["products", "few"])
def test_kernels_agree_with_their_plain_twins(kernels, sizes) -> None:
    @given(problems(), st.booleans())
    def run(problem, biased):
        x, w, bias, g, grid = problem
        bias = bias if biased else None
        for name, arguments, like in [
            ("correlate", (x, w), g),
            ("spread", (g, w), x),
            ("pair", (g, x), w),
        ]:
            found, expected = np.full_like(like, np.nan), np.full_like(like, np.nan)
            extra = (bias,) if name == "correlate" else ()
            getattr(kernels, name)(*arguments, found, grid, *extra)
            getattr(PLAIN, name)(*arguments, expected, grid, *extra)
            agree(found, expected)

    run()


def test_plain_correlation_by_hand() -> None:
    x = np.arange(1.0, 6.0).reshape(1, 1, 1, 5)
    w = np.array([1.0, 10.0]).reshape(1, 1, 1, 2)
    out = np.empty((1, 1, 1, 3))
    # Positions start at -1, 1, 3; the taps are two apart: (., 2), (2, 4), (4, .).
    PLAIN.correlate(x, w, out, Grid((2,), (1,), (2,)), None)
    assert out.ravel().tolist() == [20.0, 42.0, 4.0]


def test_the_three_derivatives_belong_to_one_form() -> None:
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((3, 4, 9, 8)), rng.standard_normal((6, 2, 3, 2))
    window = Window((2, 1), ((1, 0), (0, 2)), (1, 2), 2)
    out = convolve(x, w, None, window)
    g = rng.standard_normal(out.shape)
    form = (g * out).sum()
    np.testing.assert_allclose((convolve_input(g, w, None, (9, 8), window) * x).sum(), form)
    np.testing.assert_allclose((convolve_weight(g, x, (3, 2), window) * w).sum(), form)


def test_choice() -> None:
    def chosen(images, groups, inputs, outputs, size=8):
        x = np.empty((images, groups, inputs, size, size))
        return choose(x, np.empty((groups, outputs, inputs, 3, 3)), (6, 6))

    assert chosen(2, 1, 32, 64) is PRODUCTS
    assert chosen(2, 1, 3, 32) is FEW
    assert chosen(2, 64, 1, 1) is PRODUCTS
    assert chosen(0, 1, 32, 64) is PLAIN


def test_an_image_is_its_own_buffer_for_a_kernel_of_one() -> None:
    x = np.zeros((3, 1, 4, 6, 5))
    one = Columns(x, (1, 1), (6, 5), Grid((1, 1), (0, 0), (1, 1)))
    assert np.shares_memory(one.matrices(slice(1, 2))[0], x)
    padded = Columns(x, (1, 1), (7, 5), Grid((1, 1), (1, 0), (1, 1)))
    assert not np.shares_memory(padded.matrices(slice(1, 2))[0], x)


def test_taps_that_meet_whole_lines_are_copied_once() -> None:
    x = np.random.default_rng(0).standard_normal((2, 1, 3, 6, 5))
    same = Columns(x, (3, 3), (6, 5), Grid((1, 1), (1, 1), (1, 1)))
    same.matrices(slice(0, 2))
    assert (len(same.copies), len(same.shifts)) == (1, 2)
    valid = Columns(x, (3, 3), (4, 3), Grid((1, 1), (0, 0), (1, 1)))
    valid.matrices(slice(0, 2))
    assert (len(valid.copies), len(valid.shifts)) == (3, 0)


def test_blocks_cover_images_and_rows_once(monkeypatch) -> None:
    x, w = np.zeros((5, 1, 2, 9, 4)), np.zeros((1, 3, 2, 3, 3))
    grid = Grid((1, 1), (0, 0), (1, 1))
    seen = np.zeros((5, 7), int)
    monkeypatch.setattr(columns, "BLOCK_BYTES", 600)
    for images, rows, _ in blocks(x, w, (7, 2), grid):
        seen[images, rows] += 1
    assert (seen == 1).all()
    assert rows.start > 0  # the last block is a band
    monkeypatch.setattr(columns, "BLOCK_BYTES", 1 << 20)
    assert [images for images, _, _ in blocks(x, w, (7, 2), grid)] == [slice(0, 5)]


@given(st.integers(1, 9), st.integers(0, 9), st.integers(1, 4), st.integers(-9, 9))
def test_overlap_is_what_lies_inside(length, positions, stride, offset) -> None:
    inside, met = overlap(length, positions, stride, offset)
    pairs = [(p, p * stride + offset) for p in range(positions)]
    expected = [(p, e) for p, e in pairs if 0 <= e < length]
    assert list(zip(range(positions)[inside], range(length)[met])) == expected


@given(
    st.integers(1, 5), st.integers(1, 4), st.integers(-3, 4), st.integers(1, 4), st.integers(0, 3)
)
def test_phase_lists_the_taps_that_meet_a_remainder(k, s, low, d, r) -> None:
    r %= s
    meet = {(i, m) for m in range(-9, 9) for i in range(k) if (m * s + r + low - i * d) % s == 0}
    found = phase(r, k, s, low, d)
    if found is None:
        assert not meet
        return
    taps, first, dilation = found
    assert {i for i, _ in meet} == set(range(k)[taps])
    for t, i in enumerate(range(k)[taps]):
        for m in range(9):
            assert (m + t * dilation - first) * s + i * d - low == m * s + r
