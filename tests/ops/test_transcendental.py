"""Exponentials, logarithms and their like at the ends of their domains."""

import subprocess
import sys

import numpy as np
import pytest
from engines import agree, fail

import minigrad as mg

UNARY = [
    *(
        "exp",
        "exp2",
        "expm1",
        "log",
        "log2",
        "log10",
        "log1p",
        "sqrt",
        "rsqrt",
        "sin",
        "cos",
        "tan",
    ),
    *("asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "sigmoid"),
    *("erf", "erfc"),
]


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("operand", ["i", "b", "u", "odd", "d", "s", "z", "(g * 0)"])
def test_dtypes_and_special_values(name, operand) -> None:
    agree(f"t.{name}({operand})")
    agree(f"{operand}.{name}()")


@pytest.mark.parametrize("name", UNARY)
def test_in_place_forms(name) -> None:
    agree(f"(f, f.{name}_())[0]")


@pytest.mark.parametrize(
    "expression",
    [
        *(
            "t.sqrt(f - f)",
            "t.log(f - f)",
            "t.rsqrt(f - f)",
            "t.sigmoid(t.tensor([-800.0, 800]) * f)",
        ),
        *("t.sigmoid(t.tensor([-800.0, 800]) + f)", "t.tanh(f * 1000)", "t.exp(f * 1000)"),
        *(
            "t.logaddexp(f * 1000, d * 1000)",
            "t.xlogy(f - f, f - f)",
            "t.xlogy(f, 2)",
            "t.erf(f * 9)",
        ),
        *(
            "t.xlogy(2, g)",
            "t.xlogy(0, f - f)",
            "t.atan2(f, d)",
            "t.atan2(f, f - f)",
            "t.erfc(f * 9)",
        ),
    ],
)
def test_gradients_at_extremes(expression) -> None:
    agree(expression, gradients=True)


@pytest.mark.parametrize(
    "expression",
    [
        *(
            "t.atan2(i, i)",
            "t.atan2(f, i)",
            "t.xlogy(i, i)",
            "t.xlogy(f - f, odd[:2])",
            "t.xlogy(f, 0)",
        ),
        *("t.logaddexp(odd, -odd)", "t.logaddexp(odd, odd)", "f.logaddexp(d)", "f.xlogy_(d)"),
        *("f.atan2_(d)", "t.xlogy(f, 2.0)", "t.sigmoid(t.tensor([-800.0, -90, 800]))"),
    ],
)
def test_binary_results(expression) -> None:
    agree(expression)


@pytest.mark.parametrize(
    "expression", ["t.logaddexp(i, i)", "i.exp_()", "b.sigmoid_()", "t.atan2(f, 'a')"]
)
def test_errors_are_pytorchs(expression) -> None:
    fail(expression)


def test_sigmoid_is_stable() -> None:
    x = mg.tensor([-800.0, -100.0, 0.0, 100.0, 800.0], dtype="float64", requires_grad=True)
    y = mg.sigmoid(x)
    y.sum().backward()
    assert y.tolist() == pytest.approx([0, 3.720075976020836e-44, 0.5, 1, 1], rel=1e-14)
    assert np.isfinite(x.grad.numpy()).all()


def test_nothing_warns() -> None:
    """In a process of its own: pytest replaces the filter that the package sets."""
    program = f"""
import minigrad as mg
x = mg.tensor([0.0, -1.0, 1e30, float("inf"), float("nan")], requires_grad=True)
for name in {UNARY}:
    getattr(mg, name)(x).backward(mg.ones(5))
(x / 0 - x * x * x).backward(mg.ones(5))
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)
