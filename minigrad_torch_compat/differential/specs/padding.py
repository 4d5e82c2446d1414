"""Specs of ``minigrad.ops.images.padding``."""

from __future__ import annotations

import numpy as np
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
        # Negative ones cut off, but for at least one element.
        before = draw(st.integers(1 - size, limit))
        least, most = 1 - size - min(before, 0), limit
        if mode == "circular":  # what is left must fill the other border: PyTorch does not check
            least, most = max(least, before - size), size + min(before, 0)
        widths += [before, draw(st.integers(least, most))]
    return Case((draw(reals(shape)), tuple(widths), mode))


X = np.zeros((2, 3, 4))
REFUSED = st.sampled_from(
    [
        Case((X, (1,))),
        Case((X, (1,) * 8)),
        Case((X, (1.5, 1))),
        Case((X, (True, 1))),
        Case((X, 1)),
        Case((X, (-3, -3))),
        Case((X.astype(np.uint8), (1, 1), "constant", -1)),
        Case((X, (1, 1), "symmetric")),
    ]
)
register("pad", mg.pad, torch.nn.functional.pad, constant_pads(), errors=REFUSED)
for _mode in ("reflect", "replicate", "circular"):
    _refused = [
        Case((X, (1, 1), _mode, 1.0)),
        Case((X[0, 0], (1, 1), _mode)),
        Case((X, (1,) * 6, _mode)),
        Case((X, (), _mode)),
        Case((X[:, :, :0], (1, 1), _mode)),
        Case((X, (-5, 0), _mode)),
    ]
    if _mode != "circular":
        _refused += [
            Case((X[:, :0], (1, 1), _mode)),
            Case((X, (-4, 0), _mode)),
            Case((X > 0, (1, 1), _mode)),
        ]
    if _mode != "replicate":
        _refused += [Case((X, (5, 0), _mode)), Case((X, (0, 5), _mode))]
    register(
        f"pad/{_mode}",
        mg.pad,
        torch.nn.functional.pad,
        border_pads(_mode),
        errors=st.sampled_from(_refused),
    )
