"""The maps of interpolation: which elements each mode reads along an axis, and by what weights.

Element p of m over n elements lies at ``(p + 1/2) n/m - 1/2``, pixels being little squares, or at
``p (n - 1)/(m - 1)`` with ``align_corners``, pixels being points.
"""

from __future__ import annotations

import functools
from math import ceil
from typing import Any, NamedTuple

import numpy as np

from .resampling import Taps

NEAREST = ("nearest", "nearest-exact")
EXACT = ("nearest-exact", "bicubic")  # even for the same size, a scale that is not 1 matters


class Axis(NamedTuple):
    """How an axis is resampled: its mode and sizes, and what decides where its elements lie."""

    mode: str
    size: int
    wanted: int
    scale: float | None  # what the user asked for; None for ``wanted / size``
    align_corners: bool
    antialias: bool

    @property
    def step(self) -> float:
        """From element to element of the result, how far it is in the input."""
        if self.align_corners:
            return (self.size - 1) / (self.wanted - 1) if self.wanted > 1 else 0.0
        return 1 / self.scale if self.scale else self.size / self.wanted

    def places(self) -> Any:
        """Return where the elements of the result lie among those of the input."""
        p = np.arange(self.wanted)
        return p * self.step if self.align_corners else (p + 0.5) * self.step - 0.5


@functools.lru_cache(maxsize=512)
def taps_of(axis: Axis, double: bool) -> Taps | None:
    """Return the linear map along an axis; None if it changes nothing.

    Args:
        axis: how it is resampled.
        double: the images are of float64; "nearest" counts in their precision, as PyTorch.
    """
    if axis.size == axis.wanted and (axis.antialias or axis.mode not in EXACT):
        return None
    if axis.antialias:
        return _antialiased(axis)
    if axis.mode in NEAREST:
        return _nearest(axis, double)
    return _cubic(axis) if axis.mode == "bicubic" else _linear(axis)


def _nearest(axis: Axis, double: bool) -> Taps:
    """The element at ``floor(p step)``, or the nearer one at ``floor((p + 1/2) step)``.

    For twice the size PyTorch's "nearest" doubles each element, whatever the scale was exactly; for
    some shapes in its derivative only, which then belongs to another function than its values.
    """
    if axis.mode == "nearest" and axis.wanted == 2 * axis.size:
        return Taps(np.arange(axis.wanted)[None] // 2, None, axis.size)
    real = np.float64 if double else np.float32
    p = np.arange(axis.wanted).astype(real) + real(0.5 if axis.mode == "nearest-exact" else 0)
    step = real(1 / axis.scale) if axis.scale else real(axis.size) / real(axis.wanted)
    index = np.floor((p * step).astype(np.float32)).astype(np.intp)
    return Taps(np.minimum(index, axis.size - 1)[None], None, axis.size)


def _linear(axis: Axis) -> Taps:
    """The two neighbours, weighed by how near they are; beyond the first element, that one."""
    places = np.maximum(axis.places(), 0)
    left = np.minimum(places.astype(np.intp), axis.size - 1)
    t = np.minimum(places - left, 1)
    index = np.stack([left, np.minimum(left + 1, axis.size - 1)])
    return Taps(index, np.stack([1 - t, t]), axis.size)


def _cubic(axis: Axis) -> Taps:
    """Four neighbours, weighed by Keys' cubic convolution; beyond the ends, the last ones."""
    places = axis.places()
    left = np.floor(places)
    offsets = np.arange(-1, 3)[:, None]
    index = np.clip(left.astype(np.intp) + offsets, 0, axis.size - 1)
    return Taps(index, keys(places - left - offsets, -0.75), axis.size)


def keys(x: Any, a: float) -> Any:
    """Keys' kernel: piecewise cubic, 1 at 0 and 0 at all other integers, with slope ``a`` at 1.

    Source: Keys, "Cubic convolution interpolation for digital image processing" (1981).
    """
    x = np.abs(x)
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))


def _lanczos(x: Any) -> Any:
    return np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0.0)


FILTERS: dict[str, tuple[int, Any]] = {  # half the width, and the function, of each filter
    "bilinear": (1, lambda x: np.maximum(1 - np.abs(x), 0)),
    "bicubic": (2, lambda x: keys(x, -0.5)),
    "lanczos": (3, _lanczos),
}


def _antialiased(axis: Axis) -> Taps:
    """All elements under the mode's filter, which is as many times wider as the image shrinks."""
    radius, weigh = FILTERS[axis.mode]
    stretch = max(axis.step, 1.0)
    support = radius * stretch
    center = (np.arange(axis.wanted) + 0.5) * axis.step
    first = np.maximum((center - support + 0.5).astype(np.intp), 0)
    stop = np.minimum((center + support + 0.5).astype(np.intp), axis.size)
    read = first + np.arange(2 * ceil(support) + 1)[:, None]
    weights = np.where(read < stop, weigh((read - center + 0.5) / stretch), 0.0)
    weights /= weights.sum(0)
    return Taps(np.minimum(read, axis.size - 1), weights, axis.size)
