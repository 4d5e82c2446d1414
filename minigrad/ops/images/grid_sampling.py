"""Grid sampling: images read at any places.

What is read is a blend of neighbouring pixels, with weights that depend on the place. Pixels are
rows of a matrix (a column per channel), so the blend is trilinear,

    T(g, x, w) = sum over places p, neighbours j, channels c of  g[p, c] w[j, p] x[index[j, p], c]

and the rules of each of its three derivatives are the other two, as for convolutions. The weights
are made of the places by ordinary operations: their derivatives, of every order, are the grid's.
"""

from __future__ import annotations

import itertools
from math import prod
from typing import Any

import numpy as np

from ...autograd.primitive import Keep, primitive
from ...autograd.stand_in import open_to_transforms
from ...autograd.traced import Traced
from ...backend.arrays import namespace, ndarray
from ...backend.rows import FEW, blend, pair, spread_columns
from ..indices.accumulation import put
from ..pointwise.rounding import floor
from ..precision import half_in_float32
from ..shaping.joining import stack
from ..shaping.shapes import permute
from .affine_grids import default_corners
from .padding import pad

__all__ = ["grid_sample"]


# --- rows blended -------------------------------------------------------------------------------


@primitive(
    x=lambda g, w, x_shape, index: _spread_rows(g, w, count=x_shape[0], index=index),
    w=lambda g, x, index: _pair_rows(g, x, index=index),
)
def _blend_rows(x: Any, w: Any, *, index: Any) -> Any:
    """out[p] = sum of w[j, p] x[index[j, p]]."""
    return blend(x, w, index)


@primitive(
    g=lambda h, w, index: _blend_rows(h, w, index=index),
    w=lambda h, g, index: _pair_rows(g, h, index=index),
)
def _spread_rows(g: Any, w: Any, *, count: int, index: Any) -> Any:
    """Zeros, with w[j, p] g[p] added to row index[j, p] of ``count``."""
    if g.shape[1] < FEW and isinstance(g, ndarray):
        return spread_columns(g, w, index, count)
    out = namespace(g).zeros((count, g.shape[1]), g.dtype)
    for rows, weights in zip(index, w, strict=True):
        out += put(g * weights[:, None], out.shape, (rows,))
    return out


@primitive(
    g=lambda h, x, index: _blend_rows(x, h, index=index),
    x=lambda h, g, x_shape, index: _spread_rows(g, h, count=x_shape[0], index=index),
)
def _pair_rows(g: Any, x: Any, *, index: Any) -> Any:
    """out[j, p] = sum of g[p, c] x[index[j, p], c] over the columns c."""
    return pair(g, x, index)


# --- places -------------------------------------------------------------------------------------


@primitive(x=lambda g, slope: g * slope)
def _bounded(x: Any, *, size: int, padding_mode: str, align_corners: bool) -> Any:
    """Places brought between the first and the last pixel; no slope from there on."""
    slope = 1.0
    if padding_mode == "reflection":
        x, slope = _reflected(x, *((0, size - 1) if align_corners else (-0.5, size - 0.5)))
    inside = (x > 0) & (x < size - 1)
    return Keep(np.clip(x, 0, size - 1), slope=(inside * slope).astype(x.dtype))


def _reflected(x: Any, low: float, high: float) -> tuple[Any, Any]:
    """Return places folded between two mirrors, and the slopes of that: 1, -1."""
    if low == high:
        return x * 0, 0.0
    distance = np.abs(x - low)
    flips = np.floor(distance / (high - low))
    rest = distance - flips * (high - low)
    odd = flips % 2
    return np.where(odd, high - rest, low + rest), np.sign(x - low) * (1 - 2 * odd)


def _neighbours(
    place: Any, size: int, mode: str, padding_mode: str, align_corners: bool
) -> list[tuple[Any, Any]]:
    """Return for each neighbour along an axis: its index, -1 if there is none, and its weight."""
    bounds = {"size": size, "padding_mode": padding_mode, "align_corners": align_corners}
    if padding_mode != "zeros" and mode != "bicubic":
        place = _bounded(place, **bounds)
    values = place._array if isinstance(place, Traced) else place
    if mode == "nearest":
        # 1, as a function of the place: its gradient is zero, not missing.
        found = [(np.rint(values), floor((place - floor(place)) * 0.5) + 1)]
    elif mode == "bilinear":
        left = np.floor(values)
        t = place - left
        found = [(left, 1 - t), (left + 1, t)]
    else:
        left = np.floor(values)
        t = place - left
        pixels = [left - 1, left, left + 1, left + 2]
        if padding_mode != "zeros":
            pixels = [_bounded(pixel, **bounds) for pixel in pixels]
        weights = (_far(t + 1), _near(t), _near(1 - t), _far(2 - t))
        found = list(zip(pixels, weights, strict=True))
    outside = -1 if padding_mode == "zeros" else size - 1
    return [(_pixel(pixel, size, outside), weight) for pixel, weight in found]


def _near(t: Any) -> Any:
    """Keys' cubic kernel with slope -3/4, within a pixel."""
    return (1.25 * t - 2.25) * t * t + 1


def _far(t: Any) -> Any:
    """The same, from one to two pixels away."""
    return ((-0.75 * t + 3.75) * t - 6) * t + 3


