"""Specs of ``minigrad.ops.pointwise.transcendental``."""

from typing import Any

import numpy as np
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
# 0 times any logarithm: dx is 0 where that is no number. There, second derivatives mean little.
ZEROS = pairs(lambda shape: reals(shape).map(np.zeros_like), reals)
register("xlogy/zero", mg.xlogy, torch.xlogy, ZEROS.map(Case), second=False)


register(
    "logaddexp2",
    mg.logaddexp2,
    torch.logaddexp2,
    pairs().map(Case),
    errors=st.sampled_from([Case((np.arange(2), np.arange(2))), Case((np.ones(2), np.ones(3)))]),
)
OPEN = reals(low=0.1, high=0.9)
register("logit", mg.logit, torch.logit, case(OPEN), errors=st.just(Case((np.ones(2), "a"))))
register(
    "logit/eps",
    mg.logit,
    torch.logit,
    case(reals(low=-0.5, high=1.5, away_from=(0.2, 0.8, 1e-6, 1)), st.sampled_from([0.2, 1e-6])),
)
