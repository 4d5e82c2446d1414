"""Specs of ``minigrad.ops.reductions``."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import Array, booleans, dims, integers, reals


def dim_sets(ndim: int) -> st.SearchStrategy[Any]:
    """None, one dimension or a tuple of them, negative ones included."""
    return st.one_of(st.none(), some_dims(ndim))


def some_dims(ndim: int) -> st.SearchStrategy[Any]:
    """One dimension or a tuple of them, negative ones included."""
    several = st.lists(
        st.integers(0, max(ndim, 1) - 1), min_size=1, max_size=max(ndim, 1), unique=True
    ).map(lambda found: tuple(d - ndim if d % 2 and ndim else d for d in found))
    return st.one_of(dims(ndim), several)


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


@st.composite
def punctured(
    draw: st.DrawFn, value: float, array: st.SearchStrategy[Array] | None = None
) -> Array:
    """Arrays with one value in random places: none, some or all of them."""
    found = draw(reals() if array is None else array)
    return np.where(draw(booleans(st.just(found.shape))), value, found)


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
