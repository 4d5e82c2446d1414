"""Specs of ``minigrad.ops.neurons.softmax``."""

import numpy as np
import torch
import torch.nn.functional as F
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import dims, integers, reals, shapes


@st.composite
def along(draw: st.DrawFn) -> Case:
    """An array and one of its dimensions."""
    array = draw(reals(shapes()))
    return Case((array, draw(dims(array.ndim))))


REFUSED = st.sampled_from(
    [
        Case((np.ones((2, 3)), 2)),
        Case((np.ones((2, 3)), -3)),
        Case((np.array(1.0), 1)),
        Case((np.ones((2, 3), int), 0)),
    ]
)
register("softmax", mg.softmax, torch.softmax, along(), errors=REFUSED)
register("log_softmax", mg.log_softmax, torch.log_softmax, along(), errors=REFUSED)
register("softmin", mg.softmin, F.softmin, along(), errors=REFUSED)
register(
    "softmax/dtype",
    lambda x: mg.softmax(x, 0, dtype="float64"),
    lambda x: torch.softmax(x, 0, dtype=torch.float64),
    case(st.one_of(reals((3, 2)), integers((3, 2)))),
)
register(
    "log_softmax/dtype",
    lambda x: mg.log_softmax(x, 0, dtype="float64"),
    lambda x: torch.log_softmax(x, 0, dtype=torch.float64),
    case(st.one_of(reals((3, 2)), integers((3, 2)))),
)
