"""Specs of the special functions: ``minigrad.special``."""

import math
from typing import Any

import numpy as np
import scipy.special  # type: ignore[import-untyped]
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import broadcastable, integers, positive, reals, shapes

OURS, THEIRS = mg.special, torch.special


def plain(*args: Any, **options: Any) -> Any:
    """Cases whose operands require no gradient: PyTorch has no derivative."""
    return case(*args, constants=tuple(range(len(args))), **options)


# --- of one number --------------------------------------------------------------------------------

INSIDE = reals(low=-0.95, high=0.95)
UNARY = {
    "entr": positive(),
    "erfcx": reals(),
    "erfinv": INSIDE,
    "gammaln": reals(low=-2.7, high=5.0, away_from=(0.0, -1.0, -2.0), margin=0.1),
    "digamma": reals(low=-2.7, high=5.0, away_from=(0.0, -1.0, -2.0), margin=0.1),
    "i0": reals(),
    "i0e": reals(away_from=(0.0,)),
    "i1": reals(away_from=(0.0,)),
    "i1e": reals(away_from=(0.0,)),
    "log_ndtr": reals(low=-8.0, high=4.0),
    "ndtr": reals(low=-4.0, high=4.0),
    "ndtri": reals(low=0.05, high=0.95),
}
for _name, _values in UNARY.items():
    # Two sets of approximations, 1e-13 apart in values; derivatives multiply that.
    register(
        f"special.{_name}",
        getattr(OURS, _name),
        getattr(THEIRS, _name),
        case(st.one_of(_values, integers(low=1, high=1) if _name == "entr" else _values)),
        tier=3,
        rtol=1e-9,
    )

# PyTorch's Airy function is 3e-6 off below -2.09, its J and Y 1e-10 to 1e-6 off from 3 to 5.
VALUES = {
    "airy_ai": reals(low=-2.0, high=5.0),
    "bessel_j0": reals(low=-2.5, high=2.5),
    "bessel_j1": reals(low=-2.5, high=2.5),
    "bessel_y0": positive(high=2.5),
    "bessel_y1": positive(high=2.5),
    "modified_bessel_i0": reals(),
    "modified_bessel_i1": reals(),
    "modified_bessel_k0": positive(),
    "modified_bessel_k1": positive(),
    "scaled_modified_bessel_k0": positive(),
    "scaled_modified_bessel_k1": positive(),
    "spherical_bessel_j0": reals(),
}
for _name, _values in VALUES.items():
    register(
        f"special.{_name}",
        getattr(OURS, _name),
        getattr(THEIRS, _name),
        plain(_values),
        tier=3,
        rtol=1e-9,
    )

# --- derivatives that PyTorch lacks ---------------------------------------------------------------


class Derivative(torch.autograd.Function):
    """The n-th derivative of a function, given as ``f(x, n)``, whose own is the next."""

    @staticmethod
    def forward(ctx: Any, x: Any, f: Any, n: int) -> Any:  # noqa: D102
        ctx.save_for_backward(x)
        ctx.rest = f, n
        return torch.as_tensor(f(x.detach().numpy(), n), dtype=x.dtype)

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:  # noqa: D102
        (x,) = ctx.saved_tensors
        f, n = ctx.rest
        return g * Derivative.apply(x, f, n + 1), None, None  # type: ignore[no-untyped-call]


def derivable(f: Any) -> Any:
    """Return a function of PyTorch's tensors from NumPy's ``f(x, n)``, its n-th derivative."""
    return lambda x: Derivative.apply(x, f, 0)  # type: ignore[no-untyped-call]


def airy(x: Any, n: int) -> Any:
    """Derivatives of Airy's function: ``Ai'' = x Ai``, and the product rule."""
    value, slope, *_ = scipy.special.airy(x)
    return [value, slope, x * value, value + x * slope][n]


