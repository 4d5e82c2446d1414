"""Specs of ``minigrad.ops.rounding``."""

import torch
from hypothesis import strategies as st

import minigrad as mg
from minigrad.ops.rounding import zero

from ..spec import case, register
from ..strategies import integers, reals

ANY = case(st.one_of(reals(), integers()))

register("zero", zero, torch.zeros_like, case(integers()))
register("floor", mg.floor, torch.floor, ANY)
register("ceil", mg.ceil, torch.ceil, ANY)
register("trunc", mg.trunc, torch.trunc, ANY)
register("frac", mg.frac, torch.frac, case(reals()))
register("round", mg.round, torch.round, ANY)
register(
    "round_decimals",
    mg.round,
    torch.round,
    case(reals(low=-200.0, high=200.0), decimals=st.sampled_from([1, 2, -1, -2])),
)
register("fix", mg.fix, torch.fix, ANY)
