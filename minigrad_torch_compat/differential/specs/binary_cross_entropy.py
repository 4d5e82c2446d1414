"""Specs of ``minigrad.ops.criteria.binary_cross_entropy``."""

from typing import Any

import numpy as np
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import positive, reals, shapes
from .losses import reductions

X = np.full((2, 3), 0.5)
PROBABILITIES = {"low": 1 / 64, "high": 63 / 64}


@st.composite
def decisions(draw: st.DrawFn, low: float, high: float, weights: tuple[str, ...]) -> Case:
    """Predictions in [low, high], what was true, and weights that broadcast."""
    shape = draw(shapes())
    settings: dict[str, Any] = {"reduction": draw(reductions(shape))}
    for name in weights:
        if draw(st.booleans()):
            settings[name] = draw(positive(draw(st.sampled_from([shape, shape[-1:]]))))
    return Case((draw(reals(shape, low, high)), draw(reals(shape, 0, 1))), settings)


register(
    "binary_cross_entropy",
    mg.binary_cross_entropy,
    F.binary_cross_entropy,
    decisions(**PROBABILITIES, weights=("weight",)),
    errors=st.sampled_from(
        [
            Case((X, X), {"reduction": "max"}),
            Case((X, X[:1])),
            Case((X + 1, X)),
            Case((X, X), {"weight": np.ones(2)}),
        ]
    ),
    rtol=1e-9,  # PyTorch's second derivative adds 1e-12 to its denominators
)
register(
    "binary_cross_entropy_with_logits",
    mg.binary_cross_entropy_with_logits,
    F.binary_cross_entropy_with_logits,
    decisions(-8, 8, weights=("weight", "pos_weight")),
    errors=st.sampled_from(
        [
            Case((X, X), {"reduction": "max"}),
            Case((X, X[:1])),
            Case((X, X), {"weight": np.ones(2)}),
            Case((X, X), {"pos_weight": np.ones(2)}),
        ]
    ),
)
