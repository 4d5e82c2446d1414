"""Specs of ``minigrad.ops.pointwise.rounding``."""

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg
from minigrad.ops.pointwise.rounding import zero

from ..spec import Case, case, register
from ..strategies import integers, reals

BOOLS = st.just(Case((np.array([True]),)))
ANY = case(st.one_of(reals(), integers()))

register("zero", zero, torch.zeros_like, case(integers()))
register("floor", mg.floor, torch.floor, ANY, errors=BOOLS)
register("ceil", mg.ceil, torch.ceil, ANY, errors=BOOLS)
register("trunc", mg.trunc, torch.trunc, ANY, errors=BOOLS)
register("frac", mg.frac, torch.frac, case(reals()), errors=BOOLS | st.just(Case((np.arange(2),))))
register("round", mg.round, torch.round, ANY, errors=BOOLS)
register(
    "round_decimals",
    mg.round,
    torch.round,
    case(reals(low=-200.0, high=200.0), decimals=st.sampled_from([1, 2, -1, -2])),
    errors=st.just(Case((np.arange(2),), {"decimals": 1})),
)
register("fix", mg.fix, torch.fix, ANY)
