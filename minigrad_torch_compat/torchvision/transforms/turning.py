"""Pictures mirrored, turned, sheared and moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import pil_changes, tensor_geometry
from .pictures import (
    InterpolationMode,
    check_picture,
    get_dimensions,
    interpolation_mode,
    tensor_mode,
)

__all__ = ["affine", "hflip", "rotate", "vflip"]

NEAREST = InterpolationMode.NEAREST


def hflip(img: Any) -> Any:
    """Return the picture with left and right exchanged."""
    return pil_changes.mirror(img, -1) if check_picture(img) else img.flip(-1)


def vflip(img: Any) -> Any:
    """Return the picture with top and bottom exchanged."""
    return pil_changes.mirror(img, -2) if check_picture(img) else img.flip(-2)


def rotate(
    img: Any,
    angle: float,
    interpolation: Any = NEAREST,
    expand: bool = False,
    center: Sequence[float] | None = None,
    fill: Any = None,
) -> Any:
    """Return the picture turned counter-clockwise, in degrees.

    Args:
        img: the picture.
        angle: degrees.
        interpolation: how to find values between pixels.
        expand: whether the result is large enough for the whole picture.
        center: (x, y) about which to turn; the middle by default.
        fill: the value of what comes into view.
    """
    mode = interpolation_mode(interpolation)
    if not isinstance(angle, int | float):
        raise TypeError("Argument angle should be int or float")
    if check_picture(img):
        return pil_changes.rotate(img, angle, mode, expand, center, fill)
    _, h, w = get_dimensions(img)
    middle = [0.0, 0.0] if center is None else [c - s * 0.5 for c, s in zip(center, (w, h))]
    # Angles are counter-clockwise here, but clockwise in the matrix.
    matrix = tensor_geometry.inverse_affine_matrix(middle, -angle, [0.0, 0.0], 1.0, [0.0, 0.0])
    size = tensor_geometry.expanded_size(matrix, w, h)[::-1] if expand else None
    name = tensor_mode(mode, ("nearest", "bilinear"))
    return tensor_geometry.affine(img, matrix, name, fill, size)


def affine(
    img: Any,
    angle: float,
    translate: Sequence[float],
    scale: float,
    shear: Any,
    interpolation: Any = NEAREST,
    fill: Any = None,
    center: Sequence[float] | None = None,
) -> Any:
    """Return the picture sheared, scaled, turned and moved.

    Args:
        img: the picture.
        angle: degrees, clockwise.
        translate: (x, y), in pixels.
        scale: a factor.
        shear: degrees in x, or in x and y.
        interpolation: how to find values between pixels.
        fill: the value of what comes into view.
        center: (x, y) about which to turn; the middle by default.

    Raises:
        ValueError: for other numbers of arguments, or a scale that is not positive.
    """
    mode = interpolation_mode(interpolation)
    if len(translate) != 2:
        raise ValueError("translate should be a sequence of length 2")
    if scale <= 0.0:
        raise ValueError("Argument scale should be positive")
    sheared = _pair_of_shears(shear)
    _, h, w = get_dimensions(img)
    if check_picture(img):
        about = [w * 0.5, h * 0.5] if center is None else center
        matrix = tensor_geometry.inverse_affine_matrix(about, angle, translate, scale, sheared)
        return pil_changes.affine(img, matrix, mode, fill)
    about = [0.0, 0.0] if center is None else [c - s * 0.5 for c, s in zip(center, (w, h))]
    matrix = tensor_geometry.inverse_affine_matrix(about, angle, translate, scale, sheared)
    return tensor_geometry.affine(img, matrix, tensor_mode(mode, ("nearest", "bilinear")), fill)


def _pair_of_shears(shear: Any) -> list[float]:
    """Return the angles in x and y; one alone is that in x."""
    found = [shear] if isinstance(shear, int | float) else [float(angle) for angle in shear]
    if len(found) not in (1, 2):
        raise ValueError(f"Shear should be a sequence containing two values. Got {shear}")
    return [*found, 0.0][:2]
