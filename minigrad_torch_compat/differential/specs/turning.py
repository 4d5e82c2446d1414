"""Specs of ``minigrad.ops.turning``."""

from __future__ import annotations

import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import dims, reals, shapes
from .shapes import with_several_dims


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


register("flip", mg.flip, torch.flip, with_several_dims())
register("fliplr", mg.fliplr, torch.fliplr, case(reals(shapes(min_dims=2))))
register("flipud", mg.flipud, torch.flipud, case(reals(shapes(min_dims=1))))
register("roll", mg.roll, torch.roll, rolls())
register("roll/flat", mg.roll, torch.roll, case(reals(), st.integers(-5, 5)))
register("rot90", mg.rot90, torch.rot90, turns())
