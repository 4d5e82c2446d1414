"""Interpolation: images resampled to another size, one spatial axis after the other.

Along each axis it is a sparse linear map (``backend.resampling.Taps``), whose weights depend on
the sizes only: the derivative is the transposed map, and every mode is a way to make the map.
Element p of m over n elements lies at ``(p + 1/2) n/m - 1/2``, pixels being little squares, or at
``p (n - 1)/(m - 1)`` with ``align_corners``, pixels being points.
"""

from __future__ import annotations

import functools
import operator
import warnings
from math import ceil
from typing import Any, NamedTuple

import numpy as np

from ..autograd.primitive import primitive
from ..backend.resampling import Taps, resample_axes, resample_bytes
from .adaptive_pooling import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d
from .precision import half_in_float32

__all__ = ["interpolate", "upsample", "upsample_bilinear", "upsample_nearest"]

_AREA = {3: adaptive_avg_pool1d, 4: adaptive_avg_pool2d, 5: adaptive_avg_pool3d}
_NEAREST = ("nearest", "nearest-exact")
_EXACT = ("nearest-exact", "bicubic")  # even for the same size, a scale that is not 1 matters
_NDIM = {"linear": (3,), "bilinear": (4,), "trilinear": (5,), "bicubic": (4,), "lanczos": (4,)}


@primitive(
    x=lambda g, axes: _resample(g, axes=tuple(taps and taps.transposed for taps in axes)),
)
def _resample(x: Any, *, axes: tuple[Taps | None, ...]) -> Any:
    """Images with each spatial axis mapped by its taps; None leaves one as it is."""
    weighted = any(taps is not None and taps.weights is not None for taps in axes)
    return (resample_bytes if x.dtype == np.uint8 and weighted else resample_axes)(x, axes)


# --- the map along an axis ----------------------------------------------------------------------


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
    if axis.size == axis.wanted and (axis.antialias or axis.mode not in _EXACT):
        return None
    if axis.antialias:
        return _antialiased(axis)
    if axis.mode in _NEAREST:
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


_FILTERS: dict[str, tuple[int, Any]] = {  # half the width, and the function, of each filter
    "bilinear": (1, lambda x: np.maximum(1 - np.abs(x), 0)),
    "bicubic": (2, lambda x: keys(x, -0.5)),
    "lanczos": (3, _lanczos),
}


def _antialiased(axis: Axis) -> Taps:
    """All elements under the mode's filter, which is as many times wider as the image shrinks."""
    radius, weigh = _FILTERS[axis.mode]
    stretch = max(axis.step, 1.0)
    support = radius * stretch
    center = (np.arange(axis.wanted) + 0.5) * axis.step
    first = np.maximum((center - support + 0.5).astype(np.intp), 0)
    stop = np.minimum((center + support + 0.5).astype(np.intp), axis.size)
    read = first + np.arange(2 * ceil(support) + 1)[:, None]
    weights = np.where(read < stop, weigh((read - center + 0.5) / stretch), 0.0)
    weights /= weights.sum(0)
    return Taps(np.minimum(read, axis.size - 1), weights, axis.size)


# --- interpolation ------------------------------------------------------------------------------


