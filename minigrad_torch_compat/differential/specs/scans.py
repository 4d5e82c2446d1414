"""Specs of ``minigrad.ops.reducing.scans``."""

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import booleans, dims, integers, punctured, reals, shapes

LONG = shapes(max_side=9)  # several passes of the recurrence


@st.composite
def scans(draw: st.DrawFn, array: st.SearchStrategy[Any]) -> Case:
    """Calls ``f(x, dim)``."""
    x = draw(array)
    return Case((x, draw(dims(x.ndim))))


WHOLE = st.one_of(integers(LONG), booleans(LONG))

X = np.ones((2, 3))
REFUSED = [Case((X, 2)), Case((X, -3)), Case((X,)), Case((X, 1.5)), Case((np.ones(()), 1))]
DTYPE = st.just(Case((X, 0), {"dtype": "no"}))
ERRORS = st.one_of(st.sampled_from(REFUSED), DTYPE)
register("cumsum", mg.cumsum, torch.cumsum, scans(reals(LONG)), errors=ERRORS)
register("cumsum/integers", mg.cumsum, torch.cumsum, scans(WHOLE))
register("cumprod", mg.cumprod, torch.cumprod, scans(punctured(0, reals(LONG))), errors=ERRORS)
register("cumprod/integers", mg.cumprod, torch.cumprod, scans(WHOLE))
register(
    "logcumsumexp",
    mg.logcumsumexp,
    torch.logcumsumexp,
    scans(reals(LONG)),
    tier=2,
    errors=st.sampled_from([*REFUSED, Case((np.ones((2, 3), int), 0))]),
)
