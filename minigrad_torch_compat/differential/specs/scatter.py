"""Specs of ``minigrad.ops.indices.scatter``."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minigrad as mg

from ..spec import Case, refused, register
from ..strategies import dims, reals, shapes

# What calls that are refused are made of.
M = np.arange(12.0).reshape(3, 4)
V = np.arange(4.0)
S = np.array(1.0)
I = np.array([0, 1])  # noqa: E741 - an index
INTEGERS = np.arange(12).reshape(3, 4)


@st.composite
def indexed(draw: st.DrawFn, source: bool = False, unique: bool = False) -> Case:
    """A tensor, a dimension, an index of elements along it, and perhaps a source."""
    shape = draw(shapes(min_side=1))
    dim = draw(dims(len(shape)))
    size = shape[dim] if shape else 1
    own = [draw(st.integers(0, n)) for n in shape]
    if shape:
        own[dim] = draw(st.integers(0, size if unique else size + 2))
    index = draw(hnp.arrays(np.int64, tuple(own), elements=st.integers(0, size - 1)))
    if unique and shape:
        order = np.argsort(np.random.default_rng(0).random(shape), axis=dim)
        index = order[tuple(map(slice, own))]
    args: list[Any] = [draw(reals(shape)), dim, index]
    if source:
        args.append(draw(reals(tuple(own))))  # a larger one has no gradient in PyTorch
    return Case(tuple(args))


register(
    "gather",
    mg.gather,
    torch.gather,
    indexed(),
    errors=refused(
        (M, 0, I),
        (M, 0, I[None] + 3),
        (M, 2, I[None]),
        (M, 0, I[None] - 1),
        (M, 0, M[:1]),
        (V, 0, 1),
    ),
)
register(
    "scatter_add",
    mg.scatter_add,
    torch.scatter_add,
    indexed(source=True),
    errors=refused(
        (M, 0, I[None] + 3, M), (M, 0, I, M), (M, 2, I[None], M), (M, 0, I[None], INTEGERS)
    ),
)
# With an index named twice, either may win: PyTorch leaves it open.
register(
    "scatter",
    mg.scatter,
    torch.scatter,
    indexed(source=True, unique=True),
    errors=refused(
        (M, 0, I[None] + 3, M),
        (M, 0, I, M),
        (M, 2, I[None], M),
        (M, 0, I[None], INTEGERS),
        (M, 0, I[None], M[:1, :1]),
    ),
)
register(
    "scatter/value",
    mg.scatter,
    torch.scatter,
    indexed().map(lambda case: Case((*case.args, 2.5))),
)


@st.composite
def alongs(draw: st.DrawFn) -> Case:
    """A tensor, an index that broadcasts, and a dimension."""
    array = draw(reals(shapes(min_dims=1, min_side=1)))
    dim = draw(dims(array.ndim))
    own = [n if draw(st.booleans()) else 1 for n in array.shape]
    own[dim] = draw(st.integers(0, 4))
    size = array.shape[dim]
    places = st.integers(-size, size - 1)
    return Case((array, draw(hnp.arrays(np.int64, tuple(own), elements=places)), dim))


@st.composite
def flats(draw: st.DrawFn, low: bool) -> Case:
    """A tensor and places in it, counted in row-major order."""
    # Contiguous: PyTorch's take_along_dim raises a view error for a transposed tensor.
    array = np.ascontiguousarray(draw(reals(shapes(min_dims=1, min_side=1))))
    places = st.integers(-array.size if low else 0, array.size - 1)
    return Case((array, draw(hnp.arrays(np.int64, shapes(max_dims=2), elements=places))))


register(
    "take",
    mg.take,
    torch.take,
    flats(low=True),
    errors=refused((M, I + 12), (M, I - 14), (M, V), (M, I.astype(np.int32))),
)
register(
    "take_along_dim",
    mg.take_along_dim,
    torch.take_along_dim,
    alongs(),
    errors=refused((M, I, 1), (M, M, 1), (M, I[None], 2), (M, np.array([[0, 0], [0, 0]]), 1)),
)
register("take_along_dim/flat", mg.take_along_dim, torch.take_along_dim, flats(low=False))


@st.composite
def sliced(draw: st.DrawFn, source: bool = False, unique: bool = False) -> Case:
    """A tensor, a dimension, an index of slices along it, and perhaps as many slices."""
    shape = draw(shapes(min_side=1))
    dim = draw(dims(len(shape)))
    size = shape[dim] if shape else 1
    count = draw(st.integers(0, size if unique else size + 2)) if shape else 1
    index = draw(hnp.arrays(np.int64, count, elements=st.integers(0, size - 1), unique=unique))
    if count == 1 and draw(st.booleans()):
        index = index.reshape(())
    args: list[Any] = [draw(reals(shape)), dim, index]
    if source:
        own = list(shape)
        if shape:
            own[dim] = count
        args.append(draw(reals(tuple(own))))
    return Case(tuple(args))


register(
    "index_select",
    mg.index_select,
    torch.index_select,
    sliced(),
    errors=refused(
        (M, 0, I + 3), (M, 0, I[None]), (M, 2, I), (M, 0, V), (M, 0, I - 1), (S, 0, I), (M, 0, 0)
    ),
)
register(
    "index_add",
    mg.index_add,
    torch.index_add,
    sliced(source=True),
    errors=refused(
        (M, 0, I, M),
        (M, 0, I + 3, M[:2]),
        (M, 2, I, M[:2]),
        (M, 0, I, INTEGERS[:2]),
        (M, 0, V[:2], M[:2]),
        (M, 0, I[None], M[:2]),
    ),
)
register(
    "index_add/alpha",
    lambda *args: mg.index_add(*args, alpha=-2.5),
    lambda *args: torch.index_add(*args, alpha=-2.5),
    sliced(source=True),
)
register(
    "index_copy",
    mg.index_copy,
    torch.index_copy,
    sliced(source=True, unique=True),
    errors=refused(
        (M, 0, I, M),
        (M, 0, I + 3, M[:2]),
        (M, 2, I, M[:2]),
        (M, 0, I, INTEGERS[:2]),
        (M, 0, V[:2], M[:2]),
        (M, 0, I[None], M[:2]),
    ),
)
register(
    "index_fill",
    lambda x, dim, index: mg.index_fill(x, dim, index, 2.5),
    lambda x, dim, index: torch.index_fill(x, dim, index, 2.5),
    sliced(),
    errors=refused((M, 0, I + 3), (M, 2, I), (M, 0, V[:2]), (M, 0, I.astype(np.int32))),
)
register(
    "overwrite/index_fill",
    lambda x, dim, index, value: mg.index_fill(x, dim, index, value),
    lambda x, dim, index, value: torch.index_fill(x, dim, index, value),
    st.tuples(sliced(), reals(())).map(lambda both: Case((*both[0].args, both[1]))),
)
