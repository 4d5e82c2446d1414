"""Specs of ``minigrad.ops.joining``."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import dims, integers, reals, shapes


@st.composite
def lists(draw: st.DrawFn, differ: bool, min_dims: int = 0) -> Case:
    """A list of tensors of one shape, or of shapes that differ along the dimension given too."""
    shape = draw(shapes(min_dims=min_dims))
    count = draw(st.integers(1, 4))
    dim = draw(dims(len(shape) + (not differ)))
    tensors = []
    for _ in range(count):
        own = list(shape)
        if differ:
            own[dim] = draw(st.integers(0, 3))
        tensors.append(draw(st.one_of(reals(tuple(own)), integers(tuple(own)))))
    if differ and draw(st.integers(0, 4)) == 0:
        tensors.insert(draw(st.integers(0, count)), np.zeros(0))  # of no shape: left out
    return Case((tensors, dim))


register("cat", mg.cat, torch.cat, lists(differ=True, min_dims=1))
register("stack", mg.stack, torch.stack, lists(differ=False))


@st.composite
def stacks(draw: st.DrawFn) -> Case:
    """A list of tensors of one shape."""
    shape = draw(shapes())
    return Case(([draw(reals(shape)) for _ in range(draw(st.integers(1, 3)))],))


for _name in ("hstack", "vstack", "dstack"):
    register(_name, getattr(mg, _name), getattr(torch, _name), stacks())


@st.composite
def cuts(draw: st.DrawFn, kind: str) -> Case:
    """A tensor, sizes or places of parts, and a dimension."""
    array = draw(reals(shapes(min_dims=1, max_side=5)))
    dim = draw(dims(array.ndim))
    size = array.shape[dim]
    how: Any
    if kind == "sizes":
        ends = sorted(draw(st.lists(st.integers(0, size), max_size=3)))
        how = list(np.diff([0, *ends, size]).tolist())
    elif kind == "places":
        how = draw(st.lists(st.integers(-size - 1, size + 1), max_size=3))
    elif kind == "sections":
        how = draw(st.integers(1, 6))
    else:
        how = draw(st.integers(1 if size else 0, 6))
    return Case((array, how, dim))


# A part that is not used leaves a gap in the gradient.
register("split", mg.split, torch.split, cuts("size"))
register("split/sizes", mg.split, torch.split, cuts("sizes"))
register(
    "split/some",
    lambda x, n, dim: mg.split(x, n, dim)[-1],
    lambda x, n, dim: torch.split(x, n, dim)[-1],
    cuts("size"),
)
register("chunk", mg.chunk, torch.chunk, cuts("sections"))
register("tensor_split", mg.tensor_split, torch.tensor_split, cuts("sections"))
register("tensor_split/places", mg.tensor_split, torch.tensor_split, cuts("places"))


@st.composite
def slicings(draw: st.DrawFn) -> Case:
    """A tensor and a dimension."""
    array = draw(reals(shapes(min_dims=1)))
    return Case((array, draw(dims(array.ndim))))


register("unbind", mg.unbind, torch.unbind, slicings())
