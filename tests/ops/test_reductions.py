"""Reductions and scans: forms of the call, dtypes, empty tensors, errors, awkward points."""

import numpy as np
import pytest
import torch
from engines import agree, fail, inf, nan

import minigrad as mg

FORMS = [
    *("f.sum()", "g.sum(0)", "g.sum(-1, True)", "g.sum((0, 1))", "g.sum([0])", "g.sum(dim=())"),
    *(
        "g.sum(axis=0, keepdims=True)",
        "t.sum(i)",
        "t.sum(b)",
        "t.sum(u)",
        "t.sum(n, dtype=t.int32)",
    ),
    *("t.sum(b, dtype=t.float64)", "t.sum(f, dtype=t.int64)", "t.sum(s, 0)", "t.sum(s, -1, True)"),
    *("g.mean()", "g.mean(0)", "g.mean(axis=1, keepdims=True)", "t.mean(i, dtype=t.float64)"),
    *("z.mean()", "z.mean(0)", "z.mean(1)", "z.sum(0)", "t.prod(z, 0)", "t.prod(z)", "t.prod(b)"),
    *("t.prod(i)", "t.prod(g, 1, True)", "t.prod(s, 0)", "t.prod(f, dtype=t.float64)"),
    *(
        "t.var(d)",
        "t.var(d, 0)",
        "t.var(d, 0, False)",
        "t.var(d, False)",
        "t.var(d, unbiased=True)",
    ),
    *("t.var(d, 0, False, True)", "t.var(d, dim=0, correction=0, keepdim=True)", "t.std(d, False)"),
    *("t.var(d, dim=None, correction=0.5)", "t.var(d, correction=None)", "d.std(axis=0)"),
    *("t.var_mean(d)[0]", "t.var_mean(d, 0)[1]", "t.std_mean(d, False)[0]"),
    *("t.var_mean(d, 0, True, True)[1]", "t.std_mean(d, dim=0, correction=0, keepdim=True)[1]"),
    *("t.logsumexp(i, 0)", "t.logsumexp(z, 0)", "t.logsumexp(z, 1)", "t.logsumexp(z, (0, 1))"),
    *("t.logsumexp(odd, 0)", "t.logsumexp(odd[2:3], 0)", "t.logsumexp(odd[1:3], 0)"),
    *("t.nansum(odd)", "t.nansum(odd[:1])", "t.nansum(i)", "t.nanmean(odd)", "t.nanmean(odd[:1])"),
    *(
        "t.nanmean(odd[3:], 0, True)",
        "t.nanmean(odd[[0, 3, 4]])",
        "t.nansum(odd, 0, dtype=t.float64)",
    ),
    *("t.all(b)", "t.any(b)", "t.all(f)", "t.all(odd)", "t.any(c)", "t.all(u)", "t.any(z)"),
    *("t.all(z)", "t.all(g, 0)", "t.any(g, (0, 1), True)", "t.all(u, 0)", "b.any(axis=0)"),
    *("t.count_nonzero(odd)", "t.count_nonzero(i, 0)", "t.count_nonzero(g, (0, 1))"),
    *(
        "t.cumsum(i, 0)",
        "t.cumsum(n, 0)",
        "t.cumsum(b, 0)",
        "t.cumsum(s, 0)",
        "t.cumsum(g, axis=0)",
    ),
    *("t.cumprod(b, 0)", "t.cumprod(s, -1)", "t.cumprod(f, 0, dtype=t.float64)", "t.cumsum(z, 0)"),
    *("t.cumprod(odd, 0)", "f.clone().cumsum_(0)", "f.clone().cumprod_(0)"),
]


@pytest.mark.parametrize("expression", FORMS)
def test_forms_and_dtypes(expression) -> None:
    agree(expression)


@pytest.mark.filterwarnings("ignore:.*degrees of freedom")
@pytest.mark.parametrize(
    "expression",
    [
        *("t.var(f[:1])", "t.std(f[:1])", "t.var(z)", "t.var(z, 0)", "t.var(f, correction=2)"),
        *("t.var(f, correction=3)", "t.var(s)"),
    ],
)
def test_without_degrees_of_freedom(expression) -> None:
    agree(expression)


ERRORS = [
    *("t.sum(f, 1)", "t.sum(g, (0, -2))", "t.sum(f, 1.0)", "t.sum(s, 1)", "t.mean(i)", "t.mean(b)"),
    *("t.mean(f, dtype=t.int64)", "t.prod(g, (0, 1))", "t.prod(f, 2)", "t.var(i)", "t.std(b)"),
    *("t.var(f, 0, correction=1, unbiased=True)", "t.logsumexp(f, None)", "t.logsumexp(f, 3)"),
    *("t.logsumexp(f)", "t.cumsum(f)", "t.cumsum(f, (0,))", "t.cumsum(s, 1)", "t.cumprod(g, 2)"),
    *("t.nanmean(i)", "t.count_nonzero(f, 1)", "t.all(f, 2)"),
]


