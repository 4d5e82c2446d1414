"""Arithmetic: dtypes of mixed operands, numbers on either side, bools, in place, errors."""

import re

import pytest
from engines import agree, fail

import minigrad as mg

MIXED = [
    *("f + d", "f + s", "s + f", "s + i", "f * i", "i * f", "n + i", "n * u", "u + i", "b + u"),
    *("h + f", "h * 2.5", "f + k", "k + f", "n + k", "b + b", "b * b", "b + 1", "b * 2.5", "1 + b"),
    *("f + 1", "1 + f", "f - 1", "1 - f", "f * 2", "2 * f", "i + 2.5", "2.5 - i", "i * True"),
    *("f + np.float64(2)", "s + np.float64(2)", "f * np.float32(2)", "i + np.int32(1)"),
    *("u + 300", "u - 3", "u * 300", "-u", "u - u", "n * 3000000000"),
    *("z + f", "z * g.T[:0]", "f + g", "g - f", "z + 1", "+f", "-f", "-i", "abs(f)", "abs(i)"),
    *("t.add(f, f, alpha=2)", "t.sub(f, i, alpha=3)", "t.add(i, i, alpha=2)", "t.add(2, f)"),
    *("t.sub(2, f)", "t.mul(2, f)", "t.lerp(f, d.float(), 0.25)", "t.lerp(f, g, 1.0)"),
    *("t.maximum(i, f)", "t.minimum(b, i)", "t.maximum(b, c)", "t.sign(b)", "t.sign(odd)"),
    *("t.sign(u)", "t.clamp(i, 1.5)", "t.clamp(b, 0)", "t.clamp(odd, 0, 1)", "t.clamp(f, 2, 1)"),
    *("t.clamp(f, nan)", "t.clamp(f, max=d)", "t.clip(f, -1, 1)", "f.clamp(min=0)", "f.clip(0, 1)"),
    *("t.negative(f)", "t.absolute(f)", "t.multiply(f, 2)", "t.subtract(f, i)", "f.sub(1)"),
]


@pytest.mark.parametrize("expression", MIXED)
def test_results_and_dtypes(expression) -> None:
    agree(expression)


@pytest.mark.parametrize(
    "expression",
    [
        *("f + d", "f * s", "f * i + k", "b * f", "f - 1", "2 * f * g", "abs(f - s)", "f + f"),
        *("t.maximum(f, d)", "t.clamp(f, s.float(), d.float())", "t.lerp(f, g, 0.75)", "f * f * f"),
    ],
)
def test_gradients_of_mixed_operands(expression) -> None:
    agree(expression, gradients=True)


ERRORS = [
    *("b - b", "b - 1", "1 - b", "b - i", "i - b", "f - b", "f - True", "-b", "+b", "abs(b)"),
    *("f + 'a'", "'a' + f", "f + None", "None * f", "f + [1, 2]", "[1, 2] - f", "f - (1, 2)"),
    *("f * {}", "f + t.ones(3)", "g.T + t.ones(3)", "t.add(i, i, alpha=2.5)", "t.clamp(f)"),
    *("t.clamp(b, True)", "t.lerp(i, i, 0.5)", "op.iadd(i, f)", "op.imul(b, i)", "op.iadd(f, g)"),
    *("i.add_(2.5)", "b.clamp_(0)", "f.add_(t.ones(2, 2))"),
]


@pytest.mark.parametrize("expression", ERRORS)
def test_errors_are_pytorchs(expression) -> None:
    fail(expression)


def test_broadcast_error_names_shapes() -> None:
    with pytest.raises(RuntimeError, match=r"\(2, 3\) and \(4,\)"):
        mg.ones(2, 3) * mg.ones(4)


IN_PLACE = [
    *("op.iadd(f, 1)", "op.isub(f, d)", "op.imul(f, i)", "op.iadd(i, 2)", "op.isub(u, 3)"),
    *("f.add_(d)", "f.add_(f, alpha=2)", "f.sub_(1)", "f.mul_(f)", "f.neg_()", "f.abs_()"),
    *("f.clamp_(0, 1)", "f.clip_(max=0)", "f.sign_()", "i.mul_(2)", "f.lerp_(d.float(), 0.5)"),
    *("f.square_()", "f.add_(1).mul_(2)"),
]


@pytest.mark.parametrize("expression", IN_PLACE)
def test_in_place_forms_write_and_return_the_tensor(expression) -> None:
    name = re.search(r"\b[fiu]\b", expression)[0]
    agree(expression)
    agree(f"({expression}, {name})[1]")
    agree(f"({expression}) is {name}")


@pytest.mark.parametrize("expression", ["(f * 1).add_(2)", "(f * 2).mul_(f)", "(g * 1).clamp_(1)"])
def test_in_place_forms_are_recorded(expression) -> None:
    agree(expression, gradients=True)


def test_augmented_assignment_of_a_leaf_is_refused() -> None:
    x = mg.ones(2, requires_grad=True)
    with pytest.raises(RuntimeError, match="leaf"):
        x += 1


def test_add_saves_nothing_and_mul_only_what_the_other_needs() -> None:
    x, w = mg.ones(3), mg.ones(3, requires_grad=True)
    assert (x + w).grad_fn.saved == (None, ())
    product = x * w
    assert product.grad_fn.saved[0] is None
    assert product.grad_fn.saved[1][0] is x.numpy()


def test_operands_are_unchanged() -> None:
    x, y = mg.tensor([1.0, -2.0]), mg.tensor([3.0, 4.0])
    for function in (mg.add, mg.sub, mg.mul, mg.maximum, mg.minimum):
        function(x, y)
    mg.clamp(x, 0, 1), mg.abs(x), mg.sign(x), mg.lerp(x, y, 0.3)
    assert x.tolist() == [1.0, -2.0]
    assert y.tolist() == [3.0, 4.0]


def test_maximum_passes_no_infinite_gradient_to_the_smaller() -> None:
    """0 * inf would be NaN: sqrt(maximum(x, 0)) has an infinite slope where x is not chosen."""
    x = mg.tensor([-1.0, 4.0], requires_grad=True)
    mg.maximum(x, mg.zeros(2)).sqrt().sum().backward()
    assert x.grad.tolist() == [0.0, 0.25]
