"""Windows of images laid out as columns (im2col), and columns added back to images (col2im)."""

from __future__ import annotations

import itertools
from typing import Any

from .arrays import namespace
from .columns import Grid, overlaps


def unfold_windows(x: Any, kernel: tuple[int, ...], positions: tuple[int, ...], grid: Grid) -> Any:
    """Return (images, channels, taps ..., positions ...): what each tap of each window meets."""
    # Zero is what lies outside of the image.
    make = namespace(x).zeros if any(grid.low) else namespace(x).empty
    out = make((*x.shape[:2], *kernel, *positions), x.dtype)
    for tap in itertools.product(*map(range, kernel)):
        inside, met = overlaps(x.shape[2:], positions, tap, grid)
        windows, pixels = (slice(None), slice(None), *tap, *inside), (..., *met)
        out[windows] = x[pixels]
    return out


def fold_windows(columns: Any, size: tuple[int, ...], grid: Grid) -> Any:
    """Return images of ``size`` with everything added where ``unfold_windows`` takes it from."""
    ndim = len(size)
    kernel, positions = columns.shape[2 : 2 + ndim], columns.shape[2 + ndim :]
    out = namespace(columns).zeros((*columns.shape[:2], *size), columns.dtype)
    for tap in itertools.product(*map(range, kernel)):
        inside, met = overlaps(size, positions, tap, grid)
        windows, pixels = (slice(None), slice(None), *tap, *inside), (..., *met)
        out[pixels] += columns[windows]
    return out
