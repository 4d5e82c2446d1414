"""Comparisons, logic and where: dtypes, None, NaN, errors."""

import numpy as np
import pytest
from engines import agree, fail

import minigrad as mg

EXPRESSIONS = [
    *("f == d", "f != 1.5", "f < i", "f <= s", "1 > f", "2 >= i", "i == True", "b == 1", "h > f"),
    *("u == -1", "u > 300", "u < 1000", "f == g", "odd == odd", "odd < 0", "s == s", "k != 2"),
    *("f == t.tensor([1.5, -2.0], dtype=t.float64)", "t.tensor([0.1]) == s * 0 + 0.1", "z == z"),
    *("i & 2", "2 & i", "i | n", "i ^ i", "~i", "~b", "b & c", "b | True", "b ^ c", "b & i", "~u"),
    *("op.iand(b, c)", "op.ior(i, 1)", "op.ixor(i, k)", "b.logical_not_()", "i.bitwise_and_(2)"),
    *("t.isnan(odd)", "t.isinf(odd)", "t.isfinite(odd)", "t.isnan(i)", "t.isfinite(b)"),
    *("t.logical_and(f, i)", "t.logical_or(b, c)", "t.logical_xor(f, b)", "t.logical_not(odd)"),
    *("t.where(b, f, d)", "t.where(b, 1, 2)", "t.where(b, 1.0, 2)", "t.where(b, True, False)"),
    *("t.where(b, i, 2.5)", "t.where(b, f, s)", "t.where(b, i, f)", "t.where(g > 1, f, 0)"),
    *("t.where(b)[0]", "t.where(g > 1)[1]", "f.where(b, 0)", "t.where(f > 0, f, g)"),
    *("t.nan_to_num(odd)", "t.nan_to_num(odd, 1, 2, 3)", "t.nan_to_num(i)", "t.nan_to_num(h)"),
    *("t.isclose(f, f + 1e-7)", "t.isclose(odd, odd)", "t.isclose(odd, odd, equal_nan=True)"),
    *("t.isclose(i, i + 1)", "t.isclose(i, i + 1, atol=1)", "t.isclose(b, c)", "t.allclose(f, f)"),
    *("t.allclose(f, f + 1)", "t.equal(f, f.double())", "t.equal(f, g)", "t.equal(odd, odd)"),
    *("f.eq(1.5)", "f.ge(d)", "t.gt(f, 1)", "f.isclose(f)", "f.allclose(f)", "f.equal(f)"),
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_results_and_dtypes(expression) -> None:
    agree(expression)


@pytest.mark.parametrize(
    "expression",
    [
        *("t.where(b, f, d)", "t.where(b, f, 2)", "t.where(g > 1, f, g)", "t.nan_to_num(odd)"),
        "t.where(f > 0, t.sqrt(f), s)",
    ],
)
def test_gradients(expression) -> None:
    agree(expression, gradients=True)


@pytest.mark.parametrize(
    "expression", ["f == None", "f != None", "f == 'a'", "f == [1, 2]", "None == f"]
)
def test_what_is_no_number_is_merely_unequal(expression) -> None:
    agree(expression)


@pytest.mark.parametrize(
    "expression",
    [
        *("f < None", "f >= 'a'", "f > [1]", "~f", "f & f", "i | 2.0", "f ^ 1", "i & 'a'"),
        *("t.where(f, f, f)", "t.where(b, f)", "t.where(True, f, f)", "t.isclose(f, d)"),
        *("t.allclose(f, i)", "t.isclose(f, f, rtol=-1)", "t.equal(f, 2)", "bool(f == f)"),
        *("t.where(b, f, 'a')", "op.iand(b, i)"),
    ],
)
def test_errors_are_pytorchs(expression) -> None:
    fail(expression)


def test_tensors_hash_by_identity() -> None:
    x, y = mg.ones(2), mg.ones(2)
    assert {x: 1, y: 2}[y] == 2
    assert any(item is y for item in [x, y])


def test_comparisons_are_not_recorded() -> None:
    x = mg.ones(2, requires_grad=True)
    for result in (x == 1, x < x, mg.isnan(x), mg.isclose(x, x), mg.logical_not(x)):
        assert result.dtype == np.bool_
        assert not result.requires_grad


def test_where_gives_the_other_branch_exactly_zero() -> None:
    """The gradient of what was not chosen is 0 even where the incoming one is infinite."""
    x = mg.tensor([-1.0, 4.0], requires_grad=True)
    mg.where(x > 0, x, 0).sqrt().sum().backward()
    assert x.grad.tolist() == [0.0, 0.25]
