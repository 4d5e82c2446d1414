"""Specs of ``minigrad.ops.sorting``."""

import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import booleans, dims, integers, reals, shapes

# Equal elements keep their order in ours, and in PyTorch's with stable=True.
TIES = st.one_of(reals(low=-0.03, high=0.03), reals())
DISTINCT = reals(shapes(min_side=1), distinct=True)


@st.composite
def sorts(draw: st.DrawFn) -> Case:
    """Calls ``f(x, dim=, descending=, stable=True)``."""
    x = draw(st.one_of(TIES, integers(), booleans()))
    named = {"dim": draw(dims(x.ndim)), "descending": draw(st.booleans()), "stable": True}
    return Case((x,), named)


register("sort", mg.sort, torch.sort, sorts())
register("argsort", mg.argsort, torch.argsort, sorts())


@st.composite
def selections(draw: st.DrawFn, smallest: int) -> Case:
    """Calls ``f(x, k, dim)`` on distinct elements."""
    x = draw(DISTINCT)
    dim = draw(dims(x.ndim))
    k = draw(st.integers(smallest, x.shape[dim])) if x.ndim else 1
    return Case((x, k, dim))


register(
    "topk",
    mg.topk,
    torch.topk,
    st.builds(lambda case, largest: Case((*case.args, largest)), selections(0), st.booleans()),
)
register(
    "kthvalue",
    mg.kthvalue,
    torch.kthvalue,
    st.builds(lambda case, keepdim: Case((*case.args, keepdim)), selections(1), st.booleans()),
)
