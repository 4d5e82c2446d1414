"""The pieces of the tester: strategies, literals, distances, finite differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minigrad_torch_compat.differential import strategies
from minigrad_torch_compat.differential.arguments import duplicate
from minigrad_torch_compat.differential.closeness import bins, far, tolerance, ulps
from minigrad_torch_compat.differential.differences import slopes
from minigrad_torch_compat.differential.literals import literal

ARRAYS = st.one_of(
    strategies.reals(),
    strategies.special(),
    strategies.ties(),
    strategies.of_dtypes(),
    strategies.integers().map(strategies.flipped),
    strategies.reals().map(strategies.flipped),
)


@given(ARRAYS)
def test_a_literal_reads_back_as_the_same_array(array) -> None:
    again = eval(literal(array), {"np": np})
    assert again.dtype == array.dtype
    np.testing.assert_array_equal(again, array)
    assert (np.signbit(again.astype(float)) == np.signbit(array.astype(float))).all()


@given(ARRAYS)
def test_a_duplicate_has_the_layout_and_other_memory(array) -> None:
    again = duplicate(array, np.float64)
    np.testing.assert_array_equal(again, array)
    assert not np.may_share_memory(again, array) or not array.size
    if min(array.shape, default=1) > 1:
        assert again.strides == array.strides


@settings(max_examples=50)
@given(strategies.ties((3, 4)), strategies.smooth((5,)), st.data())
def test_ties_are_ties_and_kinks_are_avoided(tied, apart, data) -> None:
    assert len(np.unique(tied)) <= 3
    assert len(np.unique(apart)) == 5
    index = data.draw(strategies.indices(tied.shape))
    assert np.asarray(tied)[index] is not None


def test_smooth_values_keep_off_the_kink() -> None:
    @given(strategies.smooth((4,), kinks=(0.0,), margin=0.25))
    def run(array):
        assert (np.abs(array) >= 0.25).all()

    run()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_ulps_count_the_numbers_between(dtype) -> None:
    one = np.array([1.0, -1.0, 0.0, np.nan, np.inf], dtype)
    after = np.nextafter(np.nextafter(one, dtype(9)), dtype(9))
    assert ulps(one, after)[:3].tolist() == [2, 2, 2]
    assert ulps(one, one).tolist() == [0] * 5
    assert ulps(np.array([-0.0], dtype), np.array([0.0], dtype)).tolist() == [0]
    tiny = np.nextafter(dtype(0), dtype(1))
    assert ulps(np.array([-tiny]), np.array([tiny])).tolist() == [2]
    assert ulps(np.array([np.nan], dtype), np.array([1], dtype)).size == 0
    assert bins(np.array([0, 1, 2, 3, 4, 7, 8])) == {0: 1, 1: 1, 2: 2, 3: 2, 4: 1}


def test_tolerances_grow_with_the_length_and_yield_to_the_spec() -> None:
    assert tolerance(np.float32, 100) == pytest.approx(10 * tolerance(np.float32, 1))
    assert tolerance(np.float64, 9, override=1e-6) == 1e-6
    assert tolerance(np.int64, 9) == 0
    assert far(np.array([1.0, np.inf]), np.array([1.0, np.inf]), 0) is None
    assert far(np.array([5.0]), np.array([np.inf]), 1e-3).tolist() == [True]
    assert far(np.array([np.nan, 1]), np.array([np.nan, 2]), 1e-3).tolist() == [False, True]
    assert far(np.array([2**62 + 1]), np.array([2**62]), 1.0).tolist() == [True]


def test_slopes_tell_kinks_from_curvature() -> None:
    places = [(0,), (1,)]
    bent = slopes(lambda x: float(np.abs(x).sum()), np.array([0.0, 2.0]), places)
    assert bent.kink.tolist() == [True, False]
    np.testing.assert_allclose(bent.left, [-1, 1])
    np.testing.assert_allclose(bent.right, [1, 1])
    curved = slopes(lambda x: float((50 * x**2).sum()), np.array([0.0, 3.0]), places)
    assert curved.kink.tolist() == [False, False]
    np.testing.assert_allclose(curved.central, [0, 300], atol=1e-6)
    edge = slopes(lambda x: float(np.sqrt(np.where(x < 0, np.nan, x))[0]), np.zeros(2), [(0,)])
    assert edge.kink.tolist() == [True]
