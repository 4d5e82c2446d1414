"""Colours of tensors (..., C, H, W): mixtures of a picture with a darker, greyer, other one."""

from __future__ import annotations

from typing import Any

import numpy as np

import minigrad as mg
from minigrad import Tensor

from .conversions import convert_image_dtype


def check_channels(img: Tensor, permitted: tuple[int, ...] = (1, 3)) -> int:
    """Return the number of channels.

    Raises:
        TypeError: if it is none of those permitted.
    """
    channels = 1 if img.ndim == 2 else img.shape[-3]
    if channels not in permitted:
        raise TypeError(
            f"Input image tensor permitted channel values are {list(permitted)}, "
            f"but found {channels}"
        )
    return int(channels)


def mix(img: Tensor, other: Any, ratio: float) -> Tensor:
    """Return ``ratio * img + (1 - ratio) * other``, within the range of the dtype."""
    bound = 1.0 if img.is_floating_point() else float(np.iinfo(img.dtype).max)
    return (ratio * img + (1.0 - ratio) * other).clamp(0, bound).to(img.dtype)


def grayscale(img: Tensor, channels: int = 1) -> Tensor:
    """Return 0.2989 red + 0.587 green + 0.114 blue, in one channel or three equal ones."""
    if check_channels(img) == 3:
        red, green, blue = img.unbind(-3)
        grey = (0.2989 * red + 0.587 * green + 0.114 * blue).to(img.dtype).unsqueeze(-3)
    else:
        grey = img.clone()
    return grey.expand(img.shape) if channels == 3 and img.shape[-3] == 3 else grey


def brightness(img: Tensor, factor: float) -> Tensor:
    """Mix with black."""
    check_channels(img)
    return mix(img, mg.zeros_like(img), factor)


def contrast(img: Tensor, factor: float) -> Tensor:
    """Mix with the mean of the picture's grey."""
    dtype = img.dtype if img.is_floating_point() else mg.float32
    grey = grayscale(img) if check_channels(img) == 3 else img
    return mix(img, grey.to(dtype).mean(dim=(-3, -2, -1), keepdim=True), factor)


def saturation(img: Tensor, factor: float) -> Tensor:
    """Mix with the grey picture."""
    return img if check_channels(img) == 1 else mix(img, grayscale(img), factor)


def shift_hue(img: Tensor, factor: float) -> Tensor:
    """Turn the hues by ``factor`` rounds."""
    if check_channels(img) == 1:
        return img
    hue, chroma, value = _hue_saturation_value(convert_image_dtype(img, mg.float32))
    return convert_image_dtype(_rgb((hue + factor) % 1.0, chroma, value), img.dtype)


def gamma(img: Tensor, gamma: float, gain: float) -> Tensor:
    """Return ``gain * img ** gamma``, of values in [0, 1]."""
    found = img if img.is_floating_point() else convert_image_dtype(img, mg.float32)
    return convert_image_dtype((gain * found**gamma).clamp(0, 1), img.dtype)


def _hue_saturation_value(img: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return hue, saturation and value of a picture of red, green and blue in [0, 1].

    Source: A. R. Smith, Color gamut transform pairs, 1978.
    """
    red, green, blue = img.unbind(-3)
    most, least = img.amax(dim=-3), img.amin(dim=-3)
    grey = most == least
    spread = most - least
    ones = mg.ones_like(most)
    chroma = spread / mg.where(grey, ones, most)
    divisor = mg.where(grey, ones, spread)
    r, g, b = ((most - colour) / divisor for colour in (red, green, blue))
    hue = (most == red) * (b - g)
    hue = hue + ((most == green) & (most != red)) * (2.0 + r - b)
    hue = hue + ((most != green) & (most != red)) * (4.0 + g - r)
    return mg.fmod(hue / 6.0 + 1.0, 1.0), chroma, most


def _rgb(hue: Tensor, chroma: Tensor, value: Tensor) -> Tensor:
    """Return red, green and blue: in each sixth of the circle other two of them are extreme."""
    sixth = mg.floor(hue * 6.0)
    rest = hue * 6.0 - sixth
    low = (value * (1.0 - chroma)).clamp(0.0, 1.0)
    falling = (value * (1.0 - chroma * rest)).clamp(0.0, 1.0)
    rising = (value * (1.0 - chroma * (1.0 - rest))).clamp(0.0, 1.0)
    part = sixth.to(mg.int32) % 6
    circle = (value, falling, low, low, rising, value)  # red, sixth by sixth; the others lag
    colours = []
    for lag in (0, 2, 4):
        colour = mg.zeros_like(value)
        for k in range(6):
            colour = mg.where(part == k, circle[(k - lag) % 6], colour)
        colours.append(colour)
    return mg.stack(colours, -3)
