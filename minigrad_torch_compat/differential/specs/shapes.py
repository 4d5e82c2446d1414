"""Specs of ``minigrad.ops.shaping.shapes``."""

from __future__ import annotations

import math

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, refused, register
from ..strategies import booleans, dims, integers, reals, shapes

# What calls that are refused are made of.
X = np.arange(24.0).reshape(2, 3, 4)
EMPTY = np.zeros((0, 3))


@st.composite
def reshapes(draw: st.DrawFn) -> Case:
    """A tensor and another shape of as many elements, perhaps with -1."""
    array = draw(reals())
    left, shape = array.size, []
    while left > 1 and draw(st.booleans()):
        divisor = draw(st.sampled_from([n for n in range(1, left + 1) if left % n == 0]))
        shape.append(divisor)
        left //= divisor
    shape = draw(st.permutations([*shape, left]))
    if array.size and draw(st.booleans()):
        shape[draw(st.integers(0, len(shape) - 1))] = -1
    return Case((array, tuple(shape)))


register(
    "reshape",
    mg.reshape,
    torch.reshape,
    reshapes(),
    errors=refused((X, (5, 5)), (X, (-1, -1)), (X, (-2, 3)), (EMPTY, (-1, 0)), (X, (2.5,))),
)
_BITS = st.sampled_from(
    [("int32", "float32"), ("float64", "int64"), ("int16", "int32"), ("int64", "uint8")]
)
register(
    "view/dtype",
    lambda x, pair: x.to(getattr(mg, pair[0])).view(getattr(mg, pair[1])),
    lambda x, pair: x.to(getattr(torch, pair[0])).view(getattr(torch, pair[1])),
    case(integers(st.tuples(st.integers(1, 3), st.sampled_from([2, 4]))), _BITS),
    method=None,
    errors=st.sampled_from(
        [
            Case((np.arange(3), ("int16", "int32"))),
            Case((np.array(3), ("int16", "int32"))),
            Case((np.arange(8).reshape(2, 4).T, ("int16", "int32"))),
            Case((np.arange(6).reshape(2, 3), ("int16", "int32"))),
        ]
    ),
)
register("ravel", mg.ravel, torch.ravel, case(reals()))
register(
    "view",
    lambda x, shape: mg.clone(x).contiguous().view(shape),
    lambda x, shape: x.clone().contiguous().view(shape),
    reshapes(),
)


@st.composite
def with_dims(draw: st.DrawFn, count: int = 1, extra: int = 0, min_dims: int = 0) -> Case:
    """A tensor and dimensions of it."""
    array = draw(reals(shapes(min_dims=min_dims)))
    return Case((array, *(draw(dims(array.ndim + extra)) for _ in range(count))))


@st.composite
def with_several_dims(draw: st.DrawFn) -> Case:
    """A tensor and a tuple of different dimensions."""
    array = draw(reals(shapes(max_side=2)))
    axes = draw(st.lists(st.integers(0, max(array.ndim, 1) - 1), unique=True))
    signed = [a - max(array.ndim, 1) if draw(st.booleans()) else a for a in axes]
    return Case((array, tuple(signed)))


@st.composite
def flattenings(draw: st.DrawFn) -> Case:
    """A tensor and a range of dimensions."""
    array = draw(reals())
    first, last = sorted([draw(st.integers(0, max(array.ndim, 1) - 1)) for _ in range(2)])
    return Case((array, first, last - max(array.ndim, 1) if draw(st.booleans()) else last))


@st.composite
def unflattenings(draw: st.DrawFn) -> Case:
    """A tensor, a dimension and what to make of it."""
    sizes = draw(shapes(min_dims=1, max_dims=2, min_side=1))
    shape = list(draw(shapes(min_dims=1)))
    dim = draw(dims(len(shape)))
    shape[dim] = math.prod(sizes)
    if draw(st.booleans()):
        sizes = (-1, *sizes[1:])
    return Case((draw(reals(tuple(shape))), dim, sizes))


register(
    "flatten",
    mg.flatten,
    torch.flatten,
    flattenings(),
    errors=refused((X, 2, 1), (X, 3), (X, 0, -4)),
)
register(
    "unflatten",
    mg.unflatten,
    torch.unflatten,
    unflattenings(),
    errors=refused((X, 3, (2, 2)), (X, 2, (3, 2)), (X, 2, ()), (X, 2, (-1, -1)), (X, 2, (3, -1))),
)
register("squeeze", mg.squeeze, torch.squeeze, case(reals(shapes(max_side=2))))
register("squeeze/dim", mg.squeeze, torch.squeeze, with_dims(), errors=refused((X, 3), (X, -4)))
register(
    "squeeze/dims",
    mg.squeeze,
    torch.squeeze,
    with_several_dims(),
    errors=refused((X, (0, 0)), (X, (0, 3))),
)
register(
    "unsqueeze",
    mg.unsqueeze,
    torch.unsqueeze,
    with_dims(extra=1),
    errors=refused((X, 4), (X, -5), (X, 1.5)),
)


@st.composite
def permutations(draw: st.DrawFn) -> Case:
    """A tensor and an order of its dimensions."""
    array = draw(reals(shapes(max_dims=4, max_side=3)))
    order = draw(st.permutations(range(array.ndim)))
    return Case((array, tuple(d - array.ndim if draw(st.booleans()) else d for d in order)))


@st.composite
def moves(draw: st.DrawFn) -> Case:
    """A tensor, dimensions and places for them."""
    array = draw(reals(shapes(max_dims=4, max_side=3)))
    count = draw(st.integers(0, array.ndim))
    source = draw(st.permutations(range(array.ndim)))[:count]
    target = draw(st.permutations(range(-array.ndim, 0)))[:count]
    if count == 1 and draw(st.booleans()):
        return Case((array, source[0], target[0]))
    return Case((array, tuple(source), tuple(target)))


register(
    "permute",
    mg.permute,
    torch.permute,
    permutations(),
    errors=refused((X, (0, 1)), (X, (0, 1, 1)), (X, (0, 1, 3)), (X, (0, 1, 2, 3))),
)
register(
    "transpose",
    mg.transpose,
    torch.transpose,
    with_dims(2),
    errors=refused((X, 0, 3), (X, -4, 0), (X, 0)),
)
register("t", mg.t, torch.t, case(reals(shapes(max_dims=2))), errors=refused((X,)))
register("T", lambda x: x.T, lambda x: x.T, case(reals(shapes(min_dims=2, max_dims=2))))
register("mT", lambda x: x.mT, lambda x: x.mT, case(reals(shapes(min_dims=2))))
register(
    "movedim",
    mg.movedim,
    torch.movedim,
    moves(),
    errors=refused((X, 0, 3), (X, (0, 1), (0,)), (X, (0, 0), (0, 1)), (X, (0, 1), (1, 1))),
)
register("clone", mg.clone, torch.clone, case(st.one_of(reals(), integers(), booleans())))
register("contiguous", mg.contiguous, lambda x: x.contiguous(), case(reals()))
