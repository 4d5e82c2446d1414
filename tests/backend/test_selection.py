"""Selection by bits against ``np.where``."""

import numpy as np
import pytest

from minigrad.backend.selection import select


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int64])
@pytest.mark.parametrize("order", ["C", "F", "strided"])
def test_select_equals_numpys_where(dtype, order) -> None:
    rng = np.random.default_rng(0)

    def make(values):
        wide = np.zeros((50, 80), values.dtype)
        wide[:, ::2] = values
        return wide[:, ::2] if order == "strided" else np.asarray(values, order=order)

    mask = make(rng.random((50, 40)) > 0.5)
    x = make((rng.normal(size=(50, 40)) * 9).astype(dtype))
    y = make((rng.normal(size=(50, 40)) * 9).astype(dtype))
    if dtype != np.int64:
        x[0], y[1] = np.nan, np.inf
        x[2], y[3] = -np.inf, -0.0
    for first, second in [
        (x, y),
        (x, 0),
        (0, y),
        (x, -2),
        (3, y),
        (x, y[0]),
        (x[:, :1], y),
        (x, 0.0),
    ]:
        found, expected = select(mask, first, second), np.where(mask, first, second)
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)
        if dtype != np.int64:
            np.testing.assert_array_equal(np.signbit(found), np.signbit(expected))
    one = mask[:1]
    np.testing.assert_array_equal(select(one, x, 0), np.where(one, x, 0))
