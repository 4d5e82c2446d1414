"""Specs of ``minigrad.ops.contracting.linear``."""

from __future__ import annotations

import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import reals, shapes

F = torch.nn.functional


@st.composite
def layers(draw: st.DrawFn) -> Case:
    """Calls of linear: any batch dimensions, a matrix or a vector of weights."""
    m, n = draw(st.integers(0, 4)), draw(st.integers(1, 4))
    x = draw(reals((*draw(shapes(max_dims=3)), m)))
    if m and draw(st.integers(0, 3)) == 0:
        return Case((x, draw(reals((m,)))))
    bias = draw(st.none() | reals((n,)) | reals((1,)))
    return Case((x, draw(reals((n, m))), bias))


@st.composite
def bilinear_layers(draw: st.DrawFn) -> Case:
    """Calls of bilinear."""
    lead, m, n, o = draw(shapes(max_dims=2)), *(draw(st.integers(1, 3)) for _ in range(3))
    bias = draw(st.none() | reals((o,)))
    return Case((draw(reals((*lead, m))), draw(reals((*lead, n))), draw(reals((o, m, n))), bias))


register("linear", mg.linear, F.linear, layers())
register("bilinear", mg.bilinear, F.bilinear, bilinear_layers())
