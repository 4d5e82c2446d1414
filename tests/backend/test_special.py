"""The error functions against Python's, over their whole range."""

import math

import numpy as np
import pytest

from minigrad.backend import special


def grid(low, high, extra=()):
    return np.concatenate([np.linspace(low, high, 20001), extra])


def test_erf_in_float64() -> None:
    x = grid(-7, 7, [1e-300, 1e-10, 0.46875, 4.0, 6.0])
    expected = [math.erf(v) for v in x]
    np.testing.assert_allclose(special.erf(x), expected, rtol=1e-15)


def test_erfc_in_float64() -> None:
    x = grid(-7, 26, [0.46875, 4.0])
    np.testing.assert_allclose(special.erfc(x), [math.erfc(v) for v in x], rtol=1.5e-15)


def test_erf_in_float32() -> None:
    x = grid(-6, 6, [1e-30, 20.0, 1e30]).astype(np.float32)
    found = special.erf(x)
    np.testing.assert_allclose(found, [math.erf(v) for v in x.tolist()], rtol=3e-7)
    assert found.dtype == np.float32
    assert np.abs(found).max() == 1
    assert (np.diff(found[:20001]) >= 0).all()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_error_functions_at_their_ends(dtype) -> None:
    x = np.array([-np.inf, -40, 0, 40, np.inf, np.nan], dtype)
    np.testing.assert_array_equal(special.erf(x), np.array([-1, -1, 0, 1, 1, np.nan], dtype))
    np.testing.assert_array_equal(special.erfc(x), np.array([2, 2, 1, 0, 0, np.nan], dtype))
    assert special.erf(x).dtype == special.erfc(x).dtype == dtype
    assert np.signbit(special.erf(np.array([-0.0], dtype)))


@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (2, 3), (70000,)])
def test_error_functions_keep_shapes(shape) -> None:
    for x in (np.full(shape, 0.5), np.full(shape[::-1], 0.5).T):
        assert special.erf(x).shape == shape
        np.testing.assert_allclose(special.erf(x), math.erf(0.5), rtol=1e-15)
