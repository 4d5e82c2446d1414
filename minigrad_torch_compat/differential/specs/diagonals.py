"""Specs of ``minigrad.ops.shaping.diagonals``."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, refused, register
from ..strategies import integers, reals, shapes

# What calls that are refused are made of.
M = np.arange(12.0).reshape(3, 4)
V = np.arange(4.0)
S = np.array(1.0)


@st.composite
def diagonals(draw: st.DrawFn) -> Case:
    """A tensor, an offset and two dimensions."""
    array = draw(reals(shapes(min_dims=2)))
    first, second = draw(st.permutations(range(array.ndim)))[:2]
    return Case((array, draw(st.integers(-4, 4)), first - array.ndim, second))


@st.composite
def embeddings(draw: st.DrawFn) -> Case:
    """A tensor, an offset and two dimensions of the result."""
    array = draw(reals(shapes(min_dims=1)))
    first, second = draw(st.permutations(range(array.ndim + 1)))[:2]
    return Case((array, draw(st.integers(-2, 2)), first, second - array.ndim - 1))


MATRICES = st.one_of(reals(shapes(min_dims=2)), integers(shapes(min_dims=2), dtype=np.int32))
register(
    "diagonal",
    mg.diagonal,
    torch.diagonal,
    diagonals(),
    errors=refused((V,), (M, 0, 0, 0), (M, 0, 0, 2)),
)
register(
    "diag_embed",
    mg.diag_embed,
    torch.diag_embed,
    embeddings(),
    errors=refused((V, 0, 0, 0), (V, 0, 0, 2), (S,)),
)
register(
    "diag", mg.diag, torch.diag, case(reals(shapes(min_dims=1, max_dims=2)), st.integers(-2, 2))
)
register(
    "tril", mg.tril, torch.tril, case(MATRICES, st.integers(-4, 4)), errors=refused((V,), (S,))
)
register(
    "triu", mg.triu, torch.triu, case(MATRICES, st.integers(-4, 4)), errors=refused((V,), (S,))
)
register("diagflat", mg.diagflat, torch.diagflat, case(reals(), st.integers(-2, 2)))
