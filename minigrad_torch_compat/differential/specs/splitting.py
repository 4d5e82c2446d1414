"""Specs of ``minigrad.ops.shaping.splitting``."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import reals

_VECTOR, _MATRIX = np.arange(4.0), np.arange(12.0).reshape(3, 4)
_CUTS = st.sampled_from([1, 2, (1,), (1, 2), [0, 3], (2, 1), (), [-1]])

register(
    "hsplit",
    mg.hsplit,
    torch.hsplit,
    case(reals((4,)) | reals((3, 4)) | reals((2, 4, 2)), _CUTS),
    errors=st.sampled_from(
        [
            Case((np.array(1.0), 1)),
            Case((_MATRIX, 3)),
            Case((_MATRIX, 0)),
            Case((_MATRIX, np.array([1, 2]))),
        ]
    ),
)
register(
    "vsplit",
    mg.vsplit,
    torch.vsplit,
    case(reals((4, 3)) | reals((2, 1, 2)), _CUTS),
    errors=st.sampled_from([Case((_VECTOR, 1)), Case((_MATRIX, 2))]),
)
register(
    "dsplit",
    mg.dsplit,
    torch.dsplit,
    case(reals((1, 3, 4)) | reals((2, 1, 2, 2)), _CUTS),
    errors=st.sampled_from([Case((_MATRIX, 1)), Case((_MATRIX[None], 3))]),
)
_SIZES = st.sampled_from([([1, 2], 0), ([0, 3], -2), ((1, 3, 0), 1), ([4], -1)])
for _name in ("split_with_sizes", "unsafe_split_with_sizes"):
    register(
        _name,
        getattr(mg, _name),
        getattr(torch, _name),
        st.tuples(reals((3, 4)), _SIZES).map(lambda drawn: Case((drawn[0], *drawn[1]))),
        errors=st.sampled_from(
            [Case((_MATRIX, [1, 1])), Case((_MATRIX, [4, -1])), Case((_MATRIX, [3], 2))]
        ),
    )
register(
    "unsafe_split",
    mg.unsafe_split,
    torch.unsafe_split,
    case(reals((3, 4)), st.integers(1, 4), st.integers(-2, 1)),
    errors=st.sampled_from([Case((_MATRIX, 0)), Case((_MATRIX, -1)), Case((_MATRIX, 1, 2))]),
)
register(
    "unsafe_chunk",
    mg.unsafe_chunk,
    torch.unsafe_chunk,
    case(reals((3, 4)), st.integers(1, 5), st.integers(-2, 1)),
    errors=st.sampled_from([Case((_MATRIX, 0)), Case((_MATRIX, -1)), Case((_MATRIX, 1, 2))]),
)
