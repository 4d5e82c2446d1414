"""Hypothesis strategies for operators' inputs."""

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


@st.composite
def reals(
    draw: st.DrawFn,
    shape: Any = None,
    low: float = -3.0,
    high: float = 3.0,
    away_from: tuple[float, ...] = (),
    margin: float = 0.05,
    distinct: bool = False,
) -> Array:
    """Arrays of float64 in [low, high], with every memory layout.

    Args:
        shape: a shape or a strategy of shapes; any shape by default.
        away_from: values to keep ``margin`` away from (kinks, poles).
        distinct: all elements differ (no ties).
    """
    if shape is None:
        shape = shapes()
    if isinstance(shape, st.SearchStrategy):
        shape = draw(shape)
    array = draw(
        hnp.arrays(
            np.float64,
            shape,
            # Multiples of 1/64: readable when shrunk, exact in float32.
            elements=st.integers(int(low * 64), int(high * 64)).map(lambda n: n / 64),
        )
    )
    if distinct and array.size:
        order = np.argsort(array, axis=None, kind="stable")
        spread = np.linspace(low, high, array.size) if array.size > 1 else array.ravel()
        flat = np.empty(array.size)
        flat[order] = spread.astype(np.float32)
        array = flat.reshape(array.shape)
    for value in away_from:
        near = np.abs(array - value) < margin
        array = np.where(near, value + np.where(array < value, -margin, margin), array)
    return draw(layouts(array))


def positive(shape: Any = None, low: float = 0.25, high: float = 4.0) -> st.SearchStrategy[Array]:
    """Arrays of positive numbers, away from zero."""
    return reals(shape, low, high)


def integers(
    shape: Any = None, low: int = -5, high: int = 5, dtype: Any = np.int64
) -> st.SearchStrategy[Array]:
    """Arrays of integers in [low, high]."""
    return hnp.arrays(dtype, shapes() if shape is None else shape, elements=st.integers(low, high))


def booleans(shape: Any = None) -> st.SearchStrategy[Array]:
    """Arrays of True and False."""
    return hnp.arrays(np.bool_, shapes() if shape is None else shape, elements=st.booleans())


def broadcastable(count: int = 2, max_dims: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    """Tuples of shapes that broadcast together, zero-size ones included."""
    return hnp.mutually_broadcastable_shapes(
        num_shapes=count, max_dims=max_dims, min_side=0, max_side=4
    ).map(lambda found: found.input_shapes)


@st.composite
def pairs(draw: st.DrawFn, first: Any = reals, second: Any = reals) -> tuple[Array, Array]:
    """Two arrays of shapes that broadcast; ``first`` and ``second`` make arrays from shapes."""
    a, b = draw(broadcastable())
    return draw(first(a)), draw(second(b))


def dims(ndim: int) -> st.SearchStrategy[int]:
    """Valid dimension numbers, negative ones included; 0 and -1 for a 0-d tensor."""
    return st.integers(-max(ndim, 1), max(ndim, 1) - 1)
