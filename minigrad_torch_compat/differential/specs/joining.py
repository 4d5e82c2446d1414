"""Specs of ``minigrad.ops.shaping.joining``."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, refused, register
from ..strategies import dims, integers, reals, shapes

# What calls that are refused are made of.
M = np.arange(12.0).reshape(3, 4)
V = np.arange(4.0)
S = np.array(1.0)


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


register(
    "cat",
    mg.cat,
    torch.cat,
    lists(differ=True, min_dims=1),
    errors=refused(([],), ([V, M],), ([V, S],), ([M, M], 2), ([V, 1.0],), (V,)),
)
register(
    "stack",
    mg.stack,
    torch.stack,
    lists(differ=False),
    errors=refused(([],), ([V, M],), ([V, V], 2), ([V, 1.0],)),
)


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
register(
    "split", mg.split, torch.split, cuts("size"), errors=refused((V, -1), (V, 0), (V, 1, 1), (S, 1))
)
register(
    "split/sizes", mg.split, torch.split, cuts("sizes"), errors=refused((V, [1, 2]), (V, [5, -1]))
)
register(
    "split/some",
    lambda x, n, dim: mg.split(x, n, dim)[-1],
    lambda x, n, dim: torch.split(x, n, dim)[-1],
    cuts("size"),
)
register(
    "chunk",
    mg.chunk,
    torch.chunk,
    cuts("sections"),
    errors=refused((V, 0), (V, -1), (V, 1, 1), (S, 1)),
)
register(
    "tensor_split",
    mg.tensor_split,
    torch.tensor_split,
    cuts("sections"),
    errors=refused((V, 0), (V, -1), (V, 2, 1), (S, 1)),
)
register(
    "tensor_split/places",
    mg.tensor_split,
    torch.tensor_split,
    cuts("places"),
    errors=refused((V, np.array([[1]])), (V, np.array([1.0]))),
)


@st.composite
def slicings(draw: st.DrawFn) -> Case:
    """A tensor and a dimension."""
    array = draw(reals(shapes(min_dims=1)))
    return Case((array, draw(dims(array.ndim))))


register("unbind", mg.unbind, torch.unbind, slicings(), errors=refused((S,), (V, 1)))
