"""Specs of ``minigrad.ops.reducing.sorting``."""

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg
from minigrad.ops.reducing.sorting import take_along

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


@st.composite
def permutations(draw: st.DrawFn) -> Case:
    """Calls ``f(x, index=, axis=)`` with an index that names no element twice."""
    x = draw(reals(shapes(min_dims=1, min_side=1)))
    dim = draw(st.integers(0, x.ndim - 1))
    order = np.argsort(np.random.default_rng(draw(st.integers(0, 99))).random(x.shape), axis=dim)
    count = draw(st.integers(0, x.shape[dim]))
    return Case((x,), {"index": np.take(order, range(count), dim), "axis": dim})


register(
    "take_along",
    lambda x, index, axis: take_along(x, index=index.numpy(), dim=axis),
    lambda x, index, axis: torch.take_along_dim(x, index, axis),
    permutations(),
)


@st.composite
def repetitions(draw: st.DrawFn) -> Case:
    """Calls ``f(x, return_inverse=, return_counts=, dim=)``."""
    x = draw(st.one_of(integers(shapes(min_side=1), low=-1, high=1), booleans(shapes(min_side=1))))
    named = {"return_inverse": draw(st.booleans()), "return_counts": draw(st.booleans())}
    return Case((x,), {**named, "dim": draw(st.none() | dims(x.ndim)) if x.ndim else None})


register("unique", mg.unique, torch.unique, repetitions())
