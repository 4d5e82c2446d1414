"""Convolution as matrix products: the copies (im2col) that they need, a block of images at a time.

A convolution is a sum over the kernel's taps of (weights of the tap) @ (input shifted by the tap).
Products are fast if they are large, so all taps are gathered in the rows of one matrix; but that
copies the input as often as there are taps. Here only the taps along the last axes are copied. A
shift along the *first* axis is a mere offset into the buffer, because its rows lie one after
another:

    buffer[group, tap, channel, phase, row, image, column]      -> products with
    buffer[group, (tap, channel), phase, offset : offset + positions]

one product per tap of the first axis, added up. Rows are sorted by their remainder ('phase')
modulo the stride, so that the rows a tap meets are neighbours for any stride. Several small images
lie side by side, to make the products wide; large ones are cut into bands of rows. Either way the
buffer stays in the cache.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from math import prod
from typing import Any, NamedTuple

from .arrays import namespace, ndarray

BLOCK_BYTES = 1 << 21  # of the order of a core's L2 cache
WORK = 1 << 22  # multiplications in a product that is worth its call
ALL = slice(None)

Slices = tuple[Any, ...]


class Grid(NamedTuple):
    """Where a window's taps meet the input: at ``position * stride + tap * dilation - low``.

    One number per spatial axis; whatever lies outside of the input counts as zero.
    """

    stride: tuple[int, ...]
    low: tuple[int, ...]
    dilation: tuple[int, ...]


def overlap(length: int, positions: int, stride: int, offset: int) -> tuple[slice, slice]:
    """Return which positions lie inside an axis, and where: (positions, elements).

    Position p meets element ``p * stride + offset`` of ``length``.
    """
    first = max(0, -(offset // stride))
    last = max(first, min(positions, (length - 1 - offset) // stride + 1))
    start = first * stride + offset
    if first == last:
        return slice(0, 0), slice(0, 0)
    return slice(first, last), slice(start, (last - 1) * stride + offset + 1, stride)


def overlaps(
    lengths: tuple[int, ...], positions: tuple[int, ...], tap: tuple[int, ...], grid: Grid
) -> tuple[Slices, Slices]:
    """Return ``overlap`` along all axes, for one tap of the window."""
    pairs = [
        overlap(length, count, stride, k * dilation - low)
        for length, count, k, stride, low, dilation in zip(lengths, positions, tap, *grid)
    ]
    return tuple(p for p, _ in pairs), tuple(e for _, e in pairs)


class Columns:
    """The matrices described above, of blocks of images of ``x`` (images, groups, channels, ...).

    The buffer and the list of copies that fill it are made once and serve every block.

    Attributes:
        meets: for each tap along the first axis: (offset in rows, phase).
        phases: the phases that occur.
        height: rows of a phase.
    """

    def __init__(
        self, x: Any, kernel: tuple[int, ...], positions: tuple[int, ...], grid: Grid
    ) -> None:
        self.x, self.kernel, self.positions, self.grid = x, kernel, positions, grid
        self.meets = [divmod(i * grid.dilation[0], grid.stride[0]) for i in range(kernel[0])]
        self.phases = sorted({phase for _, phase in self.meets})
        self.height = positions[0] + self.meets[-1][0]
        self.count = 0

    def matrices(self, images: slice) -> list[Any]:
        """Return, for each tap along the first axis, a matrix (groups, taps x channels, positions).

        It is overwritten by the next call.
        """
        x = self.x[images]
        if len(x) == 1 and self._is_bare():
            return self._cut(x[0].reshape(*x.shape[1:3], 1, -1), 1)
        if len(x) != self.count:
            self._allocate(x)
        x = x.transpose(1, 2, 3, 0, *range(4, x.ndim))
        for part, source in self.copies:
            part[...] = x[source]
        for part, neighbour in self.shifts:
            part[...] = neighbour
        for part in self.edges:
            part[...] = 0
        return self.found

    def _is_bare(self) -> bool:
        """Return True if there is nothing to copy: an image is its own buffer."""
        return (
            self.kernel[1:] == (1,) * len(self.kernel[1:])
            and set(self.grid.stride) == {1}
            and not any(self.grid.low)
            and self.x.shape[3:] == (self.height, *self.positions[1:])
            and self.x[:1].flags.c_contiguous
        )

    def _cut(self, flat: Any, count: int) -> list[Any]:
        """Cut (groups, taps x channels, phases, rows x images x others) where each tap begins."""
        line = count * prod(self.positions[1:])
        size = self.positions[0] * line
        return [
            flat[:, :, self.phases.index(phase), offset * line : offset * line + size]
            for offset, phase in self.meets
        ]

    def _allocate(self, x: Any) -> None:
        """Make the buffer for as many images as ``x`` has, and list the copies that fill it.

        A tap that meets the whole length of the last axis serves its neighbours along that axis,
        which see the same memory shifted: one long run instead of many short ones. What is
        shifted beyond the ends of lines is set to zero.
        """
        count, groups, channels, rows, *size = x.shape
        taps = list(itertools.product(*map(range, self.kernel[1:])))
        lead = (groups, len(taps), channels, len(self.phases))
        # What lies outside of the images is zero, and stays so from block to block.
        buffer = namespace(x).zeros((*lead, self.height, count, *self.positions[1:]), x.dtype)
        self.count = count
        self.found = self._cut(buffer.reshape(groups, len(taps) * channels, lead[3], -1), count)
        self.copies: list[Any] = []
        self.shifts: list[Any] = []
        self.edges: list[Any] = []
        others = Grid(*(numbers[1:] for numbers in self.grid))
        first = self._whole()
        for t, tap in enumerate(taps):
            inside, met = overlaps(tuple(size), self.positions[1:], tap, others)
            if first is not None and tap[-1] != first:
                by = tap[-1] - first
                flat = buffer.reshape(*lead[:3], -1)
                self.shifts.append(shifted(flat[:, t], flat[:, t - by], by * others.dilation[-1]))
                line = buffer[:, t]
                self.edges += [line[..., : inside[-1].start], line[..., inside[-1].stop :]]
                continue
            for place, phase in enumerate(self.phases):
                offset = phase - self.grid.low[0]
                to, of = overlap(rows, self.height, self.grid.stride[0], offset)
                where: Slices = (ALL, t, ALL, place, to, ALL, *inside)
                self.copies.append((buffer[where], (ALL, ALL, of, ALL, *met)))

    def _whole(self) -> int | None:
        """Return the first tap along the last axis that meets all of it, one by one."""
        stride, low, dilation = (numbers[-1] for numbers in self.grid)
        room = self.positions[-1] - self.x.shape[-1]
        if stride != 1 or len(self.kernel) == 1:
            return None
        taps = range(self.kernel[-1])
        return next((tap for tap in taps if 0 <= low - tap * dilation <= room), None)


def shifted(part: Any, neighbour: Any, by: int) -> tuple[Any, Any]:
    """Return what overlaps if element p of ``part`` is element ``p + by`` of ``neighbour``."""
    if by < 0:
        neighbour, part = shifted(neighbour, part, -by)
        return part, neighbour
    return part[..., : part.shape[-1] - by], neighbour[..., by:]


def blocks(
    x: Any, w: Any, positions: tuple[int, ...], grid: Grid
) -> Iterator[tuple[slice, slice, list[Any]]]:
    """Yield (images, rows, matrices) for blocks that fit into the cache.

    Args:
        x: the input (images, groups, channels, ...).
        w: the weight, or an array of its shape (groups, out channels, channels, kernel ...).
        positions: how many there are along each axis; grid: where they are.
    """
    images, channels, kernel = len(x), w.shape[2], w.shape[3:]
    line = w.shape[0] * prod(positions[1:])
    gathered = channels * prod(kernel[1:]) * grid.stride[0]
    row_bytes = (gathered + 2 * w.shape[1]) * line * x.itemsize
    height = max(1, min(positions[0], BLOCK_BYTES // row_bytes))
    work = w.size // w.shape[0] * line * positions[0]
    count = max(1, min(images, BLOCK_BYTES // (row_bytes * positions[0]), WORK // work))
    if not isinstance(x, ndarray):  # a GPU prefers few large products
        height, count = positions[0], images
    for top in range(0, positions[0], height):
        rows = slice(top, min(top + height, positions[0]))
        low = (grid.low[0] - top * grid.stride[0], *grid.low[1:])
        band = (rows.stop - top, *positions[1:])
        columns = Columns(x, kernel, band, grid._replace(low=low))
        for first in range(0, images, count):
            some = slice(first, min(first + count, images))
            yield some, rows, columns.matrices(some)
