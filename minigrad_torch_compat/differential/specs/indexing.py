"""Specs of ``minigrad.ops.indices.indexing``."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minigrad as mg

from ..spec import Case, refused, register
from ..strategies import dims, places, reals, shapes, subscripts

# What calls that are refused are made of.
V = np.arange(4.0)
S = np.array(1.0)

register("getitem", lambda x, index: x[index], lambda x, index: x[index], subscripts())


@st.composite
def rows(draw: st.DrawFn) -> Case:
    """Rows picked by an index, few and many duplicates: each way of adding them back.

    More than 512 numbers are added in rounds if the rows are wide, otherwise one after another.
    """
    count, width = draw(st.sampled_from([(3, 64), (40, 65), (40, 64), (7, 2), (5, 1)]))
    array = np.arange(float(count * width)).reshape(count, width)
    picked = hnp.arrays(np.int64, st.sampled_from([16, 0, 5, 12]), elements=places(count))
    return Case((array, draw(picked)))


register("getitem/rows", lambda x, i: x[i], lambda x, i: x[i], rows())


@st.composite
def narrowings(draw: st.DrawFn) -> Case:
    """A tensor, a dimension, a start and a length."""
    array = draw(reals(shapes(min_dims=1)))
    dim = draw(dims(array.ndim))
    start = draw(st.integers(-array.shape[dim], array.shape[dim]))
    first = start if start >= 0 else start + array.shape[dim]
    return Case((array, dim, start, draw(st.integers(0, array.shape[dim] - first))))


register(
    "narrow",
    mg.narrow,
    torch.narrow,
    narrowings(),
    errors=refused(
        (V, 0, 1, 4),
        (V, 0, 5, 0),
        (V, 0, -5, 1),
        (V, 1, 0, 0),
        (S, 0, 0, 1),
        (V, 0, 0, -1),
        (V, 0, np.array([1]), 1),
    ),
)


@st.composite
def selections(draw: st.DrawFn) -> Case:
    """A tensor, a dimension and a place."""
    array = draw(reals(shapes(min_dims=1, min_side=1)))
    dim = draw(dims(array.ndim))
    return Case((array, dim, draw(places(array.shape[dim]))))


register(
    "select",
    mg.select,
    torch.select,
    selections(),
    errors=refused((V, 0, 4), (V, 0, -5), (V, 1, 0), (S, 0, 0)),
)
