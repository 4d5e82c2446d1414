"""Norms: orders, dimensions, empty tensors, errors; derivatives are in the specs and the kinks."""

import pytest
from engines import agree, fail

FORMS = [
    *(
        "t.norm(f)",
        "t.norm(g, 2, 0)",
        "t.norm(g, 1, (0, 1), True)",
        "t.norm(g, dim=1, keepdim=True)",
    ),
    *("t.norm(g, 'fro', (0, 1))", "t.norm(f, inf)", "t.norm(f, -inf, 0)", "t.norm(odd, 0)"),
    *("t.norm(f, 3)", "t.norm(f, 2.5)", "t.norm(f, 0.5)", "t.norm(f, -1)", "f.norm(p=1, dim=0)"),
    *(
        "t.norm(f, dtype=t.float64)",
        "t.norm(z)",
        "t.norm(z, 1, 0)",
        "t.norm(z, inf, 1)",
        "t.norm(s)",
    ),
    *("t.norm(f, p=None)", "t.norm(g, dim=[])"),
    *("t.dist(f, g)", "t.dist(f, f)", "t.dist(f, g, 1)", "f.dist(d.float(), inf)", "t.dist(f, d)"),
]


@pytest.mark.parametrize("expression", FORMS)
def test_forms_and_dtypes(expression) -> None:
    agree(expression)


ERRORS = [
    *("t.norm(i)", "t.norm(b, 1)", "t.norm(f, 'abc')", "t.norm(z, inf)", "t.norm(z, -1, 0)"),
    *("t.norm(f, 2, 1)", "t.norm(t.ones(1, 1, 1), 'fro', (0, 1, 2))", "t.dist(i, i)"),
    *("t.dist(f, t.ones(3))", "t.norm(f, 2, (0, 0))", "t.norm(g, axis=0, keepdims=True)"),
]


@pytest.mark.parametrize("expression", ERRORS)
def test_errors_are_pytorchs(expression) -> None:
    fail(expression)


@pytest.mark.parametrize("expression", ["t.norm(f, dtype=t.float64)", "t.dist(f, d)", "t.norm(s)"])
def test_gradients(expression) -> None:
    agree(expression, gradients=True)


@pytest.mark.parametrize("order", ["2", "3", "0.5", "1"])
def test_float16_does_not_overflow_inside(order) -> None:
    agree(f"t.norm(t.tensor([300.0, -400.0, 20.0]).half(), {order})")
