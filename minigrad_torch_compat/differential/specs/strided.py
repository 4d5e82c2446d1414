"""Specs of ``minigrad.ops.shaping.strided``."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import dims, reals, shapes


@st.composite
def walks(draw: st.DrawFn, overlapping: bool = True) -> tuple[Any, tuple[int, ...], Any, int]:
    """An array, and sizes, strides and an offset that stay in its memory."""
    array = draw(reals(shapes(min_dims=1, min_side=1)))
    # The memory of a strided array begins where the array does in both engines: it is a copy.
    array = np.ascontiguousarray(array) if draw(st.booleans()) else np.array(array, order="F")
    left = array.size - 1
    offset = draw(st.integers(0, left))
    left -= offset
    size: list[int] = []
    stride: list[int] = []
    for _ in range(draw(st.integers(0, 3))):
        reach = sum((max(n, 1) - 1) * s for n, s in zip(size, stride, strict=True))
        least = 0 if overlapping else reach + 1
        step = draw(st.integers(least, max(least, 4)))
        count = draw(st.integers(0, min(3, left // step + 1 if step else 3)))
        left -= (max(count, 1) - 1) * step
        size.append(count)
        stride.append(step)
    return array, tuple(size), tuple(stride), offset


_VECTOR = np.arange(4.0)
register(
    "as_strided",
    mg.as_strided,
    torch.as_strided,
    walks().map(Case),
    errors=st.sampled_from(
        [
            Case((_VECTOR, (5,), (1,))),
            Case((_VECTOR, (2,), (1,), 3)),
            Case((_VECTOR, (2,), (1,), -1)),
            Case((_VECTOR, (2,), (-1,), 2)),
            Case((_VECTOR, (-1,), (1,))),
            Case((_VECTOR, (2, 2), (1,))),
        ]
    ),
)
register("as_strided_copy", mg.as_strided_copy, torch.as_strided_copy, walks().map(Case))


@st.composite
def walks_elsewhere(draw: st.DrawFn) -> Case:
    """Walks that begin before a part of an array, or in an array that repeats its elements."""
    return Case((draw(reals((6,))), draw(st.integers(0, 2)), draw(st.integers(1, 3))))


def elsewhere(x: Any, repeated: int, step: int) -> Any:
    """Walk on from the second half of a vector, or its expansion, to the beginning."""
    part = (x[3:], x[3:].expand(2, 3), x[3:4].expand(3))[repeated]
    return part.as_strided((4,), (1,), 0) * part.as_strided((2, 2), (step, 1), 1).reshape(-1)


# PyTorch's second derivative of a walk through repeated elements is NaN: it divides 0 by 0.
register("as_strided/elsewhere", elsewhere, elsewhere, walks_elsewhere(), second=False)


@st.composite
def placements(draw: st.DrawFn) -> Case:
    """An array, values for a part of it, and where that is: no place in it twice."""
    array, size, stride, offset = draw(walks(overlapping=False))
    # PyTorch's gradient of the first operand is wrong: it is that of the region, where it should
    # be that of the rest (tests/ops/test_strided.py). And it takes contiguous operands only.
    array = np.ascontiguousarray(array)
    return Case((array, draw(reals(size)), size, stride, offset), constants=frozenset({0}))


register(
    "as_strided_scatter",
    mg.as_strided_scatter,
    torch.as_strided_scatter,
    placements(),
    errors=st.sampled_from(
        [
            Case((_VECTOR, np.ones(2), (3,), (1,))),
            Case((_VECTOR, np.ones(5), (5,), (1,))),
        ]
    ),
)


@st.composite
def windows(draw: st.DrawFn) -> Case:
    """A tensor, a dimension, a size of windows and a step, which may leave gaps."""
    array = draw(reals())
    dim = draw(dims(array.ndim))
    held = array.shape[dim] if array.ndim else 1
    return Case((array, dim, draw(st.integers(0, held)), draw(st.integers(1, 3))))


register(
    "unfold",
    mg.Tensor.unfold,
    torch.Tensor.unfold,
    windows(),
    method=None,
    errors=st.sampled_from(
        [
            Case((_VECTOR, 0, 5, 1)),
            Case((_VECTOR, 0, 2, 0)),
            Case((_VECTOR, 0, -1, 1)),
            Case((_VECTOR, 1, 2, 1)),
        ]
    ),
)
register("unfold_copy", mg.unfold_copy, torch.unfold_copy, windows())
