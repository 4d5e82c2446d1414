"""Specs of ``minigrad.ops.shaping.repeating``."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, refused, register
from ..strategies import dims, integers, reals, shapes

# What calls that are refused are made of.
X = np.arange(24.0).reshape(2, 3, 4)
V = np.arange(4.0)


@st.composite
def repetitions(draw: st.DrawFn, fewer: bool = False) -> Case:
    """A tensor and counts."""
    array = draw(reals(shapes(max_side=3)))
    low = 1 if fewer else max(array.ndim, 1)
    counts = draw(st.lists(st.integers(0, 2), min_size=low, max_size=array.ndim + 1))
    return Case((array, tuple(counts)))


@st.composite
def interleavings(draw: st.DrawFn) -> Case:
    """A tensor, repeats for all or for each, and a dimension."""
    array = draw(reals(shapes(min_dims=1)))
    dim = draw(dims(array.ndim))
    each = integers((array.shape[dim],), 0, 3)
    return Case((array, draw(st.one_of(st.integers(0, 3), each, integers((1,), 0, 3))), dim))


register(
    "repeat",
    mg.repeat,
    lambda x, counts: x.repeat(counts),
    repetitions(),
    errors=refused((X, (2, 2)), (V, (-1,))),
)
register("tile", mg.tile, torch.tile, repetitions(fewer=True), errors=refused((V, (-1,))))
register(
    "repeat_interleave",
    mg.repeat_interleave,
    torch.repeat_interleave,
    interleavings(),
    errors=refused(
        (V, -1), (V, np.array([1, 2])), (V, np.array([1, 2, 3, -4])), (V, np.ones(4)), (V, 1, 1)
    ),
)
register(
    "repeat_interleave/flat",
    mg.repeat_interleave,
    torch.repeat_interleave,
    case(reals(), st.integers(0, 3)),
)
register(
    "meshgrid",
    mg.meshgrid,
    torch.meshgrid,
    case(
        st.integers(1, 3).flatmap(
            lambda n: st.lists(reals(shapes(max_dims=1)), min_size=n, max_size=n)
        ),
        indexing=st.sampled_from(["ij", "xy"]),
    ),
)
