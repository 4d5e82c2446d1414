"""Specs of ``minigrad.ops.reducing.extrema``."""

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import booleans, dims, integers, pairs, reals, shapes, some_dims
from .reductions import reductions, whole

FILLED = shapes(min_side=1)
TIES = st.one_of(reals(FILLED, low=-0.03, high=0.03), reals(FILLED))  # multiples of 1/64
WHOLE = st.one_of(integers(FILLED), booleans(FILLED))

X, Z, B = np.ones((2, 3)), np.ones((0, 3)), np.ones((2, 3), bool)
OUT = [Case((X, 2)), Case((X, -3)), Case((X, "a")), Case((X, 1.5)), Case((X, True)), Case((Z, 0))]
SEVERAL = st.sampled_from([*OUT, Case((Z,)), Case((X, (0, 0))), Case((X, (1, -1)))])
ONE = st.sampled_from([*OUT, Case((Z,)), Case((X, (0, 1)))])
register("amax", mg.amax, torch.amax, reductions(TIES, some_dims), errors=SEVERAL)
register("amin", mg.amin, torch.amin, reductions(TIES, some_dims), errors=SEVERAL)
register(
    "aminmax",
    mg.aminmax,
    torch.aminmax,
    reductions(st.one_of(TIES, WHOLE), dims).map(
        lambda c: Case(c.args[:1], {"dim": c.args[1], "keepdim": c.args[2]})
    ),
    tier=2,
    errors=st.sampled_from(
        [
            Case((np.ones((0, 2)),)),
            Case((np.ones((0, 2)),), {"dim": 0}),
            Case((np.ones((2, 2)), 0)),
            Case((np.ones((2, 2)),), {"dim": 2}),
        ]
    ),
)
register("aminmax/whole", mg.aminmax, torch.aminmax, whole(st.one_of(TIES, WHOLE)), tier=2)
register("amax/whole", mg.amax, torch.amax, whole(st.one_of(TIES, WHOLE)))
register("amin/whole", mg.amin, torch.amin, whole(st.one_of(TIES, WHOLE)))

register("max", mg.max, torch.max, whole(st.one_of(TIES, WHOLE)))
register("min", mg.min, torch.min, whole(st.one_of(TIES, WHOLE)))
register("max/other", mg.max, torch.max, pairs().map(Case))
register("min/other", mg.min, torch.min, pairs().map(Case))
register("max_dim", mg.max, torch.max, reductions(st.one_of(TIES, WHOLE), dims), errors=ONE)
register("min_dim", mg.min, torch.min, reductions(st.one_of(TIES, WHOLE), dims), errors=ONE)

NUMBERS = st.one_of(TIES, integers(FILLED))

SEARCHED = reductions(NUMBERS, lambda n: st.none() | dims(n))
register("argmax", mg.argmax, torch.argmax, SEARCHED, errors=ONE | st.just(Case((B,))))
register("argmin", mg.argmin, torch.argmin, SEARCHED, errors=ONE | st.just(Case((B,))))
register("median", mg.median, torch.median, whole(NUMBERS))
# Which of equal elements the median along a dimension is, PyTorch leaves open.
register("median_dim", mg.median, torch.median, reductions(reals(FILLED, distinct=True), dims))
