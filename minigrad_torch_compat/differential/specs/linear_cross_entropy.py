"""Specs of ``minigrad.ops.criteria.linear_cross_entropy``."""

from typing import Any

import numpy as np
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import integers, positive, reals


@st.composite
def classified(draw: st.DrawFn) -> Case:
    """A layer with a dimension of classes and perhaps another one; classes or probabilities."""
    inner = draw(st.sampled_from([(), (2,)]))
    batch = (2,) if inner else draw(st.sampled_from([(), (2,)]))
    shape = (*batch, 3, *inner)
    settings: dict[str, Any] = {
        "reduction": draw(st.sampled_from(["mean", "sum", "none"])),
        "label_smoothing": draw(st.sampled_from([0.0, 0.1])),
        "weight": draw(st.none() | positive((3,))),
    }
    if draw(st.booleans()):
        settings["linear_bias"] = draw(reals((3, *inner)))
    target = draw(st.sampled_from([reals(shape, 0, 1), integers((*batch, *inner), 0, 2)]))
    operands = draw(reals((*batch, 4))), draw(reals((3, *inner, 4)))
    return Case((*operands, draw(target)), settings)


X, W, T = np.ones((2, 4)), np.ones((3, 4)), np.array([0, 2])
register(
    "linear_cross_entropy",
    mg.linear_cross_entropy,
    F.linear_cross_entropy,
    classified(),
    tier=2,
    errors=st.sampled_from(
        [
            Case((X[None], W, T)),
            Case((X, W[0], T)),
            Case((X, W[:, :3], T)),
            Case((X, W, T), {"linear_bias": np.ones(2)}),
            Case((X[0], W[:, None], T[0])),
            Case((X, W, np.ones((2, 3))), {"ignore_index": 1}),
            Case((X, W, T), {"reduction": "max"}),
        ]
    ),
)
