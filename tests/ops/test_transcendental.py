"""Exponentials, logarithms and their like at the ends of their domains."""

import math
import subprocess
import sys

import numpy as np
import pytest
from engines import agree, fail

import minigrad as mg
from minigrad.backend import special

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


# --- the error functions --------------------------------------------------------------------


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
