"""Specs of ``minigrad.ops.images.shuffling``."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import integers, reals, shapes


@st.composite
def pixels(draw: st.DrawFn, upscale: bool) -> Case:
    """Images of any number of leading dimensions, and a factor."""
    r = draw(st.integers(1, 3))
    # Not empty: PyTorch leaves empty images as they are, of the wrong shape, and its gradient of
    # them raises (2.13).
    *lead, channels, height, width = draw(shapes(3, 5, min_side=1, max_side=2))
    if upscale:
        shape = (*lead, channels * r * r, height, width)
    else:
        shape = (*lead, channels, height * r, width * r)
    return Case((draw(reals(shape) | integers(shape)), r))


@st.composite
def channels(draw: st.DrawFn) -> Case:
    """Images of some groups of channels."""
    groups = draw(st.integers(1, 3))
    # Not without channels: PyTorch's gradient divides them by their number.
    images, per_group, *size = draw(shapes(3, 5, max_side=3).filter(lambda found: found[1]))
    shape = (images, per_group * groups, *size)
    return Case((draw(reals(shape) | integers(shape)), groups))


X = np.zeros((2, 4, 3, 3))

register(
    "pixel_shuffle",
    mg.pixel_shuffle,
    torch.pixel_shuffle,
    pixels(True),
    tier=2,
    errors=st.sampled_from(
        [Case((X, 0)), Case((X, -1)), Case((X, 3)), Case((X, 2.0)), Case((X[0, 0], 2))]
    ),
)
register(
    "pixel_unshuffle",
    mg.pixel_unshuffle,
    torch.pixel_unshuffle,
    pixels(False),
    tier=2,
    errors=st.sampled_from(
        [Case((X, 0)), Case((X, -1)), Case((X, 2)), Case((X, 2.0)), Case((X[0, 0], 2))]
    ),
)
register(
    "channel_shuffle",
    mg.channel_shuffle,
    torch.channel_shuffle,
    channels(),
    tier=2,
    errors=st.sampled_from(
        [Case((X, 0)), Case((X, -1)), Case((X, 3)), Case((X, 2.0)), Case((X[0, 0], 2))]
    ),
)
