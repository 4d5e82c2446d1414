"""Pooling of arrays: windows reduced one axis after the other, and who won in each.

The maximum and the sum over a box are those over its rows of those over its columns, so a window
of k x k costs 2k steps instead of k^2. Arrays are (images, channels, spatial ...), worked on in
blocks of images that stay in the cache.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np

from .arrays import namespace, ndarray
from .columns import Grid, overlap, overlaps

BLOCK_BYTES = 1 << 18
ALL = slice(None)


class Boxes(NamedTuple):
    """Windows of one size that slide over all spatial axes; what lies outside does not count."""

    kernel: tuple[int, ...]
    positions: tuple[int, ...]
    stride: tuple[int, ...]
    low: tuple[int, ...]
    dilation: tuple[int, ...]

    @property
    def grid(self) -> Grid:
        """Where the taps meet the input."""
        return Grid(self.stride, self.low, self.dilation)

    @property
    def disjoint(self) -> bool:
        """True if no element lies in two windows."""
        return all(d * (k - 1) < s for k, s, d in zip(self.kernel, self.stride, self.dilation))

    def tile(self, size: tuple[int, ...]) -> bool:
        """Return True if every element of an image lies in exactly one window."""
        lengths = tuple(k * count for k, count in zip(self.kernel, self.positions))
        touching = self.disjoint and self.kernel == self.stride and not any(self.low)
        return touching and lengths == size


class Spans(NamedTuple):
    """Windows along one axis, each by its start and stop; a sum over one is divided by ``counts``.

    Starts of windows that slide are a ``range``; adaptive ones may differ in size.
    """

    starts: Sequence[int]
    stops: Sequence[int]
    counts: int | tuple[int, ...] = 1

    def uniform(self) -> tuple[int, int, int] | None:
        """Return (kernel, stride, low) of windows that slide."""
        if not isinstance(self.starts, range) or not self.starts:
            return None
        return self.stops[0] - self.starts[0], self.starts.step, -self.starts[0]


def some_images(x: Any) -> Iterator[slice]:
    """Yield blocks of images that fit into the cache."""
    images = len(x)
    step = max(1, BLOCK_BYTES * images // max(x.nbytes, 1)) if isinstance(x, ndarray) else images
    return (slice(first, first + step) for first in range(0, images, max(step, 1)))


def at(axis: int, where: slice) -> tuple[slice, ...]:
    """Return the index of a part along one axis."""
    return (ALL,) * axis + (where,)


def fold(
    combine: Any, x: Any, axis: int, taps: list[tuple[slice, slice]], positions: int, neutral: Any
) -> Any:
    """Combine the taps of each window along an axis; may return a part of ``x`` itself."""
    whole = [met for inside, met in taps if inside == slice(0, positions)]
    rest = [tap for tap in taps if tap[0] != slice(0, positions)]
    parts = [x[at(axis, met)] for met in whole]
    if len(parts) > 1:
        out = combine(parts[0], parts[1])
    elif parts and not rest:
        return parts[0]
    else:
        shape = (*x.shape[:axis], positions, *x.shape[axis + 1 :])
        out = parts[0].copy() if parts else namespace(x).full(shape, neutral, x.dtype)
    for part in parts[2:]:
        combine(out, part, out=out)
    for inside, met in rest:
        target = out[at(axis, inside)]
        combine(target, x[at(axis, met)], out=target)
    return out


# --- maximum ----------------------------------------------------------------------------------


def least(dtype: Any) -> Any:
    """Return the number that loses to every other."""
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def max_boxes(x: Any, boxes: Boxes) -> Any:
    """Return the maximum of each window."""
    out = namespace(x).empty((*x.shape[:2], *boxes.positions), x.dtype)
    for images in some_images(x):
        part = x[images]
        for axis, (k, count, stride, low, dilation) in enumerate(zip(*boxes), 2):
            taps = [overlap(part.shape[axis], count, stride, i * dilation - low) for i in range(k)]
            part = fold(np.maximum, part, axis, taps, count, least(x.dtype))
        out[images] = part
    return out


def winners(x: Any, top: Any, boxes: Boxes) -> list[tuple[Any, Any, Any]]:
    """Return for each tap: where it holds its window's maximum, those positions, what they met.

    The first of equal elements wins, and the last NaN, as in PyTorch.
    """
    free = namespace(x).ones(top.shape, bool)
    found = []
    for tap in itertools.product(*map(range, boxes.kernel)):
        inside, met = overlaps(x.shape[2:], boxes.positions, tap, boxes.grid)
        here, there = (..., *inside), (..., *met)
        lost = x[there] != top[here]
        wins = np.greater(free[here], lost)
        free[here] &= lost
        found.append((wins, here, there))
    if not isinstance(x, ndarray) or free.any():  # nothing equals NaN
        for wins, here, there in reversed(found):
            last = free[here] & (x[there] != x[there])
            wins |= last
            free[here] ^= last
    return found


def kept(g: Any, mask: Any, out: Any = None) -> Any:
    """Return ``g`` where the mask holds, exact zeros elsewhere (also of inf and NaN)."""
    bits = f"i{g.itemsize}"
    if out is not None:
        return np.multiply(g.view(bits), mask, out=out.view(bits))
    return np.multiply(g.view(bits), mask).view(g.dtype)


def max_boxes_adjoint(g: Any, x: Any, top: Any, boxes: Boxes) -> Any:
    """Return zeros like ``x`` with each window's ``g`` added to its winner."""
    make = namespace(x).empty if boxes.tile(x.shape[2:]) else namespace(x).zeros
    out = make(x.shape, g.dtype)
    for images in some_images(x):
        part, target = g[images], out[images]
        for wins, here, there in winners(x[images], top[images], boxes):
            if boxes.disjoint:
                kept(part[here], wins, target[there])
            else:
                target[there] += kept(part[here], wins)
    return out


