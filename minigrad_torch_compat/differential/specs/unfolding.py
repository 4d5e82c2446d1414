"""Specs of ``minigrad.ops.images.unfolding``."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad.nn.functional as ours

from ..spec import Case, register
from ..strategies import reals

F = torch.nn.functional


@st.composite
def _windows(draw: st.DrawFn) -> tuple[Any, ...]:
    """Return (leading sizes, size of the images, options of both functions, windows)."""
    axes = []
    for _ in range(2):
        k, d, p = draw(st.integers(1, 3)), draw(st.integers(1, 2)), draw(st.integers(0, 2))
        s = draw(st.integers(1, 3))
        n = draw(st.integers(max(1, d * (k - 1) + 1 - 2 * p), d * (k - 1) + 4))
        axes.append((n, k, d, p, s, (n + 2 * p - d * (k - 1) - 1) // s + 1))
    size, kernel, dilation, padding, stride, positions = zip(*axes)
    options = {
        "kernel_size": kernel,
        "dilation": dilation,
        "padding": padding,
        "stride": stride,
    }
    for name, value in options.items():
        if value[0] == value[1] and draw(st.booleans()):
            options[name] = value[0]
    lead = draw(st.sampled_from([(), (0,), (1,), (3,)]))
    return lead, size, options, kernel[0] * kernel[1], positions[0] * positions[1]


@st.composite
def unfolds(draw: st.DrawFn) -> Case:
    """Images and the windows to cut out of them."""
    lead, size, options, _, _ = draw(_windows())
    return Case((draw(reals((*lead, draw(st.integers(1, 3)), *size))),), options)


@st.composite
def folds(draw: st.DrawFn) -> Case:
    """Columns and the windows to add up."""
    lead, size, options, taps, count = draw(_windows())
    columns = draw(reals((*lead, draw(st.integers(1, 2)) * taps, count)))
    wanted = draw(st.just(size) | st.just(size[0])) if size[0] == size[1] else size
    return Case((columns, wanted), options)


IMAGE, COLUMNS = np.zeros((1, 2, 4, 4)), np.zeros((1, 8, 9))

register(
    "im2col",
    ours.unfold,
    F.unfold,
    unfolds(),
    tier=2,
    errors=st.sampled_from(
        [
            Case((IMAGE, 5)),
            Case((IMAGE, 0)),
            Case((IMAGE, (1, 2, 3))),
            Case((IMAGE, 2.5)),
            Case((IMAGE, 2), {"padding": -1}),
            Case((IMAGE, 2), {"stride": 0}),
            Case((IMAGE, 2), {"dilation": 0}),
            Case((IMAGE[:, :0], 2)),
            Case((IMAGE[:, :, :0], 2), {"padding": 2}),
            Case((IMAGE[None], 2)),
            Case((IMAGE.astype(int), 2)),
        ]
    ),
)
register(
    "col2im",
    ours.fold,
    F.fold,
    folds(),
    tier=2,
    errors=st.sampled_from(
        [
            Case((COLUMNS[0, 0], 4, 2)),
            Case((COLUMNS[:, :7], 4, 2)),
            Case((COLUMNS[:, :, :8], 4, 2)),
            Case((COLUMNS[:, :0], 4, 2)),
            Case((COLUMNS, (4, 4, 4), 2)),
            Case((COLUMNS, (-4, 4), 2)),
            Case((COLUMNS, 4, 0)),
            Case((COLUMNS, 4, 2.5)),
            Case((COLUMNS, 4, 2), {"dilation": 0}),
            Case((COLUMNS, 4, 2), {"padding": -1}),
            Case((COLUMNS, 4, 2), {"stride": 0}),
            Case((COLUMNS[None], 4, 2)),
            Case((COLUMNS.astype(int), 4, 2)),
        ]
    ),
)
