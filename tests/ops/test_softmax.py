"""Softmax and its logarithm: extremes, dtypes, empty and 0-d tensors, errors."""

import numpy as np
import pytest
from engines import agree, fail

import minigrad as mg

EXPRESSIONS = [
    *("t.softmax(f, 0)", "t.log_softmax(g, -1)", "t.softmax(s, 0)", "t.log_softmax(s, -1)"),
    *("t.softmax(z, 0)", "t.softmax(z, 1)", "t.log_softmax(z, 0)", "t.softmax(odd, 0)"),
    *("t.softmax(i, 0, dtype=t.float32)", "t.softmax(f, 0, dtype=t.float64)", "f.softmax(0)"),
    *("t.softmax(t.tensor([1e4, 0.0, -1e4]), 0)", "t.log_softmax(t.tensor([1e4, 0.0, -1e4]), 0)"),
    *("t.log_softmax(t.tensor([-inf, 0.0]), 0)", "t.log_softmax(t.tensor([-inf, -inf]), 0)"),
    *("g.log_softmax(0)", "t.softmax(h, 0)"),
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_results_and_dtypes(expression) -> None:
    agree(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "t.softmax(f, 0) * f",
        "t.log_softmax(f * 1e4, 0) * d",
        "t.softmax(g, 0, dtype=t.float64)",
        "t.log_softmax(s, 0)",
        "t.softmax(t.where(b, f, -inf), 0) * f",
    ],
)
def test_gradients(expression) -> None:
    agree(expression, gradients=True)


@pytest.mark.parametrize(
    "expression", ["t.softmax(f, 1)", "t.softmax(f, -2)", "t.softmax(i, 0)", "t.log_softmax(b, 0)"]
)
def test_errors_are_pytorchs(expression) -> None:
    fail(expression)


def test_rows_sum_to_one() -> None:
    x = mg.tensor(np.random.default_rng(0).normal(size=(5, 7)) * 50)
    np.testing.assert_allclose(mg.softmax(x, 1).numpy().sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(np.exp(mg.log_softmax(x, 0).numpy()).sum(axis=0), 1, rtol=1e-12)


def test_softmin_is_softmax_of_the_opposite() -> None:
    x = mg.tensor([1.0, 2.0, 4.0])
    np.testing.assert_array_equal(mg.softmin(x, 0).numpy(), mg.softmax(-x, 0).numpy())
