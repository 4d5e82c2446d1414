"""Specs of ``minigrad.ops.indices.scatter_reductions``."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import minigrad as mg

from ..spec import Case, register
from ..strategies import dims, integers, shapes

with warnings.catch_warnings():  # once: "index_reduce() is in beta"
    warnings.simplefilter("ignore")
    torch.index_reduce(torch.ones(1), 0, torch.tensor([0]), torch.ones(1), "amax")

_VECTOR, _PLACES = np.arange(4.0), np.array([0, 1])


@st.composite
def numbers(draw: st.DrawFn, shape: Any, reduce: str) -> Any:
    """Floats with ties (few values), which for products are zero now and then."""
    few = st.integers(-1, 2).map(float) if reduce != "prod" else st.sampled_from([0.0, 0.5, 1.5, 2])
    array = draw(hnp.arrays(np.float64, shape, elements=few))
    return np.asarray(array + 0.25) if reduce == "prod" and draw(st.booleans()) else array


def at_most_one_zero(case: Case) -> bool:
    """With two zeros in one place PyTorch has no second gradient: it raises."""
    return case.args[-1] != "prod" or int((case.args[3] == 0).sum()) <= 1


@st.composite
def elements(draw: st.DrawFn, reduce: str) -> Case:
    """A tensor, a dimension, an index of elements along it, and as many values."""
    shape = draw(shapes(min_side=1, max_dims=2))
    dim = draw(dims(len(shape)))
    size = shape[dim] if shape else 1
    own = [draw(st.integers(0, n)) for n in shape]
    if shape:
        own[dim] = draw(st.integers(0, size + 2))
    index = draw(hnp.arrays(np.int64, tuple(own), elements=st.integers(0, size - 1)))
    args = (draw(numbers(shape, reduce)), dim, index, draw(numbers(tuple(own), reduce)), reduce)
    return Case(args, {"include_self": draw(st.booleans())})


@st.composite
def slices(draw: st.DrawFn, reduce: str) -> Case:
    """A tensor, a dimension, an index of slices along it, and as many slices."""
    shape = draw(shapes(min_dims=1, min_side=1, max_dims=2))
    dim = draw(dims(len(shape)))
    index = draw(integers(st.tuples(st.integers(0, shape[dim] + 2)), 0, shape[dim] - 1))
    own = list(shape)
    own[dim] = index.size
    args = (draw(numbers(shape, reduce)), dim, index, draw(numbers(tuple(own), reduce)), reduce)
    return Case(args, {"include_self": draw(st.booleans())})


def whole(case: Case) -> Case:
    """The same call on integers."""
    args = [a.astype(np.int64) if isinstance(a, np.ndarray) else a for a in case.args]
    return Case(tuple(args), case.kwargs)


for _reduce in ("sum", "prod", "mean", "amax", "amin"):
    register(
        f"scatter_reduce/{_reduce}",
        mg.scatter_reduce,
        torch.scatter_reduce,
        elements(_reduce).filter(at_most_one_zero),
    )
    register(
        f"scatter_reduce/{_reduce}/integers",
        mg.scatter_reduce,
        torch.scatter_reduce,
        elements(_reduce).map(whole),
    )
    if _reduce == "sum":
        continue
    register(
        f"index_reduce/{_reduce}",
        mg.index_reduce,
        torch.index_reduce,
        slices(_reduce).filter(at_most_one_zero),
    )

register(
    "scatter_reduce",
    mg.scatter_reduce,
    torch.scatter_reduce,
    elements("mean"),
    errors=st.sampled_from(
        [
            Case((_VECTOR, 0, _PLACES, np.ones(2), "median")),
            Case((_VECTOR, 0, _PLACES + 3, np.ones(2), "sum")),
            Case((_VECTOR, 0, _PLACES, np.ones(1), "sum")),
            Case((_VECTOR, 1, _PLACES, np.ones(2), "sum")),
            Case((_VECTOR, 0, _PLACES[None], np.ones((1, 2)), "sum")),
            Case((_VECTOR, 0, _PLACES, np.ones(2, np.int64), "sum")),
            Case((_VECTOR > 0, 0, _PLACES, np.ones(2, bool), "mean")),
        ]
    ),
)
register(
    "index_reduce",
    mg.index_reduce,
    torch.index_reduce,
    slices("mean"),
    errors=st.sampled_from(
        [
            Case((_VECTOR, 0, _PLACES, np.ones(2), "sum")),
            Case((_VECTOR, 0, _PLACES + 3, np.ones(2), "amax")),
            Case((_VECTOR, 0, _PLACES - 1, np.ones(2), "amax")),
            Case((_VECTOR, 0, _PLACES, np.ones(3), "amax")),
            Case((_VECTOR, 1, _PLACES, np.ones(2), "amax")),
            Case((_VECTOR, 0, _PLACES[None], np.ones(2), "amax")),
            Case((_VECTOR, 0, _PLACES, np.ones(2, np.int64), "amax")),
            Case((_VECTOR, 0, _PLACES.astype(np.int16), np.ones(2), "amax")),
        ]
    ),
)
