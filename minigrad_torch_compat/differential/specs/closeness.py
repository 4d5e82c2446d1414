"""Specs of ``minigrad.ops.pointwise.closeness``."""

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import booleans, integers, pairs, reals
from .comparison import unusual

TOLERANCES = st.sampled_from([0.0, 1e-3, 0.5])
REAL, WHOLE = np.array([1.5, 2.0]), np.array([1, 2])
REFUSED = st.sampled_from(
    [
        Case((REAL, WHOLE)),
        Case((REAL, 2.0)),
        Case((REAL, REAL), {"rtol": -1.0}),
        Case((REAL, REAL), {"atol": -1.0}),
        Case((REAL, np.ones(3))),
    ]
)
TOLERANT = case(
    unusual().map(lambda c: c.args[0].astype(float)),
    st.sampled_from([0.5, np.inf, np.nan]).map(np.asarray),
    rtol=TOLERANCES,
    atol=TOLERANCES,
    equal_nan=st.booleans(),
)
CLOSE = st.one_of(pairs(), pairs(integers, integers), pairs(booleans, booleans)).map(Case)
register("isclose", mg.isclose, torch.isclose, CLOSE, errors=REFUSED)
register("isclose/tolerances", mg.isclose, torch.isclose, TOLERANT)
# These two return bools, which are compared as arrays.
register(
    "allclose",
    lambda *args, **kwargs: mg.tensor(mg.allclose(*args, **kwargs)),
    lambda *args, **kwargs: torch.tensor(torch.allclose(*args, **kwargs)),
    st.one_of(CLOSE, TOLERANT),
    errors=REFUSED,
)
register(
    "equal",
    lambda *args: mg.tensor(mg.equal(*args)),
    lambda *args: torch.tensor(torch.equal(*args)),
    CLOSE,
    errors=st.sampled_from([Case((REAL, 2.0)), Case((2.0, REAL))]),
)

# PyTorch cannot read test elements that are not contiguous: isin(zeros(()), zeros(2, 2).T) raises.
NEAR = reals(low=-0.1, high=0.1)
MEMBERS = st.one_of(
    st.tuples(integers(), integers()),
    st.tuples(NEAR, NEAR.map(lambda x: np.array(x, order="C"))),
    st.tuples(integers(), st.integers(-3, 3)),
    st.tuples(st.integers(-3, 3), integers()),
)
register(
    "isin",
    mg.isin,
    torch.isin,
    st.builds(lambda args, invert: Case(args, {"invert": invert}), MEMBERS, st.booleans()),
    errors=st.sampled_from(
        [
            Case((np.array([True]), np.array([True]))),
            Case((WHOLE, True)),
            Case((1, 2)),
            Case((WHOLE,)),
        ]
    ),
)
register(
    "isin/unique",
    mg.isin,
    torch.isin,
    st.just(Case((np.arange(5), np.array([7, 1, 2])), {"assume_unique": True})),
)
