"""Specs of ``minigrad.ops.shaping.broadcasting``."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import broadcastable, reals, shapes


@st.composite
def expansions(draw: st.DrawFn) -> Case:
    """A tensor and larger sizes."""
    (shape,) = draw(broadcastable(1))
    wide = (*draw(shapes(max_dims=2)), *shape)
    lead = len(wide) - len(shape)
    sizes = [draw(st.integers(0, 3)) if n == 1 else n for n in wide]
    sizes = [-1 if i >= lead and draw(st.booleans()) else n for i, n in enumerate(sizes)]
    return Case((draw(reals(shape)), tuple(sizes)))


register("expand", mg.expand, lambda x, sizes: x.expand(sizes), expansions())
register(
    "broadcast_tensors",
    mg.broadcast_tensors,
    torch.broadcast_tensors,
    broadcastable(2).flatmap(lambda found: case(*map(reals, found))),
)
for _name in ("atleast_1d", "atleast_2d", "atleast_3d"):
    register(_name, getattr(mg, _name), getattr(torch, _name), case(reals(shapes(max_dims=4))))


@st.composite
def reductions(draw: st.DrawFn) -> Case:
    """A tensor and a shape that broadcasts to its own."""
    array = draw(reals())
    size = tuple(1 if draw(st.booleans()) else n for n in array.shape)
    return Case((array, size[draw(st.integers(0, len(size))) :]))


register(
    "sum_to_size",
    mg.Tensor.sum_to_size,
    torch.Tensor.sum_to_size,
    reductions(),
    method=None,
    errors=st.sampled_from([Case((np.ones((2, 3)), (2,))), Case((np.ones(3), (1, 3)))]),
)
register(
    "broadcast_shapes",
    lambda shapes: torch.Size(mg.broadcast_shapes(*shapes)),
    lambda shapes: torch.broadcast_shapes(*shapes),
    broadcastable(3).map(lambda found: Case((list(found),))),
    method=None,
    errors=st.sampled_from([Case(([(2,), (3,)],)), Case(([(-1,)],))]),
)
