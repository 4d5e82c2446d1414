"""Tensors (..., C, H, W) turned, moved and seen from elsewhere: each pixel looks where it is from.

A mapping sends the pixels of the result to places of the picture, measured from its middle.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import minigrad as mg
from minigrad import Tensor
from minigrad.ops.images.grid_sampling import grid_sample


def inverse_affine_matrix(
    center: Sequence[float],
    angle: float,
    translate: Sequence[float],
    scale: float,
    shear: Sequence[float],
) -> list[float]:
    """Return the six numbers that send pixels of the result back to the picture.

    Forward, a picture is scaled, sheared in x and y and turned (degrees, clockwise) about
    ``center``, then moved by ``translate``: M = T C R S S' C^-1. This is the inverse of M.
    """
    turn, sx, sy = math.radians(angle), math.radians(shear[0]), math.radians(shear[1])
    (cx, cy), (tx, ty) = center, translate
    a = math.cos(turn - sy) / math.cos(sy)
    b = -math.cos(turn - sy) * math.tan(sx) / math.cos(sy) - math.sin(turn)
    c = math.sin(turn - sy) / math.cos(sy)
    d = -math.sin(turn - sy) * math.tan(sx) / math.cos(sy) + math.cos(turn)
    # The determinant of turning and shearing is one.
    xx, xy, yx, yy = d / scale, -b / scale, -c / scale, a / scale
    x0 = xx * (-cx - tx) + xy * (-cy - ty) + cx
    y0 = yx * (-cx - tx) + yy * (-cy - ty) + cy
    return [xx, xy, x0, yx, yy, y0]


def affine(img: Tensor, matrix: Sequence[float], mode: str, fill: Any, size: Any = None) -> Tensor:
    """Return the picture whose pixels come from where the matrix sends them.

    Args:
        img: (..., C, H, W).
        matrix: six numbers, of a mapping measured from the middles of both pictures.
        mode: "nearest" or "bilinear".
        fill: the value of what comes into view: a number, one per channel, or None for zero.
        size: (H, W) of the result, by default that of the picture.
    """
    height, width = size or img.shape[-2:]
    dtype = _floating(img)
    places = _places(height, width, dtype)
    theta = np.asarray(matrix, dtype).reshape(2, 3)
    halves = np.asarray([0.5 * img.shape[-1], 0.5 * img.shape[-2]], dtype)
    grid = (places.reshape(-1, 3) @ (theta.T / halves)).reshape(1, height, width, 2)
    return _sampled(img, grid, mode, fill)


def perspective(img: Tensor, coefficients: Sequence[float], mode: str, fill: Any) -> Tensor:
    """Return the picture whose pixels (x, y) come from ((ax + by + c) / q, (dx + ey + f) / q),

    with q = gx + hy + 1 and eight coefficients a to h, measured from the upper left corner.
    """
    height, width = img.shape[-2:]
    dtype = _floating(img)
    places = _places(height, width, dtype)
    places[..., 0] += 0.5 * width
    places[..., 1] += 0.5 * height
    a, b, c, d, e, f, g, h = coefficients
    halves = np.asarray([0.5 * width, 0.5 * height], dtype)
    above = np.asarray([[a, b, c], [d, e, f]], dtype).T / halves
    below = np.asarray([[g, h, 1.0]], dtype).T
    grid = (places @ above) / (places @ below) - 1
    return _sampled(img, grid[None], mode, fill)


def expanded_size(matrix: Sequence[float], width: int, height: int) -> tuple[int, int]:
    """Return the (W, H) that holds a whole picture after the inverse of a mapping."""
    x, y = 0.5 * width, 0.5 * height
    corners = np.asarray([[-x, -y, 1], [-x, y, 1], [x, y, 1], [x, -y, 1]], np.float32)
    moved = corners @ np.asarray(matrix, np.float32).reshape(2, 3).T
    middle = np.asarray((x, y), np.float32)
    # Cut to 1e-4 first: a corner that lies on a pixel's edge must not make room for another.
    most, least = (
        np.trunc((ends + middle) / np.float32(1e-4)) * np.float32(1e-4)
        for ends in (moved.max(0), moved.min(0))
    )
    found = np.ceil(most) - np.floor(least)
    return int(found[0]), int(found[1])


def _floating(img: Tensor) -> Any:
    return img.dtype if img.dtype in (np.float32, np.float64) else np.dtype(np.float32)


def _places(height: int, width: int, dtype: Any) -> Any:
    """Return x, y and 1 for each pixel, measured from the middle: (H, W, 3)."""
    places = np.empty((height, width, 3), dtype)
    places[..., 0] = np.arange(width) - (width - 1) / 2
    places[..., 1] = (np.arange(height) - (height - 1) / 2)[:, None]
    places[..., 2] = 1
    return places


def _sampled(img: Tensor, grid: Any, mode: str, fill: Any) -> Tensor:
    """Sample a picture at places in [-1, 1]; what is outside of it gets ``fill``."""
    dtype = _floating(img)
    batch = img.reshape(-1, *([1] if img.ndim == 2 else []), *img.shape[-3:]).to(dtype)
    grid = mg.from_numpy(np.ascontiguousarray(grid.astype(dtype, copy=False)))
    grid = grid.expand(batch.shape[0], *grid.shape[1:])
    if fill is None:
        found = _sample(batch, grid, mode)
    else:
        found = _filled(batch, grid, mode, fill)
    found = found.reshape(*img.shape[:-2], *found.shape[-2:])
    return found if img.dtype == dtype else mg.round(found).to(img.dtype)


def _sample(batch: Tensor, grid: Tensor, mode: str) -> Tensor:
    return grid_sample(batch, grid, mode, "zeros", align_corners=False)


def _filled(batch: Tensor, grid: Tensor, mode: str, fill: Any) -> Tensor:
    """A picture of ones is sampled too: it tells how much of each pixel is from the picture."""
    channels = batch.shape[1]
    both = mg.cat([batch, mg.ones_like(batch[:, :1])], 1)
    found = _sample(both, grid, mode)
    seen, found = found[:, -1:], found[:, :-1]
    values = list(fill) if isinstance(fill, list | tuple) else [float(fill)]
    if len(values) not in (1, channels):
        raise ValueError(
            "The number of elements in 'fill' cannot broadcast to match the number of channels of "
            f"the image ({len(values)} != {channels})"
        )
    colour = mg.tensor(values, dtype=batch.dtype).reshape(1, -1, 1, 1)
    if mode == "nearest":
        return mg.where(seen < 0.5, colour.expand_as(found), found)
    return found * seen + (1.0 - seen) * colour
