"""Shapes, dimensions and memory layouts."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

Array = np.ndarray[Any, Any]


def shapes(
    min_dims: int = 0, max_dims: int = 3, min_side: int = 0, max_side: int = 4
) -> st.SearchStrategy[tuple[int, ...]]:
    """Shapes, by default with 0-d and zero-size ones among them."""
    return hnp.array_shapes(
        min_dims=min_dims, max_dims=max_dims, min_side=min_side, max_side=max_side
    )


def broadcastable(count: int = 2, max_dims: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    """Tuples of shapes that broadcast together, zero-size ones included."""
    return hnp.mutually_broadcastable_shapes(
        num_shapes=count, max_dims=max_dims, min_side=0, max_side=4
    ).map(lambda found: found.input_shapes)


def dims(ndim: int) -> st.SearchStrategy[int]:
    """Valid dimension numbers, negative ones included; 0 and -1 for a 0-d tensor."""
    return st.integers(-max(ndim, 1), max(ndim, 1) - 1)


def some_dims(ndim: int) -> st.SearchStrategy[Any]:
    """One dimension or a tuple of them, negative ones included."""
    several = st.lists(
        st.integers(0, max(ndim, 1) - 1), min_size=1, max_size=max(ndim, 1), unique=True
    ).map(lambda found: tuple(d - ndim if d % 2 and ndim else d for d in found))
    return st.one_of(dims(ndim), several)


def dim_sets(ndim: int) -> st.SearchStrategy[Any]:
    """None, one dimension or a tuple of them, negative ones included."""
    return st.one_of(st.none(), some_dims(ndim))


@st.composite
def layouts(draw: st.DrawFn, array: Array) -> Array:
    """The same values in another memory layout: contiguous, transposed or strided."""
    layout = draw(st.sampled_from(["contiguous", "transposed", "strided"]))
    if layout == "transposed" and array.ndim:  # asfortranarray makes 0-d arrays 1-d
        return np.asfortranarray(array)
    if layout == "strided" and array.ndim:
        wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
        wide[..., ::2] = array
        return wide[..., ::2]
    return array


def flipped(array: Array) -> Array:
    """Return the same values with negative strides, which NumPy has and PyTorch has not."""
    return array[..., ::-1].copy()[..., ::-1] if array.ndim else array
