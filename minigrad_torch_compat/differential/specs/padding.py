"""Specs of ``minigrad.ops.padding``."""

from __future__ import annotations

import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import integers, reals, shapes


@st.composite
def constant_pads(draw: st.DrawFn) -> Case:
    """A tensor and widths, negative ones that cut among them."""
    array = draw(st.one_of(reals(), integers()))
    widths: list[int] = []
    for size in array.shape[::-1][: draw(st.integers(0, array.ndim))]:
        before = draw(st.integers(-size, 3))
        widths += [before, draw(st.integers(-size - min(before, 0), 3))]
    value = draw(st.sampled_from([None, 0, 2]))
    return Case((array, tuple(widths)), {"mode": "constant", "value": value})


@st.composite
def border_pads(draw: st.DrawFn, mode: str) -> Case:
    """A tensor of 1 to 3 spatial dimensions, and widths that it can fill."""
    spatial = draw(st.integers(1, 3))
    shape = draw(shapes(spatial + 1, min(spatial + 2, 5), min_side=1, max_side=3))
    widths: list[int] = []
    for size in shape[: -spatial - 1 : -1]:
        limit = {"reflect": size - 1, "replicate": 4, "circular": size}[mode]
        widths += [draw(st.integers(0, limit)), draw(st.integers(0, limit))]
    return Case((draw(reals(shape)), tuple(widths), mode))


register("pad", mg.pad, torch.nn.functional.pad, constant_pads())
for _mode in ("reflect", "replicate", "circular"):
    register(f"pad/{_mode}", mg.pad, torch.nn.functional.pad, border_pads(_mode))
