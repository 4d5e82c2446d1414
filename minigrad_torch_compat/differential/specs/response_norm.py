"""Specs of ``minigrad.ops.normalizing.response_norm``."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import reals, shapes

X = np.zeros((2, 3, 4))

register(
    "local_response_norm",
    mg.local_response_norm,
    torch.nn.functional.local_response_norm,
    case(
        # Of five dimensions, PyTorch needs them in order ("view size is not compatible").
        reals(shapes(3, 4)) | reals(shapes(5, 5)).map(np.ascontiguousarray),
        st.integers(1, 4),
        alpha=st.sampled_from([1e-4, 0.5]),
        beta=st.sampled_from([0.75, 1.0, 2.0]),
        k=st.sampled_from([1.0, 2.5]),
    ),
    tier=2,
    errors=st.sampled_from([Case((X[0], 2)), Case((X, 0)), Case((X, 2.5))]),
)
