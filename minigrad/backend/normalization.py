"""Normalisation of arrays: statistics, and their part in the gradient, in few passes over memory.

Two shapes of the problem. *Cells*: a matrix with a row per image and channel; scale and shift are
constant along a row, statistics belong to groups of rows. *Rows*: every row has its own
statistics, and scale and shift vary along it. Rows are worked on in bands that stay in the cache,
sums over rows are matrix products with ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any, NamedTuple

import numpy as np

from .arrays import namespace, ndarray

BAND_BYTES = 1 << 18
SHORT = 32  # numbers in a row; NumPy takes shorter ones too slowly


def bands(rows: Any) -> Iterator[slice]:
    """Yield bands of rows that fit into the cache; all rows if they do not lie one by one."""
    count = step = len(rows)
    if isinstance(rows, ndarray) and rows.flags.c_contiguous:
        step = max(1, BAND_BYTES * count // max(rows.nbytes, 1))
    return (slice(first, first + step) for first in range(0, count, max(step, 1)))


def sums(rows: Any) -> Any:
    """Return the sum of each row."""
    return np.matmul(rows, namespace(rows).ones(rows.shape[1], rows.dtype))


def dots(a: Any, b: Any) -> Any:
    """Return the scalar product of each row of ``a`` with that of ``b``."""
    if not a.flags.c_contiguous:
        return sums(a * b)
    return np.matmul(a[:, None, :], b[:, :, None])[:, 0, 0]


# --- cells ------------------------------------------------------------------------------------


class Cells(NamedTuple):
    """How the rows of a matrix belong together: ``shape`` is (images, groups, channels of one).

    Statistics extend over the axes ``over`` of that shape, and along the rows. With ``turned``,
    the rows are channels and extend over the images: (1, channels, 1).
    """

    shape: tuple[int, int, int]
    over: tuple[int, ...]
    turned: bool = False

    @classmethod
    def of(cls, shape: tuple[int, ...], groups: int | None) -> Cells:
        """Return the cells of an array (images, channels, ...): all images as one, or groups."""
        images, channels = shape[:2]
        if groups is not None:
            return cls((images, groups, channels // groups), (2,))
        if prod(shape[2:]) < SHORT:
            return cls((1, channels, 1), (), turned=True)
        return cls((images, channels, 1), (0,))

    def matrix(self, x: Any) -> Any:
        """Return an array (images, channels, ...) as a matrix of cells."""
        if self.turned:
            return x.swapaxes(0, 1).reshape(x.shape[1], x.size // max(x.shape[1], 1))
        return x.reshape(prod(self.shape), prod(x.shape[2:]))

    def array(self, rows: Any, shape: tuple[int, ...]) -> Any:
        """Return a matrix of cells as an array (images, channels, ...)."""
        if self.turned:
            turned = rows.reshape(shape[1], shape[0], *shape[2:]).swapaxes(0, 1)
            return turned if turned.flags.c_contiguous else turned.copy()
        return rows.reshape(shape)

    def count(self, rows: Any) -> int:
        """Return how many numbers share their statistics."""
        return prod(self.shape[axis] for axis in self.over) * rows.shape[1]

    def total(self, cells: Any) -> Any:
        """Return numbers of cells summed over those that share their statistics."""
        return cells.reshape(self.shape).sum(self.over, None, None, True)

    def per_row(self, numbers: Any) -> Any:
        """Return one number for each row, as a column."""
        return np.broadcast_to(numbers, self.shape).reshape(-1, 1)

    def per_channel(self, numbers: Any) -> Any:
        """Return numbers of channels in a shape that broadcasts over the cells."""
        return 1 if numbers is None else numbers.reshape(1, *self.shape[1:])


def cell_moments(x: Any, cells: Cells) -> tuple[Any, Any]:
    """Return mean and variance (biased) of the cells that belong together."""
    rows = cells.matrix(x)
    count = cells.count(rows)
    mean = cells.total(sums(rows)) / count
    means = cells.per_row(mean)
    squares = namespace(x).empty(len(rows), x.dtype)
    for band in bands(rows):
        centred = rows[band] - means[band]
        squares[band] = dots(centred, centred)
    return mean, cells.total(squares) / count


def cell_normalize(x: Any, weight: Any, bias: Any, mean: Any, scale: Any, cells: Cells) -> Any:
    """Return ``(x - mean) * scale * weight + bias``, as one product and one sum."""
    rows = cells.matrix(x)
    factor = scale * cells.per_channel(weight)
    factors = cells.per_row(factor)
    offset = -mean * factor
    if bias is not None:
        offset = offset + cells.per_channel(bias)
    offsets = cells.per_row(offset)
    out = np.empty_like(rows)
    for band in bands(rows):
        part = np.multiply(rows[band], factors[band], out=out[band])
        part += offsets[band]
    return cells.array(out, x.shape)


def cell_gradients(
    g: Any, x: Any, weight: Any, mean: Any, scale: Any, cells: Cells
) -> tuple[Any, Any, Any]:
    """Return the gradients of x, weight and bias.

    With c = x - mean, s = scale, h = g * weight, and averages over what shares its statistics,
    gx = s h - s avg(h) - s^3 c avg(h c): a sum of multiples of g, c and 1.
    """
    g_rows, rows = cells.matrix(g), cells.matrix(x)
    means = cells.per_row(mean)
    products = namespace(x).empty(len(rows), x.dtype)
    for band in bands(rows):
        products[band] = dots(g_rows[band], rows[band] - means[band])
    g_sums, products = sums(g_rows).reshape(cells.shape), products.reshape(cells.shape)
    factor, count = cells.per_channel(weight), cells.count(rows)
    of_g = cells.per_row(scale * factor)
    of_c = cells.per_row(-(scale**3) * cells.total(factor * products) / count)
    of_1 = cells.per_row(-scale * cells.total(factor * g_sums) / count)
    out = np.empty_like(rows)
    for band in bands(rows):
        centred = rows[band] - means[band]
        centred *= of_c[band]
        part = np.multiply(g_rows[band], of_g[band], out=out[band])
        part += centred
        part += of_1[band]
    g_weight = (products * scale).sum(0).reshape(-1)
    return cells.array(out, x.shape), g_weight, g_sums.sum(0).reshape(-1)


# --- rows -------------------------------------------------------------------------------------


def row_normalize(x: Any, weight: Any, bias: Any, eps: float, centre: bool) -> tuple[Any, Any, Any]:
    """Return ``(x - mean) * scale * weight + bias`` for each row, and mean (or 0) and scale."""
    out = namespace(x).empty(x.shape, x.dtype)
    means = namespace(x).zeros((len(x), 1), x.dtype)
    scales = namespace(x).empty((len(x), 1), x.dtype)
    length = x.shape[1]
    for band in bands(x):
        part = x[band]
        if centre:
            means[band, 0] = sums(part) / length
            part = part - means[band]
        scales[band, 0] = 1 / np.sqrt(dots(part, part) / length + eps)
        result = np.multiply(part, scales[band], out=out[band])
        if weight is not None:
            result *= weight
        if bias is not None:
            result += bias
    return out, means, scales


def row_gradients(g: Any, x: Any, weight: Any, means: Any, scales: Any) -> tuple[Any, Any, Any]:
    """Return the gradients of x, weight and bias.

    With z = (x - mean) * scale and h = g * weight: gx = scale * (h - avg(h) - z avg(h z)); without
    means, which were not taken off then, avg(h) is left out.
    """
    xp = namespace(x)
    out = xp.empty(x.shape, x.dtype)
    g_weight, g_bias = xp.zeros(x.shape[1], x.dtype), xp.zeros(x.shape[1], x.dtype)
    average = (xp.ones(x.shape[1], x.dtype) if weight is None else weight) / x.shape[1]
    for band in bands(x):
        part, g_part = x[band], g[band]
        z = part.copy() if means is None else part - means[band]
        z *= scales[band]
        products = g_part * z
        ones = xp.ones(len(part), x.dtype)
        g_weight += np.matmul(ones, products)
        g_bias += np.matmul(ones, g_part)
        z *= np.matmul(products, average)[:, None]
        h = np.subtract(g_part if weight is None else g_part * weight, z, out=out[band])
        if means is not None:
            h -= np.matmul(g_part, average)[:, None]
        h *= scales[band]
    return out, g_weight, g_bias
