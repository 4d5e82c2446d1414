"""Specs of ``ops.neurons.dropout``: both libraries draw the same masks from the same seed."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import reals, shapes


def seeded(engine: Any, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that draws from a known seed of its engine."""

    def call(*args: Any, **kwargs: Any) -> Any:
        engine.manual_seed(0)
        return function(*args, **kwargs)

    return call


PROBABILITIES = st.sampled_from([0.0, 0.25, 0.5, 1.0])
# What is no probability; integers, which only training refuses.
REFUSED = [
    Case((np.ones((2, 2)), -0.5)),
    Case((np.ones((2, 2)), 1.5)),
    Case((np.ones((2, 2), int), 0.5, True)),
]

register(
    "dropout",
    seeded(mg, mg.dropout),
    seeded(torch, F.dropout),
    case(reals(), p=PROBABILITIES, training=st.booleans()),
    errors=st.sampled_from(REFUSED),
)
register(
    "alpha_dropout",
    seeded(mg, mg.alpha_dropout),
    seeded(torch, F.alpha_dropout),
    case(reals(), p=PROBABILITIES, training=st.booleans()),
    tier=2,
    errors=st.sampled_from(REFUSED),
)
register(
    "feature_alpha_dropout",
    seeded(mg, mg.feature_alpha_dropout),
    seeded(torch, F.feature_alpha_dropout),
    case(reals(shapes(min_dims=2, max_dims=4)), p=PROBABILITIES, training=st.booleans()),
    tier=2,
    errors=st.sampled_from([*REFUSED, Case((np.ones(3), 0.5, True))]),
)
