"""Sums by matrix products: equal to their plain twin, whatever the shape, axes and layout."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minigrad.backend.sums import product, total

SIZES = st.sampled_from([1, 2, 3, 7, 64, 100])


@st.composite
def sums(draw):
    shape = tuple(draw(st.lists(SIZES, min_size=1, max_size=3)))
    axis = draw(st.lists(st.integers(0, len(shape) - 1), unique=True))
    dtype = draw(st.sampled_from(["f4", "f8", "i4", "f2"]))
    x = np.random.default_rng(len(shape)).uniform(-1, 3, shape).astype(dtype)
    layout = draw(st.sampled_from(["rows", "columns", "every second", "one number"]))
    if layout == "columns":
        x = np.asfortranarray(x)
    elif layout == "every second":
        x = x[..., ::2]
    elif layout == "one number":
        x = np.broadcast_to(x.reshape(-1)[0], shape)
    return x, tuple(axis), draw(st.booleans())


@given(sums())
def test_equals_the_plain_twin(case) -> None:
    x, axis, keepdims = case
    found = total(x, axis, keepdims)
    expected = np.sum(x, axis=axis, keepdims=keepdims, dtype="f8" if x.dtype.kind == "f" else None)
    assert np.shape(found) == np.shape(expected)
    eps = np.finfo(x.dtype).eps if x.dtype.kind == "f" else 0
    np.testing.assert_allclose(found, expected, rtol=4 * eps, atol=1e3 * eps)
    assert found.dtype == (x.dtype if x.dtype.kind == "f" else expected.dtype)


@pytest.mark.parametrize("shape", [(1 << 20,), (1 << 18, 4), (4, 1 << 18), (1500, 700)])
def test_long_sums_keep_their_digits(shape) -> None:
    x = np.random.default_rng(0).uniform(0, 1, shape).astype("f4")
    for axis in ((0,), (len(shape) - 1,), tuple(range(len(shape)))):
        np.testing.assert_allclose(total(x, axis), np.sum(x, axis=axis, dtype="f8"), rtol=5e-7)


def test_halves_are_added_in_single_precision() -> None:
    x = np.full(4096, 0.25, "f2")
    assert total(x, (0,)) == 1024  # a running sum of halves stops at 512: 512 + 0.25 rounds to 512
    assert total(x, (0,)).dtype == np.float16


def test_infinities_and_nan_are_results(recwarn) -> None:
    for large in (1, 5000):
        x = np.full((large, 2), np.inf, "f4")
        x[:, 1] = -np.inf
        assert total(x, (0,)).tolist() == [np.inf, -np.inf]
        assert np.isnan(total(x, (0, 1)))
    assert product(np.array([1e38, 1e38], "f4"), 0) == np.inf
