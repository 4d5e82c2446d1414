"""Specs of ``minigrad.ops.images.grid_sampling``."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import reals

F = torch.nn.functional


@st.composite
def samplings(draw: st.DrawFn, ndim: int, mode: str) -> Case:
    """Images and places, some of them outside."""
    images = draw(st.integers(0, 2))
    size = draw(st.tuples(*[st.integers(1, 5 if ndim < 3 else 3)] * ndim))
    wanted = draw(st.tuples(*[st.integers(0, 3)] * ndim))
    x = draw(reals((images, draw(st.sampled_from([0, 1, 2, 9])), *size)))
    # Never at a whole or half pixel, where derivatives jump and rounding decides: those are at
    # multiples of 1/64 and of the fractions that sizes up to 5 make of it.
    grid = draw(reals((images, *wanted, ndim), low=-2.5, high=2.5)) + 0.00731
    return Case(
        (x, grid),
        {
            "mode": mode,
            "padding_mode": draw(st.sampled_from(["zeros", "border", "reflection"])),
            "align_corners": draw(st.booleans()),
        },
    )


X, GRID = np.zeros((1, 2, 4, 4)), np.zeros((1, 3, 3, 2))
X3, GRID3 = np.zeros((1, 2, 4, 4, 4)), np.zeros((1, 3, 3, 3, 3))
CORNERS = {"align_corners": False}
REFUSED = st.sampled_from(
    [
        Case((X, GRID), {**CORNERS, "mode": "cubic"}),
        Case((X, GRID), {**CORNERS, "padding_mode": "circular"}),
        Case((X3, GRID3), {**CORNERS, "mode": "bicubic"}),
        Case((X, GRID3), CORNERS),
        Case((X3, GRID), CORNERS),
        Case((X, np.zeros((2, 3, 3, 2))), CORNERS),
        Case((X, np.zeros((1, 3, 3, 3))), CORNERS),
        Case((X[0], GRID[0]), CORNERS),
        Case((X.astype(int), GRID), CORNERS),
        Case((X, GRID.astype(int)), CORNERS),
        Case((X[:, :, :0], GRID), CORNERS),
    ]
)

for _ndim, _mode in (
    (2, "bilinear"),
    (2, "nearest"),
    (2, "bicubic"),
    (3, "bilinear"),
    (3, "nearest"),
):
    register(
        f"grid_sample/{_ndim}d {_mode}",
        mg.grid_sample,
        F.grid_sample,
        samplings(_ndim, _mode),
        tier=2,
        errors=REFUSED,
    )
