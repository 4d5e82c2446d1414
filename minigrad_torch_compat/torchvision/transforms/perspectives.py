"""A picture as seen from elsewhere: four of its points are sent to four others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import pil_changes, tensor_geometry
from .pictures import InterpolationMode, check_picture, interpolation_mode, tensor_mode

__all__ = ["perspective"]


def perspective(
    img: Any,
    startpoints: Sequence[Sequence[int]],
    endpoints: Sequence[Sequence[int]],
    interpolation: Any = InterpolationMode.BILINEAR,
    fill: Any = None,
) -> Any:
    """Return the picture with four corners (x, y) moved to four other points."""
    coefficients = _coefficients(startpoints, endpoints)
    mode = interpolation_mode(interpolation)
    if check_picture(img):
        return pil_changes.perspective(img, coefficients, mode, fill)
    name = tensor_mode(mode, ("nearest", "bilinear"))
    return tensor_geometry.perspective(img, coefficients, name, fill)


def _coefficients(start: Any, end: Any) -> list[float]:
    """Solve for the eight numbers of the mapping that sends ``end`` to ``start``."""
    if len(start) != 4 or len(end) != 4:
        raise ValueError(
            f"Please provide exactly four corners, got {len(start)} startpoints and "
            f"{len(end)} endpoints."
        )
    rows = []
    for (x, y), (u, v) in zip(end, start):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    wanted = np.asarray(start, np.float64).reshape(8)
    found = np.linalg.lstsq(np.asarray(rows, np.float64), wanted, rcond=None)[0]
    return [float(number) for number in found.astype(np.float32)]