@half_in_float32
def interpolate(
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Any:
    """Return images resampled to another size.

    Shapes: (N, C, W), (N, C, H, W) or (N, C, D, H, W) to the same with other spatial sizes.

    Args:
        input: images.
        size: the spatial sizes of the result; an int for all.
        scale_factor: those sizes relative to the input's (rounded down); a number for all.
        mode: "nearest" (as PyTorch has always done it), "nearest-exact" (the nearest pixel),
            "linear", "bilinear" and "trilinear" (by dimensions), "bicubic", "area" (averages), or
            "lanczos" (with ``antialias``).
        align_corners: let the corner pixels of input and result lie on each other.
        recompute_scale_factor: use the ratio of the rounded sizes in place of ``scale_factor``.
        antialias: smooth by as much as the image shrinks.

    Derivative: each element of ``g`` goes to the pixels it was made of, by their weights.

    Raises:
        ValueError: unless one of size and scale_factor is given, with one number per spatial
            dimension, and for options that the mode does not know.
        NotImplementedError: for a mode that does not go with the number of dimensions, or integers.
        RuntimeError: for an empty image or result.

    Example:
        >>> import minigrad as mg
        >>> mg.interpolate(mg.tensor([[[1.0, 3.0]]]), scale_factor=2, mode="linear")
        tensor([[[1.0000, 1.5000, 2.5000, 3.0000]]])
    """
    _check_options(input, size, mode, align_corners, recompute_scale_factor, antialias)
    wanted, scales = _target(input, size, scale_factor, bool(recompute_scale_factor))
    _check_mode(input, mode, align_corners, antialias)
    if mode == "area":
        return _AREA[input.ndim](input, wanted)
    _check_images(input, mode, wanted)
    axes = tuple(
        taps_of(Axis(mode, *numbers, bool(align_corners), antialias), input.dtype == np.float64)
        for numbers in zip(input.shape[2:], wanted, scales, strict=True)
    )
    return _resample(input, axes=axes)


def upsample(
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Any:
    """Return images resampled to another size, with a warning: ``interpolate`` is the name now."""
    _deprecated("upsample")
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input: Any, size: Any = None, scale_factor: Any = None) -> Any:
    """Return images resampled by "nearest", with a warning: ``interpolate`` is the name now."""
    _deprecated("upsample_nearest")
    return interpolate(input, size, scale_factor, mode="nearest")


def upsample_bilinear(input: Any, size: Any = None, scale_factor: Any = None) -> Any:
    """Return images resampled by "bilinear" with aligned corners; warns as ``upsample``."""
    _deprecated("upsample_bilinear")
    return interpolate(input, size, scale_factor, mode="bilinear", align_corners=True)


def _deprecated(name: str) -> None:
    warnings.warn(
        f"`nn.functional.{name}` is deprecated. Use `nn.functional.interpolate` instead.",
        stacklevel=3,
    )


# --- arguments ----------------------------------------------------------------------------------


def _check_options(
    input: Any,
    size: Any,
    mode: str,
    align_corners: bool | None,
    recompute: bool | None,
    antialias: bool,
) -> None:
    """Raise for options that do not go together."""
    if align_corners is not None and mode in ("area", *_NEAREST):
        raise ValueError(
            "align_corners can only be set with the modes linear, bilinear, bicubic and trilinear, "
            f"but got mode={mode!r}"
        )
    if recompute and size is not None:
        raise ValueError(
            f"recompute_scale_factor is not meaningful with an explicit size, got size={size}"
        )
    if antialias and not (mode in _FILTERS and input.ndim == 4):
        raise ValueError(
            "antialias is restricted to the modes bilinear, bicubic and lanczos and a 4-D tensor, "
            f"but got mode={mode!r} and input of shape {list(input.shape)}"
        )


def _target(
    input: Any, size: Any, scale_factor: Any, recompute: bool
) -> tuple[tuple[int, ...], tuple[float | None, ...]]:
    """Return the sizes of the result, and the scales to go by (None for the ratio of sizes)."""
    lengths = input.shape[2:]
    if (size is None) == (scale_factor is None):
        raise ValueError(
            "interpolate: either size or scale_factor should be defined, but not both, got "
            f"size={size} and scale_factor={scale_factor}"
        )
    name, given = ("size", size) if scale_factor is None else ("scale_factor", scale_factor)
    if not isinstance(given, list | tuple):
        given = (given,) * len(lengths)
    if len(given) != len(lengths):
        raise ValueError(
            f"interpolate: {name} must have one number per spatial dimension, but got {given} for "
            f"an input of shape {list(input.shape)}: (N, C, spatial sizes ...)"
        )
    try:
        if name == "size":
            return tuple(map(operator.index, given)), (None,) * len(lengths)
        scales = tuple(float(scale) for scale in given if not isinstance(scale, str))
    except TypeError:
        scales = ()
    if len(scales) != len(lengths):
        raise TypeError(f"interpolate: {name} must be a number or a tuple of them, got {given}")
    wanted = tuple(int(n * scale) for n, scale in zip(lengths, scales))
    return wanted, (None,) * len(lengths) if recompute else scales


def _check_mode(input: Any, mode: str, align_corners: bool | None, antialias: bool) -> None:
    """Raise for a mode unknown for the number of dimensions."""
    if input.ndim not in _NDIM.get(mode, (3, 4, 5) if mode in ("area", *_NEAREST) else ()):
        raise NotImplementedError(
            f"interpolate: mode {mode!r} does not go with input of shape {list(input.shape)}. "
            "Modes for 3-D: linear; 4-D: bilinear, bicubic, lanczos; 5-D: trilinear; all: "
            "nearest, nearest-exact, area"
        )
    if mode == "lanczos" and (align_corners or not antialias):
        raise ValueError("interpolate: mode 'lanczos' requires antialias=True, align_corners=False")


def _check_images(input: Any, mode: str, wanted: tuple[int, ...]) -> None:
    """Raise for images that there is nothing to make of, or of a dtype there is no mean in."""
    if min((*input.shape[1:], *wanted)) < 1:
        raise RuntimeError(
            "interpolate: input and output sizes should be greater than 0, but got input of shape "
            f"{list(input.shape)} and output sizes {list(wanted)}"
        )
    bytes_allowed = mode in _NEAREST or input.ndim == 4
    if input.dtype.kind != "f" and not (input.dtype == np.uint8 and bytes_allowed):
        raise NotImplementedError(
            f'"interpolate" not implemented for {input.dtype} in mode {mode!r}: expected floats'
        )
