"""Specs of ``minigrad.ops.division``."""

import functools
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import integers, pairs, reals


def away_from_zero(shape: Any = None) -> st.SearchStrategy[Any]:
    """Real numbers that may be divided by."""
    return reals(shape, away_from=(0.0,), margin=0.25)


def nonzero(shape: Any = None) -> st.SearchStrategy[Any]:
    """Integers that may be divided by."""
    return integers(shape, 1, 5)


QUOTIENTS = st.one_of(
    pairs(reals, away_from_zero),
    pairs(integers, nonzero),
    pairs(reals, nonzero),
    st.tuples(reals(), st.sampled_from([2, -3, 0.5])),
    st.tuples(st.sampled_from([2, 1.5]), away_from_zero()),
    st.tuples(integers(), st.sampled_from([2, -3, 0.5])),
).map(Case)

register("div", mg.div, torch.div, QUOTIENTS)
register(
    "div_trunc",
    functools.partial(mg.div, rounding_mode="trunc"),
    functools.partial(torch.div, rounding_mode="trunc"),
    QUOTIENTS,
)
# PyTorch's floor_divide has no derivative; its div of this rounding mode has.
register(
    "floor_divide",
    functools.partial(mg.div, rounding_mode="floor"),
    functools.partial(torch.div, rounding_mode="floor"),
    QUOTIENTS,
)
# PyTorch has no derivative of the remainder of a number.
register(
    "remainder",
    mg.remainder,
    torch.remainder,
    QUOTIENTS.filter(lambda c: isinstance(c.args[0], np.ndarray)),
)
register(
    "fmod",
    mg.fmod,
    torch.fmod,
    st.one_of(pairs(reals, away_from_zero), pairs(integers, nonzero)).map(Case),
)
