"""Specs of ``minigrad.ops.reducing.differences``."""

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import booleans, dims, integers, reals, shapes

SHAPES = shapes(min_dims=1)


@st.composite
def differences(draw: st.DrawFn) -> Case:
    """A tensor, how often, along what, and what is joined to it."""
    shape = draw(SHAPES)
    kind = draw(st.sampled_from([reals, integers, booleans]))
    dim = draw(dims(len(shape)))
    more = {}
    for name in ("prepend", "append"):
        if draw(st.booleans()):
            sizes = list(shape)
            sizes[dim] = draw(st.integers(0, 2))
            more[name] = draw(kind(tuple(sizes)))
    return Case((draw(kind(shape)), draw(st.integers(0, 3)), dim), more)


X, N, B = np.arange(6.0).reshape(2, 3) ** 2, np.arange(3), np.array([True, False])
register(
    "diff",
    mg.diff,
    torch.diff,
    differences(),
    tier=2,
    errors=st.sampled_from(
        [
            Case((np.ones(()),)),
            Case((X, -1)),
            Case((X, 1, 2)),
            Case((X, 1, 0, X[0])),
            Case((X, 1, 0, X[:, :2])),
        ]
    ),
)

TWO = shapes(min_dims=1, min_side=3, max_side=5)


@st.composite
def sampled(draw: st.DrawFn) -> Case:
    """Samples and their distances, in every form."""
    shape = draw(TWO)
    x = draw(st.one_of(reals(shape), integers(shape)))
    dim = draw(st.sampled_from([None, 0, -1, tuple(range(len(shape)))]))
    axes = range(len(shape)) if dim is None else [dim] if isinstance(dim, int) else dim
    form = draw(st.sampled_from(["none", "number", "numbers", "coordinates"]))
    named: dict[str, Any] = {"edge_order": draw(st.sampled_from([1, 2]))}
    if dim is not None or draw(st.booleans()):
        named["dim"] = dim
    if form == "number":
        named["spacing"] = draw(st.sampled_from([2, 0.5]))
    elif form == "numbers":
        named["spacing"] = [draw(st.sampled_from([1.5, 0.5, 2.0])) for _ in axes]
    elif form == "coordinates":
        steps = st.lists(st.sampled_from([0.5, 1.0, 2.25]), min_size=5, max_size=5)
        named["spacing"] = [np.cumsum(draw(steps)[: shape[axis]]) for axis in axes]
    return Case((x,), named)


register(
    "gradient",
    mg.gradient,
    torch.gradient,
    sampled(),
    tier=2,
    errors=st.sampled_from(
        [
            Case((X,), {"spacing": [2.0]}),
            Case((X,), {"spacing": [np.arange(2.0)]}),
            Case((X,), {"spacing": [X, X]}),
            Case((X,), {"spacing": np.arange(2.0)}),
            Case((X,), {"spacing": "a"}),
            Case((X,), {"dim": (1, 1)}),
            Case((X,), {"dim": 3}),
            Case((X,), {"dim": 1, "spacing": [2.0, 1.0]}),
            Case((X,), {"edge_order": 2}),
            Case((X,), {"edge_order": 3}),
            Case((X[:1],)),
            Case((B,)),
            Case((N.astype(np.uint8),)),
        ]
    ),
)


@st.composite
def curves(draw: st.DrawFn) -> Case:
    """Samples with their distance, their coordinates in one row, or each its own."""
    y = draw(st.one_of(reals(SHAPES), integers(SHAPES)))
    dim = draw(dims(y.ndim))
    form = draw(st.sampled_from(["none", "number", "row", "all"]))
    if form == "number":
        return Case((y,), {"dx": draw(st.sampled_from([2, 0.5, -1.5])), "dim": dim})
    if form == "row":
        return Case((y, draw(reals((y.shape[dim],)))), {"dim": dim})
    if form == "all":
        return Case((y, draw(reals(y.shape))), {"dim": dim})
    return Case((y,), {"dim": dim})


AREAS = [
    Case((X, np.ones(2))),
    Case((X, np.ones(1))),
    Case((B,)),
    Case((X, X > 0)),
    Case((X,), {"dim": 4}),
    Case((X, X), {"dx": 2}),
    Case((2.0,)),
]
for _name in ("trapezoid", "cumulative_trapezoid"):
    register(
        _name,
        getattr(mg, _name),
        getattr(torch, _name),
        curves(),
        tier=2,
        errors=st.sampled_from(AREAS),
    )
register("trapz", mg.trapz, torch.trapz, curves(), tier=2, errors=st.sampled_from(AREAS[:1]))
