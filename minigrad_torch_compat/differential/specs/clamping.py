"""Specs of ``minigrad.ops.pointwise.clamping``."""

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import broadcastable, integers, reals


@st.composite
def limited(draw: st.DrawFn) -> Case:
    """A tensor and its limit, which meet."""
    kind = draw(st.sampled_from(["number", "tensor", "integer"]))
    if kind == "integer":
        return Case((draw(integers()), draw(st.sampled_from([1, -2, 0.5]))))
    a, b = draw(broadcastable())
    x = np.asarray(np.round(draw(reals(a)) * 2) / 2)
    if kind == "number":
        return Case((x, draw(st.sampled_from([1, -2, 0.5]))))
    # PyTorch fails to widen x to a size of 0.
    x = np.asarray(x + np.zeros(np.broadcast_shapes(a, b)))
    return Case((x, np.asarray(np.round(draw(reals(b)) * 2) / 2)))


REFUSED = st.sampled_from(
    [
        Case((np.ones(2), None)),
        Case((np.ones(2), "a")),
        Case((np.ones(2), np.ones(3))),
        Case((np.ones(2),)),
    ]
)
register("clamp_min", mg.clamp_min, torch.clamp_min, limited(), errors=REFUSED)
register("clamp_max", mg.clamp_max, torch.clamp_max, limited(), errors=REFUSED)
