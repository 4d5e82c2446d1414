"""Specs of ``minigrad.ops.scans``."""

from typing import Any

import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import booleans, dims, integers, reals, shapes
from .reductions import punctured

LONG = shapes(max_side=9)  # several passes of the recurrence


@st.composite
def scans(draw: st.DrawFn, array: st.SearchStrategy[Any]) -> Case:
    """Calls ``f(x, dim)``."""
    x = draw(array)
    return Case((x, draw(dims(x.ndim))))


WHOLE = st.one_of(integers(LONG), booleans(LONG))

register("cumsum", mg.cumsum, torch.cumsum, scans(reals(LONG)))
register("cumsum/integers", mg.cumsum, torch.cumsum, scans(WHOLE))
register("cumprod", mg.cumprod, torch.cumprod, scans(punctured(0, reals(LONG))))
register("cumprod/integers", mg.cumprod, torch.cumprod, scans(WHOLE))
