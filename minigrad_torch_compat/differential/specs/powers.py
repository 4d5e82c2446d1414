"""Specs of ``minigrad.ops.pointwise.powers``."""

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import booleans, integers, pairs, positive, reals

ANY = case(st.one_of(reals(), integers()))
register("square", mg.square, torch.square, st.one_of(ANY, case(booleans())))
register(
    "reciprocal",
    mg.reciprocal,
    torch.reciprocal,
    case(st.one_of(reals(away_from=(0.0,), margin=0.25), integers(low=1))),
)

POWERS = st.one_of(
    st.tuples(reals(away_from=(0.0,), margin=0.25), st.integers(-5, 8)),
    st.tuples(reals(), st.sampled_from([0, 1, 2, 3, 2.0, 3.0, 33])),
    st.tuples(positive(), st.sampled_from([0.5, -0.5, 1.5, -2.25, 7.0, 40])),
    st.tuples(integers(), st.sampled_from([0, 1, 2, 5])),
    st.tuples(integers(low=1), st.sampled_from([0.5, -1.5])),
    st.tuples(booleans(), st.sampled_from([2, 3])),
    st.tuples(st.sampled_from([2, 0.5, 3.0]), reals()),
    st.tuples(st.sampled_from([2, -1]), integers(low=0)),
    pairs(positive, reals),
    pairs(positive, integers),
    pairs(integers, integers),
).map(Case)
X, N = np.ones(2), np.arange(2)
SHAPES = [Case((X, np.ones(3))), Case((X, "a")), Case((X, None)), Case((X,))]
register(
    "pow",
    mg.pow,
    torch.pow,
    POWERS,
    errors=st.sampled_from([*SHAPES, Case((N, -1)), Case((N > 0, N > 0)), Case((True, N > 0))]),
)
# 0 to any power: dy is 0, or -inf where the power is infinite. PyTorch's second derivative is NaN.
ZERO_BASES = st.one_of(
    st.tuples(st.sampled_from([0, 0.0]), reals(away_from=(0.0,))),
    pairs(lambda shape: reals(shape).map(np.zeros_like), lambda s: reals(s, away_from=(0.0,))),
)
register(
    "pow/complex_base",
    lambda y: mg.real(mg.pow(1 + 2j, y)),
    lambda y: torch.real(torch.pow(1 + 2j, y)),
    case(reals()),
)
NUMBERS = st.sampled_from([0.5, 2.0, 3, -2.0])
register("pow/number_base", mg.pow, torch.pow, case(NUMBERS, reals()))
register("pow/zero", mg.pow, torch.pow, ZERO_BASES.map(Case), second=False)
register(
    "float_power",
    mg.float_power,
    torch.float_power,
    POWERS,
    tier=2,
    errors=st.sampled_from([*SHAPES, Case((2.0, 3.0))]),
)
register(
    "pow/narrow",
    mg.pow,
    torch.pow,
    case(integers(dtype=np.int32), st.sampled_from([2, 3])),
)
