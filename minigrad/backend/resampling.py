"""Resampling of arrays: one sparse linear map per spatial axis, gathered tap by tap.

Along an axis, element p of the result is ``sum of weights[j, p] * x[index[j, p]]`` over the taps j.
The transpose of such a map is one again, with as many taps as an element has readers at most.
Gathering keeps infinities and NaN where they belong, which a product with a matrix would not.
Arrays are (images, channels, spatial ...), worked on in blocks of planes that stay in the cache.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from .arrays import namespace, ndarray

BLOCK_BYTES = 1 << 20


class Taps:
    """A sparse linear map from one axis to another.

    Args:
        index: which elements each result reads, (taps, results).
        weights: what they are multiplied by; None for 1.
        size: elements of the axis that is read.
    """

    def __init__(self, index: Any, weights: Any, size: int) -> None:
        self.index, self.weights, self.size = index, weights, size

    @property
    def count(self) -> int:
        """How many results there are."""
        return self.index.shape[1]

    @cached_property
    def selectors(self) -> list[Any]:
        """What each tap reads: a slice if its elements are evenly spaced, else an index array."""
        return [evenly(row) for row in self.index]

    @cached_property
    def transposed(self) -> Taps:
        """The map that takes the gradient of the results to that of what they read."""
        weights = np.ones(self.index.shape) if self.weights is None else self.weights
        used = weights.reshape(-1) != 0
        read = self.index.reshape(-1)[used]
        by = np.tile(np.arange(self.count), len(self.index))[used]
        order = np.argsort(read, kind="stable")
        read, by, weights = read[order], by[order], weights.reshape(-1)[used][order]
        readers = np.bincount(read, minlength=self.size)
        # The n-th reader of an element becomes its n-th tap; those that are missing weigh nothing.
        nth = np.arange(len(read)) - (np.cumsum(readers) - readers)[read]
        shape = (max(readers.max(initial=0), 1), self.size)
        index, turned = np.zeros(shape, np.intp), np.zeros(shape)
        index[nth, read], turned[nth, read] = by, weights
        gaps = np.arange(shape[0])[:, None] >= readers
        index = np.where(gaps, index[0], index)  # ... and read what the first one reads
        back = Taps(index, None if (turned == 1).all() else turned, self.count)
        back.__dict__["transposed"] = self
        return back

    def apply(self, x: Any, axis: int) -> Any:
        """Return the results along an axis; may return a part of ``x`` itself."""
        out: Any = None
        for tap, selector in enumerate(self.selectors):
            part = read_along(x, axis, selector)
            if self.weights is not None:
                shape = (self.count, *(1,) * (x.ndim - axis - 1))
                part = part * namespace(x).asarray(self.weights[tap], x.dtype).reshape(shape)
            # What the first tap read may still be a part of ``x``.
            out = part if tap == 0 else np.add(out, part, out=None if tap == 1 else out)
        return out


def evenly(row: Any) -> Any:
    """Return the slice that means the same as an index array, if there is one."""
    steps = np.diff(row)
    if not len(steps) or steps[0] < 1 or (steps != steps[0]).any():
        return row
    return slice(int(row[0]), int(row[-1]) + 1, int(steps[0]))


def read_along(x: Any, axis: int, selector: Any) -> Any:
    """Return the elements that a slice or an index array selects along an axis."""
    if isinstance(selector, slice):
        return x[(slice(None),) * axis + (selector,)]
    return x.take(namespace(x).asarray(selector), axis)


def resample_axes(x: Any, axes: tuple[Taps | None, ...]) -> Any:
    """Return images with each spatial axis resampled; None leaves one as it is."""
    size = tuple(n if taps is None else taps.count for n, taps in zip(x.shape[2:], axes))
    out = namespace(x).empty((*x.shape[:2], *size), x.dtype)
    planes, targets = x.reshape(-1, *x.shape[2:]), out.reshape(-1, *size)
    step = max(1, BLOCK_BYTES * len(planes) // max(out.nbytes, x.nbytes, 1))
    step = step if isinstance(x, ndarray) else max(len(planes), 1)
    for first in range(0, len(planes), step):
        part = planes[first : first + step]
        for axis in range(len(axes), 0, -1):
            taps = axes[axis - 1]
            part = part if taps is None else taps.apply(part, axis)
        targets[first : first + step] = part
    return out


def resample_bytes(x: Any, axes: tuple[Taps | None, ...]) -> Any:
    """Return images of bytes resampled, rounded after each axis as PyTorch does."""
    for axis in reversed(range(len(axes))):
        only = tuple(taps if i == axis else None for i, taps in enumerate(axes))
        means = resample_axes(x.astype(np.float32), only)
        x = np.clip(means + 0.5, 0, 255).astype(np.uint8)
    return x
