"""Specs of ``minigrad.ops.shaping.turning``."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, refused, register
from ..strategies import dims, reals, shapes
from .shapes import with_several_dims

# What calls that are refused are made of.
X = np.arange(24.0).reshape(2, 3, 4)
V = np.arange(4.0)
S = np.array(1.0)


@st.composite
def rolls(draw: st.DrawFn) -> Case:
    """A tensor, shifts and dimensions, some of them twice."""
    array = draw(reals(shapes(min_dims=1)))
    axes = draw(st.lists(dims(array.ndim), min_size=1, max_size=3))
    return Case((array, tuple(draw(st.integers(-5, 5)) for _ in axes), tuple(axes)))


@st.composite
def turns(draw: st.DrawFn) -> Case:
    """A tensor, quarters and a plane."""
    array = draw(reals(shapes(min_dims=2)))
    plane = draw(st.permutations(range(array.ndim)))[:2]
    return Case((array, draw(st.integers(-5, 5)), tuple(plane)))


register(
    "flip",
    mg.flip,
    torch.flip,
    with_several_dims(),
    errors=refused((X, (3,)), (X, (0, 0)), (X, (0, -3))),
)
register("fliplr", mg.fliplr, torch.fliplr, case(reals(shapes(min_dims=2))), errors=refused((V,)))
register("flipud", mg.flipud, torch.flipud, case(reals(shapes(min_dims=1))), errors=refused((S,)))
register(
    "roll",
    mg.roll,
    torch.roll,
    rolls(),
    errors=refused((X, (1, 2), (0,)), (X, (1, 2)), (X, 1, 3), (X, ())),
)
register("roll/flat", mg.roll, torch.roll, case(reals(), st.integers(-5, 5)))
register(
    "rot90",
    mg.rot90,
    torch.rot90,
    turns(),
    errors=refused((V,), (X, 1, (0, 0)), (X, 1, (0,)), (X, 1, (0, 3)), (X, 1, (0, -3))),
)
