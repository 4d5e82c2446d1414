"""Specs of ``minigrad.ops.pointwise.angles``."""

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import integers, pairs, reals

X = np.array([1.5, -2.0])
register("deg2rad", mg.deg2rad, torch.deg2rad, case(st.one_of(reals(), integers())))
register("rad2deg", mg.rad2deg, torch.rad2deg, case(st.one_of(reals(), integers())))
# At 0 the second derivative is NaN in both. Further than 2 away, float32 angles are inexact.
register(
    "sinc",
    mg.sinc,
    torch.sinc,
    case(st.one_of(reals(low=-2, high=2), integers(low=-2, high=2))),
    rtol=1e-9,
    errors=st.just(Case(())),
)
register(
    "hypot",
    mg.hypot,
    torch.hypot,
    st.one_of(pairs(), pairs(reals, integers)).map(Case),
    errors=st.sampled_from(
        [Case((X, 2.0)), Case((2.0, X)), Case((X, np.ones(3))), Case((np.arange(2), np.arange(2)))]
    ),
)

for _name in ("arccos", "arcsin", "arctanh"):
    register(_name, getattr(mg, _name), getattr(torch, _name), case(reals(low=-0.9, high=0.9)))
for _name in ("arctan", "arcsinh"):
    register(_name, getattr(mg, _name), getattr(torch, _name), case(reals()))
register("arccosh", mg.arccosh, torch.arccosh, case(reals(low=1.25, high=4)))
register("arctan2", mg.arctan2, torch.arctan2, pairs().map(Case))
