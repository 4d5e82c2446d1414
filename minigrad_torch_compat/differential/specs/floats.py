"""Specs of ``minigrad.ops.pointwise.floats``."""

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import booleans, integers, pairs, reals, shapes
from .comparison import unusual

X, N = np.array([1.5, -2.0]), np.array([1, 2])
register("signbit", mg.signbit, torch.signbit, st.one_of(unusual(), case(booleans())))
register(
    "copysign",
    mg.copysign,
    torch.copysign,
    st.one_of(
        pairs(),
        pairs(integers, integers),
        pairs(reals, integers),
        st.tuples(reals(), st.sampled_from([1, -2, 0.0, -0.0])),
    ).map(Case),
    errors=st.sampled_from([Case((X, np.ones(3))), Case((X,)), Case((X, "a"))]),
)
# No derivative: that backward raises is tested in tests/ops/test_floats.py.
register(
    "heaviside",
    mg.heaviside,
    torch.heaviside,
    st.one_of(pairs(), pairs(integers, integers), pairs(booleans, booleans)).map(
        lambda args: Case(args, constants=frozenset((0, 1)))
    ),
    tier=2,
    errors=st.sampled_from([Case((X, N)), Case((X, 1.0)), Case((X, np.ones(3)))]),
)
register(
    "frexp",
    mg.frexp,
    torch.frexp,
    unusual().filter(lambda c: c.args[0].dtype.kind == "f"),
    tier=2,
    errors=st.just(Case((N,))),
)


def scaled(shape: tuple[int, ...]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Numbers and whole exponents."""
    return st.tuples(reals(shape), integers(shape, low=0))


# PyTorch refuses a bool exponent of a float, and of nothing else. Its derivative for a negative
# integer exponent is 0: ldexp(1.0, -1) has slope 0.5. It warns of integers that are broadcast.
register(
    "ldexp",
    mg.ldexp,
    torch.ldexp,
    st.one_of(pairs(), shapes().flatmap(scaled)).map(Case),
    tier=2,
    errors=st.sampled_from([Case((X, 1)), Case((1.0, X)), Case((X, np.ones(3)))]),
)
register(
    "nextafter",
    mg.nextafter,
    torch.nextafter,
    st.one_of(pairs(), reals().map(lambda x: (x, np.copy(x)))).map(Case),
    tier=2,
    errors=st.sampled_from([Case((N, N)), Case((X, 1.0)), Case((X, np.ones(3)))]),
)
