"""Specs of ``minigrad.ops.pointwise.division``."""

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

X, N = np.ones(2), np.arange(2)
SHAPES = [Case((X, np.ones(3))), Case((X, "a")), Case((X, None))]
REFUSED = st.sampled_from([*SHAPES, Case((N, 0)), Case((N, N)), Case((N > 0, N > 0))])
MODES = [Case((X, X), {"rounding_mode": "up"}), Case((N, 0), {"rounding_mode": "floor"})]
register("div", mg.div, torch.div, QUOTIENTS, errors=st.sampled_from([*SHAPES, *MODES]))
register(
    "div_trunc",
    functools.partial(mg.div, rounding_mode="trunc"),
    functools.partial(torch.div, rounding_mode="trunc"),
    QUOTIENTS,
)
register(
    "div_floor",
    functools.partial(mg.div, rounding_mode="floor"),
    functools.partial(torch.div, rounding_mode="floor"),
    QUOTIENTS,
)
# No derivative: that backward raises is tested in tests/ops/test_division.py.
register(
    "floor_divide",
    mg.floor_divide,
    torch.floor_divide,
    QUOTIENTS.map(lambda c: Case(c.args, constants=frozenset((0, 1)))),
    errors=REFUSED,
)
register("true_divide", mg.true_divide, torch.true_divide, QUOTIENTS)
# PyTorch has no derivative of the remainder of a number.
register(
    "remainder",
    mg.remainder,
    torch.remainder,
    QUOTIENTS.filter(lambda c: isinstance(c.args[0], np.ndarray)),
    errors=REFUSED,
)
register(
    "fmod",
    mg.fmod,
    torch.fmod,
    st.one_of(pairs(reals, away_from_zero), pairs(integers, nonzero)).map(Case),
    errors=REFUSED,
)
