"""Specs of ``minigrad.ops.pointwise.combinations``."""

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import broadcastable, integers, reals


@st.composite
def combined(draw: st.DrawFn, last: Any, whole: bool) -> Case:
    """Three tensors that broadcast, and a factor."""
    a, b, c = draw(broadcastable(3))
    number = draw(st.sampled_from([1, 2, -3]))
    if whole and draw(st.booleans()):
        kinds = [integers(a), integers(b), integers(c)]
    else:
        kinds = [draw(st.sampled_from([reals, integers]))(a), reals(b), last(c)]
        number = draw(st.sampled_from([1, 2, 0.5, -1.5]))
    return Case(tuple(map(draw, kinds)), {"value": number} if draw(st.booleans()) else {})


def away(shape: Any) -> st.SearchStrategy[Any]:
    """Numbers that may be divided by."""
    return reals(shape, away_from=(0.0,), margin=0.25)


X, N, B = np.ones((2, 3)), np.ones(3, int), np.ones(3, bool)
REFUSED = st.sampled_from(
    [
        Case((X, 2.0, X)),
        Case((X, X, 2.0)),
        Case((X, X)),
        Case((X, X, np.ones(4))),
        Case((B, B, B)),
    ]
)
register("addcmul", mg.addcmul, torch.addcmul, combined(reals, True), errors=REFUSED)
register(
    "addcdiv",
    mg.addcdiv,
    torch.addcdiv,
    combined(away, False),
    errors=st.one_of(REFUSED, st.sampled_from([Case((N, N, N)), Case((X, N, B))])),
)
