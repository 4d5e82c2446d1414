"""Specs of ``minigrad.ops.pointwise.bits``."""

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import booleans, integers, pairs

BITS = st.one_of(
    pairs(booleans, booleans),
    pairs(integers, integers),
    pairs(booleans, integers),
    st.tuples(integers(), st.sampled_from([0, 1, 6])),
).map(Case)
WHOLE, REAL, TRUTH = np.array([3, -2]), np.array([1.5, 2.0]), np.array([True, False])
REFUSED = st.sampled_from(
    [Case((REAL, REAL)), Case((WHOLE, REAL)), Case((WHOLE, 1.5)), Case((WHOLE, np.arange(3)))]
)
for _name in ("bitwise_and", "bitwise_or", "bitwise_xor"):
    register(_name, getattr(mg, _name), getattr(torch, _name), BITS, errors=REFUSED)
register(
    "bitwise_not",
    mg.bitwise_not,
    torch.bitwise_not,
    case(st.one_of(booleans(), integers())),
    errors=st.just(Case((REAL,))),
)

PLACES = st.one_of(
    pairs(integers, lambda shape: integers(shape, -1, 66)),
    pairs(lambda shape: integers(shape, 0, 200, np.uint8), lambda shape: integers(shape, 0, 9)),
    pairs(booleans, lambda shape: integers(shape, 0, 9)),
    st.tuples(integers(), st.integers(0, 64)),
    st.tuples(st.integers(-3, 3), integers(low=0)),
).map(Case)
for _name in ("bitwise_left_shift", "bitwise_right_shift"):
    register(
        _name,
        getattr(mg, _name),
        getattr(torch, _name),
        PLACES,
        errors=st.one_of(REFUSED, st.just(Case((TRUTH, TRUTH)))),
    )

DIVIDED = st.one_of(
    pairs(lambda shape: integers(shape, -30, 30), lambda shape: integers(shape, -12, 12)),
    pairs(lambda shape: integers(shape, 0, 15, np.uint8), lambda shape: integers(shape, 0, 12)),
).map(Case)
for _name in ("gcd", "lcm"):
    register(
        _name,
        getattr(mg, _name),
        getattr(torch, _name),
        DIVIDED,
        tier=2,
        errors=st.one_of(
            st.just(Case((TRUTH, TRUTH))),
            REFUSED.filter(lambda c: not isinstance(c.args[1], float)),
        ),
    )
