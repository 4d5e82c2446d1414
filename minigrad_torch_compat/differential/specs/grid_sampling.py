"""Specs of ``minigrad.ops.grid_sampling``."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

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


def _quiet(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function without its warnings about ``align_corners``."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".*1.3.0", UserWarning)
            return function(*args, **kwargs)

    return call


X, GRID = np.zeros((1, 2, 4, 4)), np.zeros((1, 3, 3, 2))
X3, GRID3 = np.zeros((1, 2, 4, 4, 4)), np.zeros((1, 3, 3, 3, 3))
REFUSED = st.sampled_from(
    [
        Case((X, GRID), {"mode": "cubic"}),
        Case((X, GRID), {"padding_mode": "circular"}),
        Case((X3, GRID3), {"mode": "bicubic"}),
        Case((X, GRID3)),
        Case((X3, GRID)),
        Case((X, np.zeros((2, 3, 3, 2)))),
        Case((X, np.zeros((1, 3, 3, 3)))),
        Case((X[0], GRID[0])),
        Case((X.astype(int), GRID)),
        Case((X, GRID.astype(int))),
        Case((X[:, :, :0], GRID)),
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
        _quiet(mg.grid_sample),
        _quiet(F.grid_sample),
        samplings(_ndim, _mode),
        tier=2,
        errors=REFUSED,
    )


# --- affine grids -------------------------------------------------------------------------------


@st.composite
def grids(draw: st.DrawFn) -> Case:
    """Affine maps and the size of images."""
    ndim = draw(st.sampled_from([2, 3]))
    images = draw(st.integers(1, 3))
    size = draw(st.tuples(*[st.integers(1, 4)] * ndim))
    theta = draw(reals((images, ndim, ndim + 1)))
    return Case((theta, (images, 1, *size)), {"align_corners": draw(st.booleans())})


THETA, THETA3 = np.zeros((1, 2, 3)), np.zeros((1, 3, 4))

register(
    "affine_grid",
    _quiet(mg.affine_grid),
    _quiet(F.affine_grid),
    grids(),
    tier=2,
    errors=st.sampled_from(
        [
            Case((THETA, (1, 1, 3, 4, 5))),
            Case((THETA3, (1, 1, 3, 4))),
            Case((THETA, (1, 1, 3))),
            Case((THETA.astype(int), (1, 1, 3, 4))),
            Case((THETA, (2, 1, 3, 4))),
            Case((THETA, (1, 1, 0, 4))),
            Case((THETA, (1, 1, 3.0, 4))),
            Case((THETA[0], (1, 1, 3, 4))),
        ]
    ),
)
