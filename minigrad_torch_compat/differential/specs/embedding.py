"""Specs of ``minigrad.ops.sequences.embedding``."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg
from minigrad.ops.sequences.embedding import picked_rows

from ..spec import Case, register
from ..strategies import integers, reals, shapes

F = torch.nn.functional


@st.composite
def lookups(draw: st.DrawFn, frequency: bool) -> Case:
    """Calls of embedding, with padding; every row is asked for several times or never."""
    count = draw(st.integers(1, 5))
    # PyTorch has no second derivative of looking up nothing: "cannot reshape".
    index = draw(integers(shapes(max_dims=2, min_side=int(not frequency)), 0, count - 1))
    options = {"padding_idx": draw(st.none() | st.integers(-count, count - 1))}
    if frequency:
        options["scale_grad_by_freq"] = True
    if draw(st.booleans()):
        index = index.astype(np.int32)
    return Case((index, draw(reals((count, draw(st.integers(1, 3)))))), options)


@st.composite
def classes(draw: st.DrawFn) -> Case:
    """Calls of one_hot."""
    index = draw(integers(shapes(), 0, 4))
    count = draw(st.integers(5, 7)) if draw(st.booleans()) or not index.size else -1
    return Case((index, count))


N, W = np.array([0, 1]), np.ones((3, 2))
register(
    "embedding",
    mg.embedding,
    F.embedding,
    lookups(False),
    errors=st.sampled_from(
        [
            Case((N + 2, W)),
            Case((N - 1, W)),
            Case((N * 1.0, W)),
            Case((N, W[0])),
            Case((N, W, 3)),
            Case((N, W, -4)),
        ]
    ),
)
# Dividing by frequency has no second derivative in PyTorch ("not implemented").
register("embedding/frequency", mg.embedding, F.embedding, lookups(True), second=False)
register(
    "one_hot",
    mg.one_hot,
    F.one_hot,
    classes(),
    errors=st.sampled_from(
        [Case((N - 1,)), Case((N, 1)), Case((N * 1.0,)), Case((N[:0],)), Case((N, 0))]
    ),
)


@st.composite
def picks(draw: st.DrawFn) -> Case:
    """Calls of picked_rows, the adjoint of embedding's gradient."""
    count = draw(st.integers(1, 4))
    index = draw(integers(shapes(max_dims=2), 0, count - 1))
    options = {
        "padding": draw(st.none() | st.integers(0, count - 1)),
        "frequency": draw(st.booleans()),
    }
    return Case((draw(reals((count, 2))), index), options)


def _picked(h: Any, index: Any, padding: int | None, frequency: bool) -> Any:
    out = F.embedding(index, h)
    if padding is not None:
        out = out * (index != padding)[..., None]
    if frequency:
        out = out / torch.bincount(index.flatten(), minlength=len(h))[index][..., None]
    return out


register("picked_rows", picked_rows, _picked, picks())
