"""Powers: small exponents by multiplication, integers, kinks, errors."""

import numpy as np
import pytest
from engines import agree, fail

import minigrad as mg

EXPRESSIONS = [
    *(
        "f ** 2",
        "f ** 3",
        "f ** 2.0",
        "f ** -1",
        "f ** -2",
        "f ** 0",
        "f ** 1",
        "f ** 7",
        "f ** 0.5",
    ),
    *("d ** 1.7", "d ** -0.5", "d ** 33", "i ** 2", "i ** 0", "i ** 0.5", "i ** 2.0", "b ** 2"),
    *("u ** 2", "n ** 5", "2 ** f", "2 ** i.abs()", "0.5 ** i", "2.0 ** b", "(-2) ** f", "2 ** b"),
    *("d ** i", "i ** d", "i ** n", "n ** k", "b ** i.abs()", "h ** 2", "k ** f", "odd ** 2"),
    *(
        "odd ** 0",
        "odd ** 0.5",
        "odd ** -1",
        "t.tensor([1, -1, 2, 0]) ** t.tensor([-1, -3, -1, -1])",
    ),
    *("t.tensor([-1, 3]) ** t.tensor([-2, 2])", "t.square(b)", "t.square(i)", "t.square(f)"),
    *("t.reciprocal(i)", "t.reciprocal(b)", "t.reciprocal(f)", "t.pow(2, f)", "f.pow(2)", "s ** 2"),
    *("op.ipow(f, 2)", "f.pow_(3)", "f.reciprocal_()", "i ** True", "f ** np.float64(2)"),
]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_results_and_dtypes(expression) -> None:
    agree(expression)


@pytest.mark.parametrize(
    "expression",
    [
        *(
            "f ** 2",
            "f ** 3",
            "f ** 0",
            "f ** -1",
            "d ** d",
            "2 ** f",
            "d ** i",
            "0 ** d",
            "k ** f",
        ),
        *("g ** d", "d ** 0.5", "(f - f) ** 0.5", "(f - f) ** f.abs()"),
    ],
)
def test_gradients(expression) -> None:
    agree(expression, gradients=True)


@pytest.mark.parametrize(
    "expression", ["i ** -1", "b ** b", "f ** 'a'", "f ** [2]", "op.ipow(i, 0.5)"]
)
def test_errors_are_pytorchs(expression) -> None:
    fail(expression)


def test_negative_integer_exponent_is_named() -> None:
    with pytest.raises(RuntimeError, match="-3"):
        mg.tensor([2]) ** -3


@pytest.mark.parametrize("exponent", [*range(-32, 33), 2.0, -3.0])
def test_multiplied_powers_are_as_accurate_as_pow(exponent) -> None:
    x = np.linspace(0.5, 1.5, 101)
    found = (mg.tensor(x) ** exponent).numpy()
    np.testing.assert_allclose(found, np.power(x, float(exponent)), rtol=2e-15)


def test_small_integer_exponents_do_not_call_power(monkeypatch) -> None:
    def power(*args):
        raise AssertionError("np.power is slow")

    monkeypatch.setattr(np, "power", power)
    x = mg.tensor([2.0], requires_grad=True)
    total = x**2 + x**3 + x**-1 + x**0.5 + x**1 + x**0
    total.backward()
