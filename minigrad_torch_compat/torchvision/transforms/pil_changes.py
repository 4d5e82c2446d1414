"""Changes of PIL images, by PIL itself: what torchvision gives, bit for bit."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import Any

import numpy as np

from .pictures import InterpolationMode, pil_images, pil_module, pil_number


def resize(img: Any, size: Sequence[int], mode: InterpolationMode) -> Any:
    """Return the image with the size (H, W)."""
    return img.resize((size[1], size[0]), pil_number(mode))


def crop(img: Any, top: int, left: int, height: int, width: int) -> Any:
    """Return a rectangle of the image; outside of it is black."""
    return img.crop((left, top, left + width, top + height))


def mirror(img: Any, axis: int) -> Any:
    """Return the image with left and right (axis -1), or top and bottom (-2), exchanged."""
    names = pil_images().Transpose
    return img.transpose(names.FLIP_LEFT_RIGHT if axis == -1 else names.FLIP_TOP_BOTTOM)


def pad(img: Any, widths: tuple[int, int, int, int], fill: Any, mode: str) -> Any:
    """Return the image with a border (left, top, right, bottom)."""
    if mode == "constant":
        return pil_module("ImageOps").expand(img, widths, **fill_colour(fill, img, "fill"))
    left, top, right, bottom = widths
    palette = img.getpalette() if img.mode == "P" else None
    array = np.asarray(img)
    border = [(top, bottom), (left, right), (0, 0)][: array.ndim]
    padded = pil_images().fromarray(np.pad(array, border, mode=mode))  # type: ignore[call-overload]
    if palette is not None:
        padded.putpalette(palette)
    return padded


def rotate(
    img: Any, angle: float, mode: InterpolationMode, expand: bool, center: Any, fill: Any
) -> Any:
    """Return the image turned counter-clockwise, in degrees."""
    colour = fill_colour(fill, img, "fillcolor")
    return img.rotate(angle, pil_number(mode), expand, center, **colour)


def affine(img: Any, matrix: Sequence[float], mode: InterpolationMode, fill: Any) -> Any:
    """Return the image whose pixel (x, y) comes from where the matrix sends it."""
    return _transformed(img, pil_images().Transform.AFFINE, matrix, mode, fill)


def perspective(img: Any, coefficients: Sequence[float], mode: Any, fill: Any) -> Any:
    """Return the image as seen from elsewhere."""
    return _transformed(img, pil_images().Transform.PERSPECTIVE, coefficients, mode, fill)


def _transformed(img: Any, how: Any, numbers_: Any, mode: InterpolationMode, fill: Any) -> Any:
    colour = fill_colour(fill, img, "fillcolor")
    return img.transform((img.width, img.height), how, tuple(numbers_), pil_number(mode), **colour)


def fill_colour(fill: Any, img: Any, name: str) -> dict[str, Any]:
    """Return a colour under the name that PIL's function has for it.

    Raises:
        ValueError: if there are not as many numbers as channels.
    """
    channels = len(img.getbands())
    if fill is None:
        fill = 0
    if isinstance(fill, numbers.Number):
        return {name: fill if channels == 1 else (fill,) * channels}
    if len(fill) == 1:
        fill = tuple(fill) * channels
    if len(fill) != channels:
        raise ValueError(
            "The number of elements in 'fill' does not match the number of channels of the image "
            f"({len(fill)} != {channels})"
        )
    return {name: tuple(fill) if channels > 1 else fill[0]}


def enhance(img: Any, what: str, factor: float) -> Any:
    """Return the image with more or less "Brightness", "Contrast", "Color" or "Sharpness"."""
    return getattr(pil_module("ImageEnhance"), what)(img).enhance(factor)


def shift_hue(img: Any, factor: float) -> Any:
    """Return the image with its hues turned by ``factor`` rounds."""
    if img.mode in ("L", "1", "I", "F"):
        return img
    hue, saturation, value = img.convert("HSV").split()
    turned = np.array(hue, np.uint8) + np.int32(factor * 255).astype(np.uint8)
    parts = (pil_images().fromarray(turned), saturation, value)
    return pil_images().merge("HSV", parts).convert(img.mode)


def grayscale(img: Any, channels: int) -> Any:
    """Return the image in shades of grey, in one channel or three equal ones."""
    grey = img.convert("L")
    if channels == 1:
        return grey
    array = np.array(grey, np.uint8)
    return pil_images().fromarray(np.stack([array] * 3, -1))


def gamma(img: Any, gamma: float, gain: float) -> Any:
    """Return the image with each value v in [0, 1] become gain * v ** gamma."""
    mode = img.mode
    table = [int((255 + 1 - 1e-3) * gain * pow(level / 255.0, gamma)) for level in range(256)] * 3
    return img.convert("RGB").point(table).convert(mode)
