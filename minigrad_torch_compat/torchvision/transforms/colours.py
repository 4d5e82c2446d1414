"""Pictures with other colours."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import pil_changes, tensor_colours
from .pictures import check_picture, pil_module

__all__ = [
    "adjust_brightness",
    "adjust_contrast",
    "adjust_gamma",
    "adjust_hue",
    "adjust_saturation",
    "invert",
    "rgb_to_grayscale",
    "to_grayscale",
]


def adjust_brightness(img: Any, brightness_factor: float) -> Any:
    """Return the picture brighter (a factor above 1) or darker; 0 is black."""
    _check_factor("brightness_factor", brightness_factor)
    if check_picture(img):
        return pil_changes.enhance(img, "Brightness", brightness_factor)
    return tensor_colours.brightness(img, brightness_factor)


def adjust_contrast(img: Any, contrast_factor: float) -> Any:
    """Return the picture with more contrast (a factor above 1) or less; 0 is grey."""
    _check_factor("contrast_factor", contrast_factor)
    if check_picture(img):
        return pil_changes.enhance(img, "Contrast", contrast_factor)
    return tensor_colours.contrast(img, contrast_factor)


def adjust_saturation(img: Any, saturation_factor: float) -> Any:
    """Return the picture with stronger colours (a factor above 1) or weaker ones."""
    _check_factor("saturation_factor", saturation_factor)
    if check_picture(img):
        return pil_changes.enhance(img, "Color", saturation_factor)
    return tensor_colours.saturation(img, saturation_factor)


def adjust_hue(img: Any, hue_factor: float) -> Any:
    """Return the picture with its hues turned by a part of the circle, -0.5 to 0.5."""
    if not -0.5 <= hue_factor <= 0.5:
        raise ValueError(f"hue_factor ({hue_factor}) is not in [-0.5, 0.5].")
    if check_picture(img):
        return pil_changes.shift_hue(img, hue_factor)
    return tensor_colours.shift_hue(img, hue_factor)


def adjust_gamma(img: Any, gamma: float, gain: float = 1) -> Any:
    """Return the picture with values v become ``gain * v ** gamma``."""
    if gamma < 0:
        raise ValueError("Gamma should be a non-negative real number")
    return (pil_changes if check_picture(img) else tensor_colours).gamma(img, gamma, gain)


def rgb_to_grayscale(img: Any, num_output_channels: int = 1) -> Any:
    """Return the picture in shades of grey, in 1 channel or 3 equal ones."""
    if num_output_channels not in (1, 3):
        raise ValueError("num_output_channels should be either 1 or 3")
    if check_picture(img):
        return pil_changes.grayscale(img, num_output_channels)
    return tensor_colours.grayscale(img, num_output_channels)


def to_grayscale(img: Any, num_output_channels: int = 1) -> Any:
    """Return a PIL image in shades of grey."""
    if not check_picture(img):
        raise TypeError("Input should be PIL Image")
    return rgb_to_grayscale(img, num_output_channels)


def invert(img: Any) -> Any:
    """Return the negative of the picture."""
    if check_picture(img):
        return pil_module("ImageOps").invert(img)
    return (1 if img.is_floating_point() else int(np.iinfo(img.dtype).max)) - img


def _check_factor(name: str, factor: float) -> None:
    if factor < 0:
        raise ValueError(f"{name} ({factor}) is not non-negative.")