@pytest.mark.parametrize("expression", ERRORS)
def test_errors_are_pytorchs(expression) -> None:
    fail(expression)


@pytest.mark.parametrize(
    "expression",
    [
        *("t.sum(f, dtype=t.float64)", "t.mean(h, dtype=t.float32)", "t.prod(f, dtype=t.float64)"),
        *("t.cumsum(f, 0, dtype=t.float64)", "t.cumprod(f, 0, dtype=t.float64)", "t.prod(s, 0)"),
        *("t.nansum(odd)", "t.nanmean(odd)", "t.logsumexp(odd, 0)", "t.logsumexp(odd[2:3], 0)"),
    ],
)
def test_gradients(expression) -> None:
    agree(expression, gradients=True)


@pytest.mark.parametrize("row", [[0.0, 3, 4], [0, 0, 4], [0, 0, 0], [2, 3, 4], [2, 0, 0, 5], [7]])
@pytest.mark.parametrize("name", ["prod", "cumprod"])
def test_products_with_zeros_have_exact_derivatives_up_to_the_third(name, row) -> None:
    rng = np.random.default_rng(len(row))
    weights = [rng.uniform(0.5, 1.5, len(row)) for _ in range(3)]

    def derivatives(engine):
        x = engine.tensor(row, dtype=engine.float64, requires_grad=True)
        out = engine.cumprod(x, 0) if name == "cumprod" else engine.prod(x)
        y = (out * engine.tensor(weights[0])).sum()
        found = []
        for order in range(3):
            (g,) = engine.autograd.grad(y, x, create_graph=True)
            found.append(g.detach().numpy())
            y = (g * engine.tensor(weights[order])).sum()
            if not y.requires_grad:
                break
        return found

    for ours, theirs in zip(derivatives(mg), derivatives(torch), strict=False):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


def test_long_cumulative_product_does_not_lose_what_division_would() -> None:
    # out / x, the fast rule of others, is 0 / 1e-200 here once the product has underflowed.
    x = mg.tensor([1e-200, 1e-200, 1e200, 1e200], dtype=mg.float64, requires_grad=True)
    mg.cumprod(x, 0).sum().backward()
    # d/dx0 of x0 + x0 x1 + x0 x1 x2 + x0 x1 x2 x3, by hand
    np.testing.assert_allclose(x.grad.numpy()[0], 1 + 1e-200 + 1.0 + 1e200, rtol=1e-12)


def test_recurrence_takes_log_many_passes_and_is_right_for_any_length() -> None:
    for n in (1, 2, 3, 5, 8, 13, 64, 100):
        rng = np.random.default_rng(n)
        a, b = rng.uniform(-1, 1, (2, n, 3))
        expected, r = [], np.zeros(3)
        for k in range(n):
            r = a[k] * r + b[k]
            expected.append(r)
        found = mg.ops.reducing.scans.recurrence(a, b, dim=0, reverse=False)
        np.testing.assert_allclose(found, expected, rtol=1e-12)
        backwards = mg.ops.reducing.scans.recurrence(a[::-1], b[::-1], dim=0, reverse=True)
        np.testing.assert_allclose(backwards[::-1], expected, rtol=1e-12)


def test_variance_is_not_computed_from_squares() -> None:
    # E[x^2] - E[x]^2 would lose all digits.
    x = mg.tensor([1e8, 1e8 + 1, 1e8 + 2], dtype=mg.float64)
    assert mg.var(x).item() == pytest.approx(1.0, rel=1e-12)


def test_saved_memory_is_what_rules_name() -> None:
    x = mg.ones(3, requires_grad=True)
    assert x.sum().grad_fn.saved == (((3,), (0,), False),)
    node = x.mean().grad_fn
    assert all(not isinstance(value, np.ndarray) for value in node.saved[0])


def test_logsumexp_does_not_overflow() -> None:
    assert mg.logsumexp(mg.tensor([1000.0, 1000.0]), 0).item() == pytest.approx(1000 + np.log(2))
    assert mg.logsumexp(mg.tensor([-inf, 3.0]), 0).item() == 3
    assert np.isnan(mg.logsumexp(mg.tensor([nan, 3.0]), 0).item())


@pytest.mark.parametrize("name", ["var", "std"])
def test_moments_of_float16_do_not_overflow_inside(name) -> None:
    agree(f"t.{name}(t.tensor([300.0, -100.0, 20.0]).half())")
