"""Specs of ``minigrad.ops.neurons.gumbel``: the same noise from the same seed."""

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import dims, reals, shapes
from .dropout import seeded


@st.composite
def choices(draw: st.DrawFn) -> Case:
    """Logits, a temperature and a dimension."""
    shape = draw(shapes(min_dims=1, min_side=1))
    settings = {"hard": draw(st.booleans()), "dim": draw(dims(len(shape)))}
    return Case((draw(reals(shape)), draw(st.sampled_from([0.5, 1, 2.0]))), settings)


register(
    "gumbel_softmax",
    seeded(mg, mg.gumbel_softmax),
    seeded(torch, F.gumbel_softmax),
    choices(),
    tier=2,
    errors=st.sampled_from([Case((np.ones(2), 1.0, False, 1e-10, 1)), Case((np.ones(2, int),))]),
)
