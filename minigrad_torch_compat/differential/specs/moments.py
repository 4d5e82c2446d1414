"""Specs of ``minigrad.ops.reducing.moments``."""

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import dim_sets, reals, shapes
from .reductions import whole


@st.composite
def moments(draw: st.DrawFn) -> Case:
    """Calls ``f(x, dim, correction=, keepdim=)`` with a positive divisor."""
    x = draw(reals(shapes(min_side=1)))
    dim = draw(dim_sets(x.ndim))
    axes = range(x.ndim) if dim is None else np.atleast_1d(dim)
    limit = np.prod([x.shape[axis] for axis in axes], dtype=int) if x.ndim else 1
    correction = draw(st.sampled_from([c for c in (0, 0.5, 1, 2) if c < limit]))
    return Case((x, dim), {"correction": correction, "keepdim": draw(st.booleans())})


X, N = np.ones((2, 3)), np.ones((2, 3), int)
REFUSED = st.sampled_from(
    [
        *(Case((N,)), Case((N > 0, 0)), Case((X, 2)), Case((X, (0, 0))), Case((X, "a"))),
        Case((X, 0), {"correction": 1, "unbiased": True}),
        Case((X,), {"correction": "a"}),
    ]
)
register("var", mg.var, torch.var, moments(), errors=REFUSED)
register(
    "std", mg.std, torch.std, moments(), errors=REFUSED, second=False
)  # infinite near deviations of 0
register("var_mean", mg.var_mean, torch.var_mean, moments(), errors=REFUSED)
register("std_mean", mg.std_mean, torch.std_mean, moments(), errors=REFUSED, second=False)
register(
    "std/second",
    mg.std,
    torch.std,
    whole(reals(shapes(min_dims=1, min_side=2), distinct=True)),
)
