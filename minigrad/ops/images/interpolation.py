"""Interpolation: images resampled to another size, one spatial axis after the other.

Along each axis it is a sparse linear map (``backend.resampling.Taps``), whose weights depend on
the sizes only: the derivative is the transposed map, and every mode is a way to make the map.
"""

from __future__ import annotations

import operator
import warnings
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...backend.interpolation import FILTERS, NEAREST, Axis, taps_of
from ...backend.resampling import Taps, resample_axes, resample_bytes
from ..precision import half_in_float32
from .adaptive_pooling import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d

__all__ = ["interpolate", "upsample", "upsample_bilinear", "upsample_nearest"]

_AREA = {3: adaptive_avg_pool1d, 4: adaptive_avg_pool2d, 5: adaptive_avg_pool3d}
_NDIM = {"linear": (3,), "bilinear": (4,), "trilinear": (5,), "bicubic": (4,), "lanczos": (4,)}


@primitive(
    x=lambda g, axes: _resample(g, axes=tuple(taps and taps.transposed for taps in axes)),
)
def _resample(x: Any, *, axes: tuple[Taps | None, ...]) -> Any:
    """Images with each spatial axis mapped by its taps; None leaves one as it is."""
    weighted = any(taps is not None and taps.weights is not None for taps in axes)
    return (resample_bytes if x.dtype == np.uint8 and weighted else resample_axes)(x, axes)


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
    if align_corners is not None and mode in ("area", *NEAREST):
        raise ValueError(
            "align_corners can only be set with the modes linear, bilinear, bicubic and trilinear, "
            f"but got mode={mode!r}"
        )
    if recompute and size is not None:
        raise ValueError(
            f"recompute_scale_factor is not meaningful with an explicit size, got size={size}"
        )
    if antialias and not (mode in FILTERS and input.ndim == 4):
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
    if input.ndim not in _NDIM.get(mode, (3, 4, 5) if mode in ("area", *NEAREST) else ()):
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
    bytes_allowed = mode in NEAREST or input.ndim == 4
    if input.dtype.kind != "f" and not (input.dtype == np.uint8 and bytes_allowed):
        raise NotImplementedError(
            f'"interpolate" not implemented for {input.dtype} in mode {mode!r}: expected floats'
        )
