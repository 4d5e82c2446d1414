"""Specs of ``minigrad.ops.broadcasting``."""

from __future__ import annotations

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
