"""Specs of ``minigrad.ops.images.affine_grids``."""

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


def _quiet(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function without its warnings about ``align_corners``."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".*1.3.0", UserWarning)
            return function(*args, **kwargs)

    return call


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
