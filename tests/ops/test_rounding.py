"""Rounding: halves, integers, decimals, gradients of zero."""

import pytest
from engines import agree, fail

EXPRESSIONS = [
    *("t.floor(f)", "t.ceil(f)", "t.trunc(f)", "t.round(f)", "t.frac(f)", "t.frac(h)"),
    *("t.floor(i)", "t.ceil(i)", "t.trunc(u)", "t.round(i)", "t.floor(odd)", "t.round(odd)"),
    *("t.round(t.tensor([0.5, 1.5, 2.5, -0.5]))", "t.round(f * 1.2345, decimals=2)"),
    *("t.round(f * 123.45, decimals=-1)", "f.round(decimals=1)", "f.floor()", "f.frac_()"),
    *("f.ceil_()", "f.trunc_()", "f.round_()", "f.floor_()", "i.floor_()", "t.frac(-d)"),
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_results_and_dtypes(expression) -> None:
    agree(expression)


@pytest.mark.parametrize("name", ["floor", "ceil", "trunc", "round", "frac", "sign"])
def test_gradients_are_zero_or_one_not_missing(name) -> None:
    agree(f"t.{name}(f)", gradients=True)
    agree(f"t.{name}(f) * f", gradients=True)


@pytest.mark.parametrize(
    "expression",
    ["t.floor(b)", "t.ceil(b)", "t.trunc(b)", "t.round(b)", "t.frac(i)", "t.round(i, decimals=2)"],
)
def test_errors_are_pytorchs(expression) -> None:
    fail(expression)


def test_builtin_round() -> None:
    import minigrad as mg

    assert round(mg.tensor([2.5, 1.26])).tolist() == [2.0, 1.0]
    assert round(mg.tensor([1.25, 1.26], dtype="float64"), 1).tolist() == [1.2, 1.3]
