"""Specs of ``minigrad.ops.indices.index_writing``."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minigrad as mg

from ..spec import Case, register
from ..strategies import booleans, broadcastable, reals, shapes

_MATRIX, _PLACES = np.arange(12.0).reshape(3, 4), np.array([0, 1])


@st.composite
def writes(draw: st.DrawFn, accumulate: bool) -> Case:
    """A tensor, index tensors for its first dimensions, and values that broadcast.

    Without ``accumulate`` no place is named twice: which value wins is left open.
    """
    array = draw(reals(shapes(min_dims=1, min_side=1)))
    count = draw(st.integers(1, array.ndim))
    if draw(st.integers(0, 4)) == 0:
        index = (draw(booleans(array.shape[:count])),)
    elif accumulate:
        own = draw(shapes(max_dims=2, max_side=3))
        index = tuple(
            draw(hnp.arrays(np.int64, own, elements=st.integers(-n, n - 1)))
            for n in array.shape[:count]
        )
    else:
        order = draw(st.permutations(range(array.shape[0])))
        index = (np.array(order[: draw(st.integers(0, array.shape[0]))], np.int64),)
    shape = list(array[index].shape)
    for axis in range(len(shape)):
        if draw(st.integers(0, 3)) == 0:
            shape[axis] = 1
    shape = shape[draw(st.integers(0, len(shape))) :]
    return Case((array, index, draw(reals(tuple(shape))), accumulate))


register("index_put/accumulate", mg.index_put, torch.index_put, writes(accumulate=True))
register(
    "index_put",
    mg.index_put,
    torch.index_put,
    writes(accumulate=False),
    errors=st.sampled_from(
        [
            Case((_MATRIX, (_PLACES + 2,), np.array(1.0))),
            Case((_MATRIX, (_PLACES, _PLACES, _PLACES), np.array(1.0))),
            Case((_MATRIX, (_PLACES, np.arange(3)), np.array(1.0))),
            Case((_MATRIX, (np.array([0.5]),), np.array(1.0))),
            Case((_MATRIX, (np.array([True]),), np.array(1.0))),
            Case((_MATRIX, _PLACES, np.array(1.0))),
            Case((_MATRIX, (0,), np.array(1.0))),
            Case((_MATRIX, (_PLACES,), 1.0)),
            Case((_MATRIX, (_PLACES,), np.ones(3))),
            Case((_MATRIX, (_PLACES[:1],), np.ones((2, 1, 4)))),
            Case((_MATRIX, (_PLACES,), np.array(1))),
        ]
    ),
)


@st.composite
def puts(draw: st.DrawFn) -> Case:
    """A tensor, places in it counted in row-major order, and as many values."""
    array = draw(reals(shapes(min_side=1)))
    accumulate = draw(st.booleans())
    places = st.integers(-array.size, array.size - 1)
    if accumulate:
        index = draw(hnp.arrays(np.int64, shapes(max_dims=2, max_side=3), elements=places))
    else:
        order = draw(st.permutations(range(array.size)))
        index = np.array(order[: draw(st.integers(0, array.size))], np.int64)
        index -= array.size * draw(st.booleans())
    return Case((array, index, draw(reals(index.shape)), accumulate))


register(
    "put",
    mg.Tensor.put,
    torch.Tensor.put,
    puts(),
    errors=st.sampled_from(
        [
            Case((_MATRIX, _PLACES + 11, np.ones(2))),
            Case((_MATRIX, _PLACES, np.ones(1))),
            Case((_MATRIX, _PLACES, np.ones(2, np.int64))),
            Case((_MATRIX, _PLACES.astype(np.int32), np.ones(2))),
        ]
    ),
)


@st.composite
def masked(draw: st.DrawFn) -> Case:
    """A tensor, a mask that broadcasts, and a source with enough elements."""
    first, second = draw(broadcastable())
    count = int(np.prod(np.broadcast_shapes(first, second)))
    source = draw(reals((count + draw(st.integers(0, 2)),)))
    return Case((draw(reals(first)), draw(booleans(second)), source))


register(
    "masked_scatter",
    mg.masked_scatter,
    torch.masked_scatter,
    masked(),
    errors=st.sampled_from(
        [
            Case((_MATRIX, _MATRIX > 5, np.ones(5))),
            Case((_MATRIX, _MATRIX, _MATRIX)),
            Case((_MATRIX, _MATRIX > 5, np.ones(6, np.int64))),
            Case((_MATRIX, np.ones(5, bool), _MATRIX)),
        ]
    ),
)
