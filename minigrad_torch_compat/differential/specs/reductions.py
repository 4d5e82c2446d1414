"""Specs of ``minigrad.ops.reductions``."""

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

register("sum", mg.sum, torch.sum, reductions())
register("sum/integers", mg.sum, torch.sum, reductions(WHOLE))
register("mean", mg.mean, torch.mean, reductions())
register("nansum", mg.nansum, torch.nansum, reductions(punctured(np.nan)))
register("nansum/integers", mg.nansum, torch.nansum, reductions(WHOLE))
register("nanmean", mg.nanmean, torch.nanmean, reductions(punctured(np.nan)))
register("prod", mg.prod, torch.prod, whole(punctured(0)))
register("prod/dim", mg.prod, torch.prod, reductions(punctured(0), dims))
register("prod/integers", mg.prod, torch.prod, reductions(WHOLE, dims))


register("logsumexp", mg.logsumexp, torch.logsumexp, reductions(dim=some_dims))
register("logsumexp/-inf", mg.logsumexp, torch.logsumexp, reductions(punctured(-np.inf), some_dims))
register(
    "logsumexp/integers",
    mg.logsumexp,
    torch.logsumexp,
    reductions(WHOLE, some_dims),
    rtol=1e-6,  # integers give float32
)

ANY = st.one_of(reals(), WHOLE, integers(dtype=np.uint8, low=0))
register("all", mg.all, torch.all, reductions(ANY))
register("any", mg.any, torch.any, reductions(ANY))
register(
    "count_nonzero",
    mg.count_nonzero,
    torch.count_nonzero,
    reductions(ANY).map(lambda case: Case(case.args[:2])),
)
