"""Arrays of numbers: readable when shrunk, exact in float32, in every memory layout.

Operators fail at ties, at kinks, at special values and at the edges of dtypes. Each has a strategy
here, and none is in the default: a comparison at a kink is one of conventions, so ask for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from .shapes import Array, broadcastable, layouts, shapes

# What floating-point code forgets, in the order in which examples shrink.
SPECIAL = (0.0, -0.0, 1.0, np.inf, -np.inf, np.nan, 5e-324, 2.0**-149, 2.0**-126, 1e38, -1e300)


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


@st.composite
def pairs(draw: st.DrawFn, first: Any = reals, second: Any = reals) -> tuple[Array, Array]:
    """Two arrays of shapes that broadcast; ``first`` and ``second`` make arrays from shapes."""
    a, b = draw(broadcastable())
    return draw(first(a)), draw(second(b))


@st.composite
def ties(draw: st.DrawFn, shape: Any = None, values: int = 3) -> Array:
    """Arrays whose elements are a few small integers, so that most of them are equal."""
    low = -((values - 1) // 2)
    found = draw(integers(shape, low, low + values - 1))
    return draw(layouts(found.astype(np.float64)))


def smooth(
    shape: Any = None, kinks: tuple[float, ...] = (0.0,), margin: float = 0.25
) -> st.SearchStrategy[Array]:
    """Arrays that keep away from the points where an operator has no derivative, and from ties."""
    return reals(shape, away_from=kinks, margin=margin, distinct=True)


@st.composite
def special(draw: st.DrawFn, shape: Any = None, share: int = 3) -> Array:
    """Arrays with NaN, infinities, signed zeros, subnormal and huge numbers among others.

    Args:
        shape: a shape or a strategy of shapes.
        share: one in so many elements is special.
    """
    array = np.array(draw(reals(shape)))
    kinds = draw(hnp.arrays(np.int64, array.shape, elements=st.integers(0, share - 1)))
    which = st.integers(0, len(SPECIAL) - 1)
    places = draw(hnp.arrays(np.int64, array.shape, elements=which))
    return np.where(kinds == share - 1, np.array(SPECIAL)[places], array)


@st.composite
def punctured(
    draw: st.DrawFn, value: float, array: st.SearchStrategy[Array] | None = None
) -> Array:
    """Arrays with one value in random places: none, some or all of them."""
    found = draw(reals() if array is None else array)
    return np.where(draw(booleans(st.just(found.shape))), value, found)


@st.composite
def of_dtypes(
    draw: st.DrawFn,
    shape: Any = None,
    dtypes: tuple[str, ...] = ("float64", "float32", "float16", "int64", "int32", "uint8", "bool"),
) -> Array:
    """Arrays of every dtype. Only float64 ones are run in float32 too; the rest stay as drawn."""
    kind = np.dtype(draw(st.sampled_from(dtypes)))
    if kind.kind == "f":
        array = draw(reals(shape))
        return array if kind == np.float64 else array.astype(kind)
    if kind.kind == "b":
        return draw(booleans(shape))
    return draw(integers(shape, 0 if kind.kind == "u" else -5, 5, dtype=kind))