def spherical(x: Any, n: int) -> Any:
    """Derivatives of ``sin(x) / x``, from its power series."""
    # sin(x) / x = sum (-1)^(k/2) x^k / (k + 1)! over even k
    terms = (
        (-1) ** (k // 2) * x ** (k - n) / ((k + 1) * math.factorial(k - n))
        for k in range(0, 40, 2)
        if k >= n
    )
    return sum(terms, np.zeros_like(x))


def scaled(order: int) -> Any:
    """Derivatives of ``exp(x) K(x)``, by Leibniz."""
    return lambda x, n: (
        np.exp(x) * sum(math.comb(n, k) * scipy.special.kvp(order, x, k) for k in range(n + 1))
    )


OF_ORDER = {"j": scipy.special.jvp, "y": scipy.special.yvp, "k": scipy.special.kvp}
DERIVATIVES = {
    **{
        f"{prefix}bessel_{kind}{order}": (
            lambda x, n, kind=kind, order=order: OF_ORDER[kind](order, x, n),
            reals(away_from=(0.0,)) if kind == "j" else positive(),
        )
        for prefix, kind in (("", "j"), ("", "y"), ("modified_", "k"))
        for order in (0, 1)
    },
    "scaled_modified_bessel_k0": (scaled(0), positive()),
    "scaled_modified_bessel_k1": (scaled(1), positive()),
    "airy_ai": (airy, reals()),
    "spherical_bessel_j0": (spherical, st.one_of(reals(), reals(low=-0.09375, high=0.09375))),
}
for _name, (_f, _values) in DERIVATIVES.items():
    register(
        f"special.{_name}/derivatives",
        getattr(OURS, _name),
        derivable(_f),
        case(_values),
        tier=3,
        rtol=1e-9,
    )

# --- of two, and of a degree ----------------------------------------------------------------------


@st.composite
def shapes_and_points(draw: st.DrawFn) -> Case:
    """A parameter without derivative, and points."""
    a, b = draw(broadcastable())
    return Case((draw(positive(a)), draw(positive(b))), constants=frozenset({0}))


register("special.gammainc", OURS.gammainc, THEIRS.gammainc, shapes_and_points(), tier=3, rtol=1e-9)
register(
    "special.gammaincc", OURS.gammaincc, THEIRS.gammaincc, shapes_and_points(), tier=3, rtol=1e-9
)


@st.composite
def exponents(draw: st.DrawFn) -> Case:
    """An exponent above 1, and points."""
    a, b = draw(broadcastable())
    return Case((draw(reals(a, 1.5, 4.0)), draw(positive(b))), constants=frozenset({0}))


register("special.zeta", OURS.zeta, THEIRS.zeta, exponents(), tier=3, rtol=1e-9)


@st.composite
def logarithms(draw: st.DrawFn) -> Case:
    """A factor, zero among others, and points above -1."""
    a, b = draw(broadcastable())
    return Case((draw(reals(a)), draw(reals(b, -0.75, 3.0))))


register("special.xlog1py", OURS.xlog1py, THEIRS.xlog1py, logarithms(), tier=3)
# What has no logarithm is multiplied by 0. There, second derivatives mean little.
ZEROS = reals().flatmap(lambda x: st.tuples(st.just(np.zeros_like(x)), reals(x.shape)))
register(
    "special.xlog1py/zero",
    OURS.xlog1py,
    THEIRS.xlog1py,
    ZEROS.map(Case),
    tier=3,
    second=False,
)
register(
    "special.polygamma",
    OURS.polygamma,
    THEIRS.polygamma,
    case(st.integers(0, 3), positive()),
    tier=3,
    rtol=1e-9,
    errors=case(st.integers(-2, -1), positive()),
)
register(
    "special.multigammaln",
    OURS.multigammaln,
    THEIRS.multigammaln,
    case(reals(low=1.25, high=5.0), st.integers(1, 3)),
    tier=3,
    rtol=1e-9,
    errors=case(reals(low=1.25, high=5.0), st.integers(-1, 0)),
)


@st.composite
def degrees(draw: st.DrawFn) -> Case:
    """Points, and the degree of each or of all."""
    shape = draw(shapes())
    points = draw(reals(shape, -0.95, 0.95))
    degree: Any = draw(
        st.one_of(st.integers(0, 5), integers(shape, 0, 5).map(lambda n: n.astype(np.float64)))
    )
    return Case((points, degree), constants=frozenset({0, 1}))


for _name in (
    *(f"{_kind}chebyshev_polynomial_{_x}" for _kind in ("", "shifted_") for _x in "tuvw"),
    "hermite_polynomial_h",
    "hermite_polynomial_he",
    "laguerre_polynomial_l",
    "legendre_polynomial_p",
):
    register(f"special.{_name}", getattr(OURS, _name), getattr(THEIRS, _name), degrees(), tier=3)
