"""Running sums, products, extrema; differences, slopes and areas."""

import numpy as np
import pytest
import torch
from engines import agree, fail

import minigrad as mg

FORMS = [
    *(
        "t.cummax(odd, 0)",
        "t.cummin(odd, 0)",
        "t.cummax(b, 0)",
        "t.cummin(h, -1)",
        "t.cummax(s, 0)",
    ),
    *("t.cummax(z, 0)", "t.cummin(x, 1)", "x.cummax(axis=2)", "t.cummax(u, 0)", "f.cummin(dim=0)"),
    *("t.logcumsumexp(f, 0)", "t.logcumsumexp(h, 0)", "t.logcumsumexp(odd[2:], 0)"),
    *(
        "t.logcumsumexp(odd, 0)",
        "t.logcumsumexp(z, 0)",
        "t.logcumsumexp(s, -1)",
        "x.logcumsumexp(1)",
    ),
    *("t.cumsum(i, 0, dtype=t.float64)", "t.cumprod(b, 0, dtype=t.int32)", "n.clone().cumsum_(0)"),
    *(
        "n.clone().cumprod_(dim=0)",
        "f.clone().cumsum_(0, dtype=t.float32)",
        "x.clone().cumsum_(axis=1)",
    ),
    *("t.diff(b)", "t.diff(u)", "t.diff(x, 2)", "t.diff(x, 0)", "t.diff(x, 5)", "t.diff(b, 2)"),
    *("t.diff(x, 1, 0, x[:1], x)", "t.diff(f, prepend=i)", "t.diff(b, append=b)", "x.diff(dim=1)"),
    *("t.gradient(x)", "t.gradient(x[:, :, ::2], spacing=2)", "t.gradient(i)", "t.gradient(h)"),
    *("t.gradient(m, spacing=[2, 0.5])", "t.gradient(m, dim=(1, 0))", "t.gradient(m, dim=())"),
    *("t.gradient(m * m, dim=1, edge_order=2)", "t.gradient(m, spacing=(m[:, 0], v * v))"),
    *("t.trapezoid(m)", "t.trapezoid(m, dim=0)", "t.trapezoid(m, dx=2.5)", "t.trapezoid(m, v * v)"),
    *("t.trapezoid(m, m * m)", "t.trapezoid(i)", "t.trapezoid(u)", "t.trapezoid(h)", "t.trapz(m)"),
    *("t.trapezoid(z, dim=0)", "t.trapezoid(z)", "t.trapezoid(m[:, :1])"),
    *(
        "t.cumulative_trapezoid(m, v)",
        "t.cumulative_trapezoid(i)",
        "t.cumulative_trapezoid(z, dim=0)",
    ),
    *(
        "t.aminmax(odd)",
        "t.aminmax(x, dim=1)",
        "t.aminmax(x, dim=-1, keepdim=True)",
        "t.aminmax(b)",
    ),
    *("t.aminmax(x, keepdim=True)", "t.aminmax(s, dim=0)", "t.aminmax(z, dim=1)", "u.aminmax()"),
    *("t.all(odd, ())", "t.any(x, [])", "t.all(u, dim=())", "t.any(z, ())"),
]


@pytest.mark.parametrize("expression", FORMS)
def test_forms_and_dtypes(expression: str) -> None:
    agree(expression)


@pytest.mark.parametrize(
    "expression",
    [
        *("t.cummax(x * 0, 1)[0]", "t.cummin(odd, 0)[0]", "t.logcumsumexp(x * 30, 2)"),
        *("t.logcumsumexp(odd[2:], 0)", "t.diff(x, 2, 1)", "t.diff(f, prepend=d, append=f)"),
        *(
            "t.gradient(m * m, dim=1, edge_order=2)[0]",
            "t.gradient(m, spacing=(m[:, 0], v * 2))[1]",
        ),
        *("t.trapezoid(m, v * v)", "t.cumulative_trapezoid(m, dx=2)", "t.aminmax(x * 0).max"),
        *(
            "t.aminmax(x, dim=1)[0]",
            "f.clone().cumsum_(0)",
            "s.clone().cumprod_(0)",
            "t.cumprod(m, 1)",
            "t.cumprod(m * 0, 1)",
        ),
    ],
)
def test_gradients(expression: str) -> None:
    agree(expression, gradients=True)


@pytest.mark.parametrize(
    "expression",
    [
        *("t.cummax(f, 2)", "t.cummax(f)", "t.cummin(f, 1.5)", "t.logcumsumexp(i, 0)"),
        *("t.logcumsumexp(f, 1)", "t.cumsum(f, 0, dtype=t.bool)", "b.clone().cumsum_(0)"),
        *("n.clone().cumsum_(0, dtype=t.int64)", "f.clone().cumprod_(0, dtype=t.float64)"),
        *("t.cumsum(f, True)", "t.sum(f, True)", "t.prod(f, keepdim=True)", "t.argmax(f, False)"),
        *("t.diff(s)", "t.diff(x, -1)", "t.diff(x, 1, 3)", "t.diff(x, prepend=f)"),
        *("t.gradient(u)", "t.gradient(b)", "t.gradient(f[:1])", "t.gradient(f, edge_order=2)"),
        *("t.gradient(m, spacing=[2.0])", "t.gradient(m, spacing=v)", "t.gradient(m, dim=(1, 1))"),
        *(
            "t.trapezoid(b)",
            "t.trapezoid(m, v[:2])",
            "t.trapezoid(m, m, dx=1)",
            "t.trapezoid(2)",
            "t.trapezoid(s)",
            "t.cumulative_trapezoid(s)",
        ),
        *("t.aminmax(z)", "t.aminmax(z, dim=0)", "t.aminmax(x, 0)", "t.aminmax(x, dim=3)"),
        *("t.norm(f, dtype=t.int64)", "t.norm(f, dtype=t.float16)", "t.nanmean(f, dtype=t.int64)"),
    ],
)
def test_refusals(expression: str) -> None:
    fail(expression)


def test_results_are_named() -> None:
    x = mg.tensor([2.0, 1.0])
    assert mg.cummax(x, 0).indices.tolist() == [0, 0]
    assert mg.aminmax(x).min.item() == 1
    assert mg.frexp(x).exponent.tolist() == [2, 1]
    assert repr(mg.aminmax(x)) == "return_types.aminmax(\nmin=tensor(1.),\nmax=tensor(2.))"


def test_logcumsumexp_neither_overflows_nor_loses_small_terms() -> None:
    values = [1000.0, -1000.0, 1000.0, 2000.0, -2000.0]
    ours, theirs = (e.tensor(values, dtype=e.float64, requires_grad=True) for e in (mg, torch))
    for engine, x in ((mg, ours), (torch, theirs)):
        (engine.logcumsumexp(x, 0) * engine.tensor([1.0, 2, 3, 4, 5])).sum().backward()
    np.testing.assert_allclose(ours.grad.numpy(), theirs.grad.numpy(), rtol=1e-12)


def test_slopes_of_a_parabola_are_exact_on_an_uneven_grid() -> None:
    at = mg.tensor([0.0, 0.5, 2.0, 2.25, 4.0], dtype=mg.float64)
    (slopes,) = mg.gradient(3 * at * at - at, spacing=[at], edge_order=2)
    np.testing.assert_allclose(slopes.numpy(), (6 * at - 1).numpy(), rtol=1e-12)
