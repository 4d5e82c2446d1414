"""Specs of ``minigrad.ops.shapes``."""

from __future__ import annotations

import math

import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, case, register
from ..strategies import booleans, dims, integers, reals, shapes


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


register("reshape", mg.reshape, torch.reshape, reshapes())
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


register("flatten", mg.flatten, torch.flatten, flattenings())
register("unflatten", mg.unflatten, torch.unflatten, unflattenings())
register("squeeze", mg.squeeze, torch.squeeze, case(reals(shapes(max_side=2))))
register("squeeze/dim", mg.squeeze, torch.squeeze, with_dims())
register("squeeze/dims", mg.squeeze, torch.squeeze, with_several_dims())
register("unsqueeze", mg.unsqueeze, torch.unsqueeze, with_dims(extra=1))


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


register("permute", mg.permute, torch.permute, permutations())
register("transpose", mg.transpose, torch.transpose, with_dims(2))
register("t", mg.t, torch.t, case(reals(shapes(max_dims=2))))
register("T", lambda x: x.T, lambda x: x.T, case(reals(shapes(min_dims=2, max_dims=2))))
register("mT", lambda x: x.mT, lambda x: x.mT, case(reals(shapes(min_dims=2))))
register("movedim", mg.movedim, torch.movedim, moves())
register("clone", mg.clone, torch.clone, case(st.one_of(reals(), integers(), booleans())))
register("contiguous", mg.contiguous, lambda x: x.contiguous(), case(reals()))
