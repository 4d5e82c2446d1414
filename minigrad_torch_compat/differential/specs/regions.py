"""Specs of ``minigrad.ops.indices.regions``."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import dims, reals, shapes

_MATRIX = np.arange(12.0).reshape(3, 4)


@st.composite
def slices(draw: st.DrawFn, source: bool = True) -> Case:
    """A tensor, a part of it to replace along a dimension, and where it is."""
    array = draw(reals(shapes(min_dims=1)))
    dim = draw(dims(array.ndim))
    bounds = st.none() | st.integers(-5, 5)
    start, end, step = draw(bounds), draw(bounds), draw(st.integers(1, 3))
    own = list(array.shape)
    own[dim] = len(range(own[dim])[start:end:step])
    given = (draw(reals(tuple(own))),) if source else ()
    return Case((array, *given, dim, start, end, step))


register(
    "slice_scatter",
    mg.slice_scatter,
    torch.slice_scatter,
    slices(),
    errors=st.sampled_from(
        [
            Case((_MATRIX, np.ones((3, 1)), 1, 0, 2)),
            Case((_MATRIX, np.ones((1, 4)), 0, 0, 1, 0)),
            Case((_MATRIX, np.ones((1, 4)), 2, 0, 1)),
            Case((np.array(1.0), np.ones(1))),
        ]
    ),
)
register("slice_copy", mg.slice_copy, torch.slice_copy, slices(source=False))


@st.composite
def selections(draw: st.DrawFn) -> Case:
    """A tensor, a slice of it to replace along a dimension, and which."""
    array = draw(reals(shapes(min_dims=1, min_side=1)))
    dim = draw(dims(array.ndim))
    size = array.shape[dim]
    own = np.delete(array.shape, dim)
    place = draw(st.integers(-size, size - 1))
    return Case((array, draw(reals(tuple(map(int, own)))), dim, place))


register(
    "select_scatter",
    mg.select_scatter,
    torch.select_scatter,
    selections(),
    errors=st.sampled_from(
        [
            Case((_MATRIX, np.ones((1, 4)), 0, 0)),
            Case((_MATRIX, np.ones(4), 0, 3)),
            Case((_MATRIX, np.ones(4), 2, 0)),
            Case((np.array(1.0), np.ones(()), 0, 0)),
        ]
    ),
)


@st.composite
def diagonals(draw: st.DrawFn) -> Case:
    """A tensor, a diagonal to replace, and which."""
    array = draw(reals(shapes(min_dims=2)))
    dim1, dim2 = draw(st.permutations(range(array.ndim)))[:2]
    offset = draw(st.integers(-3, 3))
    own = np.diagonal(array, offset, dim1, dim2).shape
    return Case((array, draw(reals(own)), offset, dim1 - array.ndim, dim2))


register(
    "diagonal_scatter",
    mg.diagonal_scatter,
    torch.diagonal_scatter,
    diagonals(),
    errors=st.sampled_from(
        [
            Case((_MATRIX, np.ones(4))),
            Case((_MATRIX, np.ones(3), 0, 1, 1)),
            Case((_MATRIX, np.ones(3), 0, 0, 2)),
        ]
    ),
)
