"""Specs of ``minigrad.ops.shaping.reinterpreting``: the same bytes, as elements of each size."""

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import reals

NAMES = ["float64", "float32", "float16", "int64", "int32", "uint8"]
# None is empty: there PyTorch refuses the strides that tensors made of NumPy arrays have.
WHOLE = st.sampled_from([(4,), (2, 4), (3, 1, 8)])
ROWS = WHOLE.flatmap(reals).map(np.ascontiguousarray)
SCALAR, COLUMN = np.array(1.0), np.ones((2, 3))[:, :1]

# Constants: nothing can be differentiated through bytes.
register(
    "reinterpret",
    lambda x, name: x.view(getattr(mg, name)),
    lambda x, name: x.view(getattr(torch, name)),
    case(ROWS, st.sampled_from(NAMES), constants=(0,)),
    errors=st.sampled_from(
        [
            Case((SCALAR, "int32"), constants=frozenset({0})),
            Case((COLUMN, "int32"), constants=frozenset({0})),
            Case((np.ones((2, 3), np.int16), "int32")),
        ]
    ),
)