def _pixel(place: Any, size: int, outside: int) -> Any:
    """Return a whole place as an index; ``outside`` beyond the ends."""
    index = np.fmin(np.fmax(place, -1), size).astype(np.intp)  # fmax: NaN is outside
    return np.where((index >= 0) & (index < size), index, outside)


# --- sampling -----------------------------------------------------------------------------------


@open_to_transforms
@half_in_float32
def grid_sample(
    input: Any,
    grid: Any,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Any:
    """Return what images show at given places.

    Shapes: input (N, C, H, W), grid (N, H', W', 2), result (N, C, H', W'); or input (N, C, D, H,
    W), grid (N, D', H', W', 3), result (N, C, D', H', W').

    Args:
        input: images.
        grid: places (x, y) or (x, y, z), from -1, one end of the image, to 1, the other.
        mode: "bilinear" (also for three dimensions), "nearest", or "bicubic" (for two).
        padding_mode: what lies outside: "zeros", "border" (the nearest pixel) or "reflection".
        align_corners: the ends are the centers of the outermost pixels, not their outer edges;
            False by default.

    Derivative: to input, ``g`` added to the pixels that were read, by their weights; to grid, the
    slope of the interpolation there (none for "nearest", nor beyond a border).

    Raises:
        ValueError: for another mode or padding mode.
        RuntimeError: for shapes or dtypes that do not fit together.
        NotImplementedError: for integers.
    """
    _check(input, grid, mode, padding_mode)
    if align_corners is None:
        align_corners = default_corners()
    images, channels, *size = input.shape
    axes = [
        _neighbours(_place(grid[..., i], n, align_corners), n, mode, padding_mode, align_corners)
        for i, n in enumerate(reversed(size))
    ]
    # Rows of pixels; with zeros outside, each line ends in one more, of which the first is read.
    pixels = permute(input, (0, *range(2, input.ndim), 1))
    width = size[-1]
    if padding_mode == "zeros":
        pixels, width = pad(pixels, (0, 0, 0, 1)), width + 1
    lengths = (images, *size[:-1], width)
    index, weights = _corners(axes[::-1], lengths, outside=size[-1])
    rows = pixels.reshape((prod(lengths), channels))
    out = _blend_rows(rows, weights, index=index).reshape((*grid.shape[:-1], channels))
    return permute(out, (0, out.ndim - 1, *range(1, out.ndim - 1)))


def _place(x: Any, size: int, align_corners: bool) -> Any:
    """Return where among the pixels a coordinate from -1 to 1 lies."""
    return (x + 1) * ((size - 1) / 2) if align_corners else (x + 1) * (size / 2) - 0.5


def _corners(axes: list[Any], lengths: tuple[int, ...], outside: int) -> tuple[Any, Any]:
    """Return (index, weights) of all combinations of neighbours along the axes.

    Args:
        axes: the neighbours along each axis.
        lengths: number of images, and sizes of their rows of pixels.
        outside: the row that stands for what is outside.
    """
    found, weights = [], []
    shape = axes[0][0][0].shape
    image = np.arange(lengths[0]).reshape(-1, *(1,) * (len(shape) - 1))
    for corner in itertools.product(*axes):
        xp = namespace(corner[0][0])
        row, inside = xp.asarray(image), True
        for (pixel, _), length in zip(corner, lengths[1:], strict=True):
            row, inside = row * length + pixel, inside & (pixel >= 0)
        found.append(np.where(inside, row, outside).reshape(-1))
        weight = corner[0][1]
        for _, factor in corner[1:]:
            weight = weight * factor
        weights.append(weight.reshape((prod(shape),)))
    return np.stack(found), stack(weights)


def _check(input: Any, grid: Any, mode: str, padding_mode: str) -> None:
    """Raise for operands that do not fit together."""
    if mode not in ("bilinear", "nearest", "bicubic"):
        raise ValueError(
            f"grid_sample: expected mode to be 'bilinear', 'nearest' or 'bicubic', got {mode!r}"
        )
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError(
            "grid_sample: expected padding_mode to be 'zeros', 'border' or 'reflection', got "
            f"{padding_mode!r}"
        )
    given = f"input of shape {list(input.shape)} and grid of shape {list(grid.shape)}"
    if input.ndim not in (4, 5) or grid.ndim != input.ndim:
        raise RuntimeError(f"grid_sample: expected 4D or 5D input and grid, got {given}")
    if grid.shape[-1] != input.ndim - 2 or grid.shape[0] != input.shape[0]:
        raise RuntimeError(
            f"grid_sample: expected grid to have size {input.ndim - 2} in the last dimension and "
            f"the batch size of input, got {given}"
        )
    if not all(input.shape[2:]):
        raise RuntimeError(f"grid_sample: expected non-empty spatial dimensions, got {given}")
    if mode == "bicubic" and input.ndim == 5:
        raise RuntimeError(f"grid_sample: mode 'bicubic' only supports 4D input, got {given}")
    if input.dtype.kind != "f":
        raise NotImplementedError(
            f'"grid_sample" not implemented for {input.dtype}: expected floats'
        )
    if input.dtype != grid.dtype:
        raise RuntimeError(
            f"grid_sample: expected input and grid of the same dtype, got {input.dtype} and "
            f"{grid.dtype}"
        )
