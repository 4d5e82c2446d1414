"""Special functions: derivatives that PyTorch lacks, values it gets wrong, refusals."""

import sys

import numpy as np
import pytest
from engines import agree, fail

import minigrad as mg

POINTS = np.array([-2.9, -1.3, -0.4, 0.3, 1.1, 2.6])
ABOVE = np.array([0.2, 0.7, 1.5, 3.2])

DERIVATIVES = {
    "airy_ai": POINTS,
    "bessel_j0": POINTS,
    "bessel_j1": POINTS,
    "bessel_y0": ABOVE,
    "bessel_y1": ABOVE,
    "modified_bessel_i0": POINTS,
    "modified_bessel_i1": POINTS,
    "modified_bessel_k0": ABOVE,
    "modified_bessel_k1": ABOVE,
    "scaled_modified_bessel_k0": ABOVE,
    "scaled_modified_bessel_k1": ABOVE,
    # On both sides of 0.1, where the derivative changes from its series to the quotient.
    "spherical_bessel_j0": np.array([-2.0, -0.11, -0.09, 0.02, 0.0999, 0.1001, 1.4]),
}


def slope(function, points: np.ndarray) -> np.ndarray:
    """Central differences of fourth order."""
    h = 1e-3
    far = function(points + 2 * h) - function(points - 2 * h)
    return (8 * (function(points + h) - function(points - h)) - far) / (12 * h)


@pytest.mark.parametrize("name", DERIVATIVES)
def test_derivatives_agree_with_finite_differences(name: str) -> None:
    function, points = getattr(mg.special, name), DERIVATIVES[name]

    def first(values: np.ndarray) -> np.ndarray:
        x = mg.tensor(values, requires_grad=True)
        function(x).sum().backward()
        return x.grad.numpy()

    x = mg.tensor(points, requires_grad=True)
    (gradient,) = mg.autograd.grad(function(x).sum(), x, create_graph=True)
    (second,) = mg.autograd.grad(gradient.sum(), x)
    values = slope(lambda p: function(mg.tensor(p)).numpy(), points)
    np.testing.assert_allclose(gradient.detach().numpy(), values, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(second.numpy(), slope(first, points), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(
    ("name", "x", "value"),  # to 15 digits, by arithmetic of 50
    [
        ("airy_ai", -2.09375, 0.167592387437079),
        ("bessel_j0", 4.03125, -0.394900907628108),
        ("bessel_j1", 4.328125, -0.18083096964077),
        ("bessel_y0", 3.8125, 0.0593304091269529),
    ],
)
def test_values_where_pytorch_is_inaccurate(name: str, x: float, value: float) -> None:
    found = getattr(mg.special, name)(mg.tensor(x, dtype=mg.float64)).item()
    assert found == pytest.approx(value, rel=1e-13)


def test_derivatives_at_zero() -> None:
    # J1' = I1' = 1/2 at 0, where the formula divides by 0.
    for function in (mg.special.bessel_j1, mg.special.i1, mg.special.i1e):
        x = mg.zeros(1, dtype=mg.float64, requires_grad=True)
        function(x).backward()
        assert x.grad.item() == 0.5


@pytest.mark.parametrize(
    "expression",
    [
        "t.lgamma(i)",
        "t.digamma(t.tensor([0.0, -0.0, -1.0, -2.0, inf]))",
        "t.lgamma(t.tensor([0.0, -1.0, inf, -inf, nan]))",
        "t.erfinv(t.tensor([-1.0, 1.0, 1.5, 0.0]))",
        "t.special.ndtri(t.tensor([0.0, 1.0, 1.5]))",
        "t.special.entr(odd)",
        "t.special.entr(t.tensor([0.0]))",
        "t.special.xlog1py(t.tensor([0.0, 0.0, 2.0]), t.tensor([-1.0, nan, -1.0]))",
        "t.special.xlog1py(2, f)",
        "t.special.xlog1py(f, 2)",
        "t.special.zeta(f.abs() + 1, 2)",
        "t.special.zeta(3.0, f.abs())",
        "t.special.expit(i)",
        "t.special.log_ndtr(f)",
        "t.special.i0e(odd)",
        "t.igamma(f.abs(), f.abs())",
        "f.abs().igammac(f.abs())",
        "f.abs().lgamma_()",
        "t.mvlgamma(f.abs() + 2, 2)",
        "(f.abs() + 2).mvlgamma(p=2)",
        "f.abs().polygamma(1)",
        "t.polygamma(0, x + 2)",
        "t.i0(b)",
        "t.special.chebyshev_polynomial_t(f, 3)",
        "t.special.legendre_polynomial_p(0.5, i)",
        "t.special.hermite_polynomial_h(f, i)",
    ],
)
def test_agrees_with_pytorch(expression: str) -> None:
    agree(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "t.polygamma(-1, f)",
        "t.mvlgamma(f, 0)",
        "t.special.zeta(f.double().requires_grad_(), 2.0).sum().backward()",
        "t.igamma(f.abs().requires_grad_(), f).sum().backward()",
        "t.igammac(f.abs().requires_grad_(), f).sum().backward()",
    ],
)
def test_refuses_what_pytorch_refuses(expression: str) -> None:
    fail(expression)


def test_without_scipy_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.special", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'minigrad\[special\]'"):
        mg.lgamma(mg.ones(2))
    assert mg.special.erf(mg.zeros(1)).item() == 0.0  # needs none
