"""Specs of the special functions: ``minigrad.special``."""

from typing import Any

import numpy as np
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
