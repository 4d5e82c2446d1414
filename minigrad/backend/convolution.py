"""Convolution of arrays: the plain kernels (the lesson), the fast ones, and the choice among them.

Everything here speaks of one trilinear form, with ``grid`` saying where the windows lie:

    T(g, x, w) = sum over images, channels, positions p, taps k of  g[p] * x[p*s + k*d - low] * w[k]

``correlate`` is its derivative in g, ``spread`` that in x, ``pair`` that in w. Arrays come split by
group: x (images, groups, channels, ...), w (groups, out channels, channels, kernel ...),
g (images, groups, out channels, positions ...).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from math import gcd, prod
from typing import Any, NamedTuple

import numpy as np

from .arrays import namespace, ndarray
from .columns import BLOCK_BYTES, Grid, blocks, overlaps

SHORT = 32  # rows of a matrix; products over fewer numbers run below their speed


class Window(NamedTuple):
    """How a kernel slides: one number (of padding: a pair) per spatial axis."""

    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]
    groups: int = 1

    @property
    def grid(self) -> Grid:
        """Where the taps meet the input."""
        return Grid(self.stride, tuple(low for low, _ in self.padding), self.dilation)

    def positions(self, size: tuple[int, ...], kernel: tuple[int, ...]) -> tuple[int, ...]:
        """Return how many positions the kernel takes along each axis of an input."""
        return tuple(
            (n + low + high - d * (k - 1) - 1) // s + 1
            for n, k, s, (low, high), d in zip(
                size, kernel, self.stride, self.padding, self.dilation
            )
        )


# --- the three derivatives of the form ---------------------------------------------------------


def convolve(x: Any, w: Any, bias: Any, window: Window) -> Any:
    """Return the sum over channels and taps of ``x`` shifted by the tap, times ``w``; plus bias."""
    positions = window.positions(x.shape[2:], w.shape[2:])
    out = namespace(x).empty((x.shape[0], w.shape[0], *positions), x.dtype)
    groups = window.groups
    x, w, parts = by_group(x, groups, 1), by_group(w, groups, 0), by_group(out, groups, 1)
    choose(x, w, positions).correlate(x, w, parts, window.grid, split_bias(bias, groups, x.ndim))
    return out


def convolve_input(g: Any, w: Any, bias: Any, size: tuple[int, ...], window: Window) -> Any:
    """Return the derivative in x: the transposed convolution; plus bias."""
    groups = window.groups
    out = namespace(g).empty((g.shape[0], w.shape[1] * groups, *size), g.dtype)
    g, w, parts = by_group(g, groups, 1), by_group(w, groups, 0), by_group(out, groups, 1)
    choose(parts, w, g.shape[3:]).spread(g, w, parts, window.grid)
    if bias is not None:
        parts += split_bias(bias, groups, g.ndim)
    return out


def convolve_weight(g: Any, x: Any, kernel: tuple[int, ...], window: Window) -> Any:
    """Return the derivative in w: every tap's product of ``g`` and the ``x`` that it met."""
    groups = window.groups
    out = namespace(g).empty((g.shape[1], x.shape[1] // groups, *kernel), g.dtype)
    g, x, parts = by_group(g, groups, 1), by_group(x, groups, 1), by_group(out, groups, 0)
    choose(x, parts, g.shape[3:]).pair(g, x, parts, window.grid)
    return out


def by_group(array: Any, groups: int, axis: int) -> Any:
    """Return a view with an axis of channels split in (groups, channels of a group)."""
    shape = array.shape
    return array.reshape(*shape[:axis], groups, shape[axis] // groups, *shape[axis + 1 :])


def split_bias(bias: Any, groups: int, ndim: int) -> Any:
    """Return a bias that broadcasts over (images, groups, channels, positions ...)."""
    return None if bias is None else bias.reshape(groups, -1, *(1,) * (ndim - 3))


class Kernels(NamedTuple):
    """One way to compute the three derivatives."""

    correlate: Callable[..., None]
    spread: Callable[..., None]
    pair: Callable[..., None]


def choose(x: Any, w: Any, positions: tuple[int, ...]) -> Kernels:
    """Choose the kernels for an input, a weight and a number of positions, all split by group."""
    out_channels, channels = w.shape[1:3]
    if not (x.size and w.size and all(positions)):
        return PLAIN
    if channels * 4 <= out_channels:
        return FEW
    return PRODUCTS


# --- plain: one tap after the other -------------------------------------------------------------


def meetings(size: Any, kernel: Any, positions: Any, grid: Grid) -> Iterator[tuple[Any, ...]]:
    """Yield for each tap: its index in w, the positions where it meets x, and what it meets."""
    for tap in itertools.product(*map(range, kernel)):
        inside, met = overlaps(size, positions, tap, grid)
        yield (..., *tap), (..., *inside), (..., *met)


def plain_correlate(x: Any, w: Any, out: Any, grid: Grid, bias: Any) -> None:
    """out[p] = bias + sum of w[k] @ x[p*s + k*d - low] over the taps k."""
    out[...] = 0 if bias is None else bias
    for tap, at, met in meetings(x.shape[3:], w.shape[3:], out.shape[3:], grid):
        out[at] += np.einsum("goc,ngc...->ngo...", w[tap], x[met])


def plain_spread(g: Any, w: Any, out: Any, grid: Grid) -> None:
    """out[p*s + k*d - low] += w[k].T @ g[p] for all taps k."""
    out[...] = 0
    for tap, at, met in meetings(out.shape[3:], w.shape[3:], g.shape[3:], grid):
        out[met] += np.einsum("goc,ngo...->ngc...", w[tap], g[at])


def plain_pair(g: Any, x: Any, out: Any, grid: Grid) -> None:
    """out[k] = sum of g[p] x[p*s + k*d - low].T over images and positions p."""
    for tap, at, met in meetings(x.shape[3:], out.shape[3:], g.shape[3:], grid):
        met_by = np.einsum("ngo...,ngc...->goc...", g[at], x[met])
        out[tap] = met_by.sum(tuple(range(3, met_by.ndim)))


# --- products: gathered taps, one matrix product per tap of the first axis ----------------------


def product_correlate(x: Any, w: Any, out: Any, grid: Grid, bias: Any) -> None:
    """As ``plain_correlate``, through the matrices of ``columns``."""
    x, w, out, grid = with_rows(x, w, out, grid)
    taps = weights_by_row(w)
    bias = None if bias is None else bias[..., None].reshape(*w.shape[:2], *(1,) * (w.ndim - 2))
    scratch = namespace(x).empty(0)
    for images, rows, matrices in blocks(x, w, out.shape[3:], grid):
        # The matrices' columns are (row, image, others): see ``columns``.
        target = out[images, :, :, rows].transpose(1, 2, 3, 0, *range(4, out.ndim))
        shape = (*w.shape[:2], matrices[0].shape[2])
        direct = target.flags.c_contiguous
        if scratch.shape[1:] != shape:
            scratch = namespace(x).empty((2, *shape), x.dtype)
        total = target.reshape(shape) if direct else scratch[0]
        np.matmul(taps[0], matrices[0], out=total)
        for tap, matrix in zip(taps[1:], matrices[1:]):
            total += np.matmul(tap, matrix, out=scratch[1])
        if bias is not None:
            np.add(total.reshape(target.shape), bias, out=target)
        elif not direct:
            target[...] = total.reshape(target.shape)


def product_spread(g: Any, w: Any, out: Any, grid: Grid) -> None:
    """As ``plain_spread``, as correlations of ``g``: one for each remainder modulo the stride."""
    ndim = g.ndim - 3
    for remainders in itertools.product(*map(range, grid.stride)):
        axes = [phase(*numbers) for numbers in zip(remainders, w.shape[3:], *grid)]
        lattice = (..., *(slice(r, None, s) for r, s in zip(remainders, grid.stride)))
        part = out[lattice]
        if None in axes or not part.size:
            part[...] = 0
            continue
        taps, low, dilation = zip(*axes)
        index = (..., *taps)
        flipped = w[index].swapaxes(1, 2)
        product_correlate(g, flipped, part, Grid((1,) * ndim, low, dilation), None)


def phase(r: int, k: int, s: int, low: int, d: int) -> tuple[slice, int, int] | None:
    """Return the taps that meet elements m*s + r of one axis, as a kernel of stride 1.

    Tap i meets element m*s + r from position m - (i*d - low - r) / s if that is whole. Such taps
    are s / gcd(d, s) apart; in descending order they slide with stride 1 over the positions.

    Returns:
        (the taps, low, dilation), or None if no tap meets them.
    """
    step = s // gcd(d, s)
    found = [i for i in range(k) if (i * d - low - r) % s == 0]
    if not found:
        return None
    last = found[-1]
    return slice(last, None, -step), (last * d - low - r) // s, d * step // s


def product_pair(g: Any, x: Any, out: Any, grid: Grid) -> None:
    """As ``plain_pair``, through the matrices of ``columns``."""
    x, out, g, grid = with_rows(x, out, g, grid)
    groups, channels, inputs, *kernel = out.shape
    sums = namespace(g).zeros((kernel[0], groups, prod(kernel[1:]) * inputs, channels), g.dtype)
    for images, rows, matrices in blocks(x, out, g.shape[3:], grid):
        part = g[images, :, :, rows].transpose(1, 2, 3, 0, *range(4, g.ndim))
        flat = part.reshape(groups, channels, -1).swapaxes(1, 2)
        for total, matrix in zip(sums, matrices):
            total += np.matmul(matrix, flat)
    by_tap = sums.reshape(kernel[0], groups, *kernel[1:], inputs, channels)
    out[...] = by_tap.transpose(1, by_tap.ndim - 1, by_tap.ndim - 2, 0, *range(2, by_tap.ndim - 2))


def with_rows(x: Any, w: Any, g: Any, grid: Grid) -> tuple[Any, Any, Any, Grid]:
    """Give few taps a first axis of one, so that all of them are gathered in one product."""
    gathered = w.shape[2] * prod(w.shape[4:])
    if x.ndim > 4 and (gathered >= SHORT or 2 * gathered >= w.shape[1]):
        return x, w, g, grid
    x, w, g = (array[:, :, :, None] for array in (x, w, g))
    return x, w, g, Grid((1, *grid.stride), (0, *grid.low), (1, *grid.dilation))


def weights_by_row(w: Any) -> Any:
    """Return w as matrices (groups, out channels, other taps x channels), one per first tap."""
    by_tap = w.transpose(3, 0, 1, *range(4, w.ndim), 2).copy()  # BLAS wants no negative strides
    return by_tap.reshape(*by_tap.shape[:3], -1)


# --- few channels: products first, shifts after -------------------------------------------------


def folded_spread(g: Any, w: Any, out: Any, grid: Grid) -> None:
    """As ``plain_spread``: the products of all taps at once, then added where the taps meet."""
    groups, channels, inputs, *kernel = w.shape
    positions = g.shape[3:]
    matrix = w.reshape(groups, channels, -1).swapaxes(1, 2)
    out[...] = 0
    per_image = prod(positions) * groups * (channels + matrix.shape[1]) * g.itemsize
    count = max(1, BLOCK_BYTES // max(per_image, 1)) if isinstance(g, ndarray) else len(g)
    for first in range(0, len(g), count):
        some = slice(first, first + count)
        part = g[some].transpose(1, 2, 0, *range(3, g.ndim))
        products = np.matmul(matrix, part.reshape(groups, channels, -1))
        products = products.reshape(groups, inputs, *kernel, -1, *positions)
        target = out[some].transpose(1, 2, 0, *range(3, g.ndim))
        for tap, at, met in meetings(out.shape[3:], kernel, positions, grid):
            source = (slice(None), slice(None), *tap[1:], *at)
            target[met] += products[source]


PLAIN = Kernels(plain_correlate, plain_spread, plain_pair)
PRODUCTS = Kernels(product_correlate, product_spread, product_pair)
FEW = Kernels(product_correlate, folded_spread, product_pair)
