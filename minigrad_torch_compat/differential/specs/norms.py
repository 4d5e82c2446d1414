"""Specs of ``minigrad.ops.reducing.norms``."""

import math
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import Array, dim_sets, pairs, reals, shapes

ORDERS = st.sampled_from([0, 0.5, 1, 1.5, 2, 3, 2.5, -1, math.inf, -math.inf])


@st.composite
def norms(draw: st.DrawFn, array: st.SearchStrategy[Array], orders: st.SearchStrategy[Any]) -> Case:
    """Calls ``f(x, order, dim, keepdim)``."""
    x = draw(array)
    return Case((x, draw(orders), draw(dim_sets(x.ndim)), draw(st.booleans())))


FILLED = shapes(min_side=1)
SMOOTH = reals(FILLED, away_from=(0.0,), distinct=True)
KINKS = reals(FILLED, low=-0.03, high=0.03)  # zeros and ties

FLAT = reals(shapes(max_dims=2, min_side=1), away_from=(0.0,), distinct=True)

X, N = np.ones((2, 3)), np.ones((2, 3), int)
REFUSED = st.sampled_from(
    [
        *(Case((N,)), Case((X, "a")), Case((X, 2, 2)), Case((X, 2, (0, 0))), Case((X, "fro", 5))),
        *(Case((np.ones((0, 2)), np.inf)), Case((np.ones(2), "nuc"))),
        Case((np.ones((1, 2, 3)), "fro", (0, 1, 2))),
    ]
)
NORMS = norms(FLAT, st.one_of(ORDERS, st.just("fro")))
register("norm", mg.norm, torch.norm, NORMS, errors=REFUSED)
register("vector_norm", mg.vector_norm, torch.linalg.vector_norm, norms(SMOOTH, ORDERS))
register(
    "vector_norm/kinks",
    mg.vector_norm,
    torch.linalg.vector_norm,
    norms(KINKS, st.sampled_from([0, 0.5, 1, 2, 3, math.inf, -math.inf])),
    second=False,  # infinite, or 0 times that, at zero
)
register(
    "vector_norm/empty",
    mg.vector_norm,
    torch.linalg.vector_norm,
    norms(reals(), st.just(2)),
    second=False,
)
register(
    "dist",
    mg.dist,
    torch.dist,
    pairs().map(Case),
    second=False,
    errors=st.sampled_from([Case((X, 2.0)), Case((N, N)), Case((X, np.ones(4)))]),
)
