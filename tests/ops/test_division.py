"""Division: signs, zeros, rounding modes, integers."""

import pytest
from engines import agree, fail

EXPRESSIONS = [
    *("f / d", "i / 2", "2 / i", "b / b", "i / i", "f / 0", "1 / f", "u / 3", "k / 4", "i / s"),
    *(
        "i // 2",
        "i // -2",
        "i // n.long()",
        "f // 2",
        "2 // f",
        "f // 0",
        "odd // 2",
        "f // odd[:2]",
    ),
    *("i % 2", "i % -2", "-i % 3", "f % 2", "f % -2", "2 % f", "f % 0", "odd % 2", "u % 7"),
    *("t.fmod(f, 0.7)", "t.fmod(-i, 2)", "t.fmod(f, 0)", "t.fmod(odd, 2)", "5 % i", "7 // i"),
    *("t.div(i, 2, rounding_mode='trunc')", "t.div(-i, 2, rounding_mode='trunc')"),
    *("t.div(i, -2, rounding_mode='floor')", "t.div(f, 0.7, rounding_mode='trunc')"),
    *("t.div(i, 2.5, rounding_mode='trunc')", "t.div(n, u, rounding_mode='floor')"),
    *("t.remainder(2, f)", "t.floor_divide(2, f)", "t.divide(f, 2)", "f.remainder(2)"),
    *("f.floor_divide(2)", "f.fmod(2)", "u // 3", "u // 300", "t.div(2, f)"),
    *("op.itruediv(f, 2)", "op.ifloordiv(i, 2)", "op.imod(f, 1)", "f.div_(2)", "f.fmod_(1)"),
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_results_and_dtypes(expression) -> None:
    agree(expression)


@pytest.mark.parametrize(
    "expression",
    [
        *("f / d", "1 / f", "f % 2", "f % d", "t.fmod(f, d)", "i / f", "f / s"),
        *("t.div(f, d, rounding_mode='floor')", "t.div(f, 2, rounding_mode='trunc')"),
    ],
)
def test_gradients(expression) -> None:
    agree(expression, gradients=True)


@pytest.mark.parametrize(
    "expression",
    [
        *("i // 0", "i % 0", "t.fmod(i, 0)", "i // t.tensor([2, 0])", "i % (k - k)", "b // b"),
        *("t.div(i, 0, rounding_mode='trunc')", "t.div(f, 2, rounding_mode='up')", "b % b"),
        *("f / 'a'", "f // None", "f % [1]", "op.itruediv(i, 2)", "'%s' / f"),
    ],
)
def test_errors_are_pytorchs(expression) -> None:
    fail(expression)