def winning(h: Any, x: Any, top: Any, boxes: Boxes) -> Any:
    """Return the element of ``h`` at each window's winner in ``x``."""
    out = namespace(x).zeros(top.shape, h.dtype)
    for images in some_images(x):
        part, target = h[images], out[images]
        for wins, here, there in winners(x[images], top[images], boxes):
            target[here] += kept(part[there], wins)
    return out


def winning_indices(x: Any, top: Any, boxes: Boxes) -> Any:
    """Return where each window's winner lies in its image's plane, counted through it."""
    size = x.shape[2:]
    places = namespace(x).arange(prod(size)).reshape(size)
    out = namespace(x).zeros(top.shape, np.int64)
    for images in some_images(x):
        target = out[images]
        for wins, here, there in winners(x[images], top[images], boxes):
            target[here] += wins * places[there]
    return out


def adaptive_winners(x: Any, axes: tuple[Spans, ...]) -> Any:
    """Return the place of the first maximum of each window in its image's plane."""
    size = x.shape[2:]
    places = namespace(x).arange(prod(size)).reshape(size)
    shape = tuple(len(spans.starts) for spans in axes)
    out = namespace(x).empty((*x.shape[:2], *shape), np.int64)
    windows = [[slice(*ends) for ends in zip(spans.starts, spans.stops)] for spans in axes]
    for position in np.ndindex(*shape):
        window = (..., *(spans[p] for spans, p in zip(windows, position)))
        flat = x[window].reshape(*x.shape[:2], places[window].size)
        target = (..., *position)
        out[target] = places[window].reshape(-1)[flat.argmax(2)]
    return out


# --- average ----------------------------------------------------------------------------------


def divisors(axes: tuple[Spans, ...], like: Any) -> Any:
    """Return what to divide sums by: a number, or one per position."""
    total: Any = 1
    for axis, spans in enumerate(axes):
        counts: Any = spans.counts
        if not isinstance(counts, int):
            shape = (-1, *(1,) * (len(axes) - axis - 1))
            counts = namespace(like).asarray(counts, like.dtype).reshape(shape)
        total = total * counts
    return total


def mean_spans(x: Any, axes: tuple[Spans, ...]) -> Any:
    """Return the sum over each window, divided by its count."""
    out = namespace(x).empty((*x.shape[:2], *(len(spans.starts) for spans in axes)), x.dtype)
    divisor = divisors(axes, x)
    ends = tuple((spans.starts[0], *spans.stops) for spans in axes if spans.starts)
    if ends == tuple((0, n) for n in x.shape[2:]):  # one window, the whole image
        flat = x.reshape(*x.shape[:2], prod(x.shape[2:]))
        sums = np.matmul(flat, namespace(x).ones(flat.shape[2], x.dtype))
        out[...] = sums.reshape(out.shape) / divisor
        return out
    for images in some_images(x):
        part = x[images]
        for axis, spans in enumerate(axes, 2):
            part = sum_spans(part, axis, spans)
        out[images] = part / divisor
    return out


def sum_spans(x: Any, axis: int, spans: Spans) -> Any:
    """Return the sum over each window along one axis; may return a part of ``x`` itself."""
    length, count, uniform = x.shape[axis], len(spans.starts), spans.uniform()
    if uniform and uniform[0] <= count:
        k, stride, low = uniform
        taps = [overlap(length, count, stride, i - low) for i in range(k)]
        return fold(np.add, x, axis, taps, count, 0)
    out = namespace(x).empty((*x.shape[:axis], count, *x.shape[axis + 1 :]), x.dtype)
    for p, (start, stop) in enumerate(zip(spans.starts, spans.stops)):
        window = x[at(axis, slice(max(start, 0), min(stop, length)))]
        out[at(axis, slice(p, p + 1))] = window.sum(axis, None, None, True)
    return out


def mean_spans_adjoint(g: Any, axes: tuple[Spans, ...], size: tuple[int, ...]) -> Any:
    """Return zeros with each window's ``g``, divided by its count, added to all its elements."""
    out = namespace(g).empty((*g.shape[:2], *size), g.dtype)
    divisor = divisors(axes, g)
    for images in some_images(out):
        part = g[images] / divisor
        for axis in range(g.ndim - 1, 1, -1):
            part = spread_spans(part, axis, axes[axis - 2], size[axis - 2])
        out[images] = part
    return out


def spread_spans(g: Any, axis: int, spans: Spans, length: int) -> Any:
    """Return zeros with ``g`` added to all elements of its window along one axis."""
    count, uniform = len(spans.starts), spans.uniform()
    out = namespace(g).zeros((*g.shape[:axis], length, *g.shape[axis + 1 :]), g.dtype)
    if uniform and uniform[0] <= count:
        k, stride, low = uniform
        pairs = [overlap(length, count, stride, i - low) for i in range(k)]
    else:
        ends = zip(spans.starts, spans.stops)
        pairs = [
            (slice(p, p + 1), slice(max(start, 0), min(stop, length)))
            for p, (start, stop) in enumerate(ends)
        ]
    for inside, met in pairs:
        out[at(axis, met)] += g[at(axis, inside)]
    return out
