"""Fractional pooling: windows of one size whose distances vary, drawn for every plane."""

from __future__ import annotations

import itertools
from math import prod
from typing import Any

import numpy as np

from .arrays import namespace


def window_starts(samples: Any, length: int, count: int, kernel: int) -> Any:
    """Return where ``count`` windows begin along an axis, (images, channels, count).

    Args:
        samples: a number from [0, 1) for each plane, which shifts the pattern of distances.
        length: elements of the axis.
        count: how many windows there are; the last one ends with the axis.
        kernel: elements of a window.

    Source: Graham, "Fractional max-pooling" (2014), pseudo-random sequences.
    """
    real = samples.dtype.type
    samples = samples[..., None]
    steps = namespace(samples).arange(count).astype(samples.dtype)
    alpha = real(length - kernel) / real(max(count - 1, 1))
    starts = ((steps + samples) * alpha).astype(np.int64) - (samples * alpha).astype(np.int64)
    starts[..., count - 1 :] = length - kernel
    return starts


def window_winners(x: Any, starts: list[Any], kernel: tuple[int, ...]) -> Any:
    """Return where in its plane the maximum of each window is: the first, or the last NaN.

    Args:
        x: images (images, channels, spatial ...).
        starts: of the windows along each axis, (images, channels, count).
        kernel: the windows' size.
    """
    size = x.shape[2:]
    ndim = len(size)
    corner: Any = 0
    for axis, (begin, length) in enumerate(zip(starts, size, strict=True)):
        shape = (*begin.shape[:2], *(1,) * axis, begin.shape[2], *(1,) * (ndim - axis - 1))
        corner = corner * length + begin.reshape(shape)
    planes = x.reshape(*x.shape[:2], prod(size))
    flat = (*x.shape[:2], prod(corner.shape[2:]))
    best, winner = None, corner
    for tap in itertools.product(*map(range, kernel)):
        place = corner + int(np.ravel_multi_index(tap, size))
        values = np.take_along_axis(planes, place.reshape(flat), 2).reshape(place.shape)
        if best is None:
            best = values
            continue
        wins = (values > best) | (values != values)
        best, winner = np.where(wins, values, best), np.where(wins, place, winner)
    return winner
