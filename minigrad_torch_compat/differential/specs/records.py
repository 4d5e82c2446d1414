"""Specs of ``minigrad.ops.reducing.records``."""

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import booleans, integers, reals, shapes
from .reductions import punctured
from .scans import scans

LONG = shapes(max_side=7)
TIES = reals(LONG, low=-0.05, high=0.05)  # multiples of 1/64
X = np.ones((2, 3))
REFUSED = st.sampled_from([Case((X, 2)), Case((X,)), Case((X, 1.5)), Case((np.ones(()), 1))])
for _name in ("cummax", "cummin"):
    register(
        _name,
        getattr(mg, _name),
        getattr(torch, _name),
        scans(st.one_of(TIES, punctured(np.nan, TIES))),
        tier=2,
        errors=REFUSED,
    )
    register(
        f"{_name}/whole",
        getattr(mg, _name),
        getattr(torch, _name),
        scans(st.one_of(integers(LONG), booleans(LONG))),
        tier=2,
    )
