"""Specs of ``minigrad.ops.reductions``."""

from collections.abc import Callable
from typing import Any

import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import Array, booleans, dims, integers, reals


def dim_sets(ndim: int) -> st.SearchStrategy[Any]:
    """None, one dimension or a tuple of them, negative ones included."""
    several = st.lists(
        st.integers(0, max(ndim, 1) - 1), min_size=1, max_size=max(ndim, 1), unique=True
    ).map(lambda found: tuple(d - ndim if d % 2 and ndim else d for d in found))
    return st.one_of(st.none(), dims(ndim), several)


@st.composite
def reductions(
    draw: st.DrawFn,
    array: st.SearchStrategy[Array] | None = None,
    dim: Callable[[int], st.SearchStrategy[Any]] = dim_sets,
) -> Case:
    """Calls ``f(x, dim, keepdim)``."""
    x = draw(reals() if array is None else array)
    return Case((x, draw(dim(x.ndim)), draw(st.booleans())))


register("sum", mg.sum, torch.sum, reductions())
register("sum/integers", mg.sum, torch.sum, reductions(st.one_of(integers(), booleans())))
register("mean", mg.mean, torch.mean, reductions())
