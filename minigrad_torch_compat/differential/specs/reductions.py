"""Specs of ``minigrad.ops.reducing.reductions``."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import (
    Array,
    booleans,
    dim_sets,
    dims,
    integers,
    punctured,
    reals,
    some_dims,
)


@st.composite
def reductions(
    draw: st.DrawFn,
    array: st.SearchStrategy[Array] | None = None,
    dim: Callable[[int], st.SearchStrategy[Any]] = dim_sets,
) -> Case:
    """Calls ``f(x, dim, keepdim)``."""
    x = draw(reals() if array is None else array)
    return Case((x, draw(dim(x.ndim)), draw(st.booleans())))


def whole(array: st.SearchStrategy[Array]) -> st.SearchStrategy[Case]:
    """Calls ``f(x)``."""
    return array.map(lambda x: Case((x,)))


WHOLE = st.one_of(integers(), booleans())

X, Z, N = np.ones((2, 3)), np.ones((0, 3)), np.ones((2, 3), int)
OUT = [Case((X, 2)), Case((X, (0, -3))), Case((X, "a")), Case((X, 1.5)), Case((X, True))]
SEVERAL = st.sampled_from([*OUT, Case((X, (0, 0))), Case((X, (1, -1), True))])
register("sum", mg.sum, torch.sum, reductions(), errors=SEVERAL)
register("sum/integers", mg.sum, torch.sum, reductions(WHOLE))
INTEGERS = st.sampled_from([Case((N,)), Case((N > 0, 0)), Case((X,), {"dtype": "no"})])
FLOATS = st.one_of(SEVERAL, INTEGERS)
register("mean", mg.mean, torch.mean, reductions(), errors=FLOATS)
register("nansum", mg.nansum, torch.nansum, reductions(punctured(np.nan)), errors=SEVERAL)
register("nansum/integers", mg.nansum, torch.nansum, reductions(WHOLE))
register("nanmean", mg.nanmean, torch.nanmean, reductions(punctured(np.nan)), errors=FLOATS)
ONE = st.sampled_from([*OUT, Case((X, (0, 1))), Case((X,), {"keepdim": True})])
register("prod", mg.prod, torch.prod, whole(punctured(0)), errors=ONE)
register("prod/dim", mg.prod, torch.prod, reductions(punctured(0), dims))
register("prod/integers", mg.prod, torch.prod, reductions(WHOLE, dims))


LOGSUMEXP = st.one_of(SEVERAL, st.sampled_from([Case((X,)), Case((X, None))]))
register("logsumexp", mg.logsumexp, torch.logsumexp, reductions(dim=some_dims), errors=LOGSUMEXP)
register("logsumexp/-inf", mg.logsumexp, torch.logsumexp, reductions(punctured(-np.inf), some_dims))
register(
    "logsumexp/integers",
    mg.logsumexp,
    torch.logsumexp,
    reductions(WHOLE, some_dims),
    rtol=1e-6,  # integers give float32
)

ANY = st.one_of(reals(), WHOLE, integers(dtype=np.uint8, low=0))
register("all", mg.all, torch.all, reductions(ANY), errors=SEVERAL)
register("any", mg.any, torch.any, reductions(ANY), errors=SEVERAL)
register(
    "count_nonzero",
    mg.count_nonzero,
    torch.count_nonzero,
    reductions(ANY).map(lambda case: Case(case.args[:2])),
    errors=st.sampled_from(OUT),
)
