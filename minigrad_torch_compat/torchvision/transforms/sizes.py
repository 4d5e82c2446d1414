"""Pictures of other sizes: resized, cut, or with a border."""

from __future__ import annotations

from typing import Any

from minigrad.data import transforms as planes

from . import pil_changes
from .pictures import (
    InterpolationMode,
    check_picture,
    get_dimensions,
    interpolation_mode,
    tensor_mode,
)
from .turning import hflip, vflip

__all__ = ["center_crop", "crop", "five_crop", "pad", "resize", "resized_crop", "ten_crop"]

BILINEAR = InterpolationMode.BILINEAR
_ANTIALIASED = (InterpolationMode.BILINEAR, InterpolationMode.BICUBIC)


def resize(
    img: Any,
    size: Any,
    interpolation: Any = BILINEAR,
    max_size: int | None = None,
    antialias: bool | None = True,
) -> Any:
    """Return the picture with the size (H, W), or with a shorter side of that length.

    Raises:
        TypeError: for other types of size.
        ValueError: for other numbers of sizes.
    """
    mode = interpolation_mode(interpolation)
    if not isinstance(size, int | list | tuple):
        raise TypeError(f"Size should be int or sequence. Got {type(size)}")
    if not isinstance(size, int) and len(size) not in (1, 2):
        raise ValueError(
            f"Size must be an int or a 1 or 2 element tuple/list, not a {len(size)} element one"
        )
    if check_picture(img):
        wanted = planes.Resize(size, max_size=max_size).wanted(img.height, img.width)
        return img if wanted == (img.height, img.width) else pil_changes.resize(img, wanted, mode)
    name = tensor_mode(mode, ("nearest", "nearest-exact", "bilinear", "bicubic"))
    return planes.Resize(size, name, max_size, bool(antialias) and mode in _ANTIALIASED)(img)


def pad(img: Any, padding: Any, fill: Any = 0, padding_mode: str = "constant") -> Any:
    """Return the picture with a border: one width, (x, y), or (left, top, right, bottom)."""
    if not isinstance(padding, int | list | tuple):
        raise TypeError(f"Got inappropriate padding arg: {type(padding)}")
    border = planes.Pad(padding, 0, padding_mode)  # which checks the arguments
    if check_picture(img):
        widths = [padding] if isinstance(padding, int) else list(padding)
        left, top, right, bottom = widths * (4 // len(widths))
        return pil_changes.pad(img, (left, top, right, bottom), fill, padding_mode)
    if not isinstance(fill, int | float) and len(fill) != 1:
        raise TypeError(f"Got inappropriate fill arg: tensors have one border, got {fill}")
    border.fill = fill if isinstance(fill, int | float) else fill[0]
    return border(img)


def crop(img: Any, top: int, left: int, height: int, width: int) -> Any:
    """Return a rectangle of the picture; what is outside of it is zero."""
    if check_picture(img):
        return pil_changes.crop(img, top, left, height, width)
    h, w = img.shape[-2:]
    bottom, right = top + height, left + width
    cut = img[..., max(top, 0) : bottom, max(left, 0) : right]
    if left < 0 or top < 0 or right > w or bottom > h:
        outside = [max(-left + min(0, right), 0), max(-top + min(0, bottom), 0)]
        outside += [max(right - max(w, left), 0), max(bottom - max(h, top), 0)]
        cut = pad(cut, outside)
    return cut


def center_crop(img: Any, output_size: Any) -> Any:
    """Return the middle of the picture, of the size (H, W), or a square."""
    height, width = _pair(output_size)
    _, h, w = get_dimensions(img)
    if width > w or height > h:
        across, down = max(width - w, 0), max(height - h, 0)
        img = pad(img, [across // 2, down // 2, (across + 1) // 2, (down + 1) // 2])
        _, h, w = get_dimensions(img)
    if (height, width) == (h, w):
        return img
    return crop(img, round((h - height) / 2.0), round((w - width) / 2.0), height, width)


def resized_crop(
    img: Any,
    top: int,
    left: int,
    height: int,
    width: int,
    size: Any,
    interpolation: Any = BILINEAR,
    antialias: bool | None = True,
) -> Any:
    """Return a rectangle of the picture, resized."""
    cut = crop(img, top, left, height, width)
    return resize(cut, size, interpolation, antialias=antialias)


def five_crop(img: Any, size: Any) -> tuple[Any, Any, Any, Any, Any]:
    """Return the four corners (upper left, right; lower left, right) and the middle.

    Raises:
        ValueError: if the picture is smaller than they are.
    """
    height, width = _pair(size)
    _, h, w = get_dimensions(img)
    if width > w or height > h:
        raise ValueError(
            f"Requested crop size {(height, width)} is bigger than input size {(h, w)}"
        )
    corners = [(0, 0), (0, w - width), (h - height, 0), (h - height, w - width)]
    first, second, third, fourth = (crop(img, *corner, height, width) for corner in corners)
    return first, second, third, fourth, center_crop(img, [height, width])


def ten_crop(img: Any, size: Any, vertical_flip: bool = False) -> tuple[Any, ...]:
    """Return ``five_crop`` of the picture and of its mirror image."""
    mirrored = vflip(img) if vertical_flip else hflip(img)
    return five_crop(img, size) + five_crop(mirrored, size)


def _pair(size: Any) -> tuple[int, int]:
    values = [size] if isinstance(size, int) else list(size)
    if len(values) not in (1, 2):
        raise ValueError("Please provide only two dimensions (h, w) for size.")
    return int(values[0]), int(values[-1])
