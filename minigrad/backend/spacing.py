"""Numbers at equal distances, rounded as PyTorch rounds them."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from .device import create
from .dtypes import float64


def spaced(start: Any, end: Any, steps: int, device: Any, dtype: Any, rounded: bool = True) -> Any:
    """Return ``steps`` numbers from ``start`` to ``end``; the second half counts back from ``end``.

    Args:
        start, end: Python numbers, or NumPy's.
        steps: how many.
        device: where the array goes.
        dtype: that of the numbers, which the distance between them is rounded to.
        rounded: whether the numbers themselves are; otherwise they are float64 (complex128).

    Raises:
        RuntimeError: for a negative number of steps.
    """
    steps = operator.index(steps)
    if steps < 0:
        raise RuntimeError(f"number of steps must be non-negative, got {steps}")
    kind = float64 if dtype.kind in "biu" else dtype
    first, last = kind.type(start), kind.type(end)
    pace = (last - first) / kind.type(max(steps - 1, 1))
    # In float64 at least: PyTorch's fused multiply-add rounds once.
    wide = np.result_type(kind, float64).type
    places = create("arange", device, steps).astype(wide)
    half = steps // 2 if steps > 1 else steps
    places[:half] = wide(first) + wide(pace) * places[:half]
    places[half:] = wide(last) - wide(pace) * (steps - 1 - places[half:])
    return places.astype(dtype, copy=False) if rounded else places
