"""Specs of ``minigrad.ops.transcendental``."""

from typing import Any

import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import booleans, integers, pairs, positive, reals

ANYWHERE = case(st.one_of(reals(), integers(low=-2, high=2), booleans()))
POSITIVE = case(st.one_of(positive(), integers(low=1)))
INSIDE = case(reals(low=-0.875, high=0.875))

for _name in (
    *("exp", "exp2", "expm1", "sin", "cos", "atan", "sinh", "cosh", "tanh", "asinh"),
    *("sigmoid", "erf", "erfc"),
):
    register(_name, getattr(mg, _name), getattr(torch, _name), ANYWHERE)
for _name in ("log", "log2", "log10", "log1p", "sqrt", "rsqrt"):
    register(_name, getattr(mg, _name), getattr(torch, _name), POSITIVE)
for _name in ("asin", "acos", "atanh"):
    register(_name, getattr(mg, _name), getattr(torch, _name), INSIDE)
register("tan", mg.tan, torch.tan, case(reals(low=-1.25, high=1.25)))
register("acosh", mg.acosh, torch.acosh, case(reals(low=1.25, high=4.0)))


def nonzero(shape: Any) -> st.SearchStrategy[Any]:
    """Real numbers away from zero."""
    return reals(shape, away_from=(0.0,), margin=0.25)


register("atan2", mg.atan2, torch.atan2, pairs(reals, nonzero).map(Case))
register("logaddexp", mg.logaddexp, torch.logaddexp, pairs().map(Case))
register(
    "xlogy",
    mg.xlogy,
    torch.xlogy,
    st.one_of(
        pairs(reals, positive),
        pairs(integers, positive),
        st.tuples(reals(), st.sampled_from([2, 0.5])),
        st.tuples(st.sampled_from([2, 0.5, 0]), positive()),
    ).map(Case),
)
