"""Specs of ``minigrad.ops.extrema``."""

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

register("amax", mg.amax, torch.amax, reductions(TIES, some_dims))
register("amin", mg.amin, torch.amin, reductions(TIES, some_dims))
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
register("max_dim", mg.max, torch.max, reductions(st.one_of(TIES, WHOLE), dims))
register("min_dim", mg.min, torch.min, reductions(st.one_of(TIES, WHOLE), dims))

NUMBERS = st.one_of(TIES, integers(FILLED))

register("argmax", mg.argmax, torch.argmax, reductions(NUMBERS, lambda n: st.none() | dims(n)))
register("argmin", mg.argmin, torch.argmin, reductions(NUMBERS, lambda n: st.none() | dims(n)))
register("median", mg.median, torch.median, whole(NUMBERS))
# Which of equal elements the median along a dimension is, PyTorch leaves open.
register("median_dim", mg.median, torch.median, reductions(reals(FILLED, distinct=True), dims))
