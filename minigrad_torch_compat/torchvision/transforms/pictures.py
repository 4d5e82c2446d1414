"""What a picture is here: a PIL image or a tensor (..., C, H, W); and how it is asked about."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any

from minigrad import Tensor
from minigrad.data.transforms.kinds import is_pil, pil_images


class InterpolationMode(enum.Enum):
    """Ways to find values between pixels; the last three are for PIL images only."""

    NEAREST = "nearest"
    NEAREST_EXACT = "nearest-exact"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    BOX = "box"
    HAMMING = "hamming"
    LANCZOS = "lanczos"


_PIL_NUMBERS = {  # PIL's own constants, which older programs pass
    0: InterpolationMode.NEAREST,
    1: InterpolationMode.LANCZOS,
    2: InterpolationMode.BILINEAR,
    3: InterpolationMode.BICUBIC,
    4: InterpolationMode.BOX,
    5: InterpolationMode.HAMMING,
}


def interpolation_mode(mode: Any) -> InterpolationMode:
    """Return the mode meant by a mode or by PIL's number for it.

    Raises:
        TypeError: for anything else.
    """
    if isinstance(mode, int) and int(mode) in _PIL_NUMBERS:
        return _PIL_NUMBERS[int(mode)]
    if not isinstance(mode, InterpolationMode):
        raise TypeError(
            "Argument interpolation should be a InterpolationMode or a corresponding Pillow "
            f"integer constant, got {mode!r}"
        )
    return mode


def pil_number(mode: InterpolationMode) -> int:
    """Return PIL's number for a mode."""
    if mode is InterpolationMode.NEAREST_EXACT:
        mode = InterpolationMode.NEAREST
    return next(number for number, known in _PIL_NUMBERS.items() if known is mode)


def tensor_mode(mode: InterpolationMode, allowed: Sequence[str]) -> str:
    """Return a mode's name, if tensors can be interpolated by it.

    Raises:
        ValueError: if they cannot.
    """
    if mode.value not in allowed:
        raise ValueError(
            f"Interpolation mode '{mode.value}' is unsupported with Tensor input; expected one of "
            f"{', '.join(allowed)}"
        )
    return str(mode.value)


def check_picture(img: Any) -> bool:
    """Return whether it is a PIL image; raise if it is no picture at all.

    Raises:
        TypeError: for anything but PIL images and tensors of two dimensions or more.
    """
    if is_pil(img):
        return True
    if not isinstance(img, Tensor):
        raise TypeError(f"Unexpected type {type(img)}: expected a PIL image or a tensor")
    if img.ndim < 2:
        raise TypeError(f"Tensor is not a torch image: it has {img.ndim} dimensions")
    return False


def get_dimensions(img: Any) -> list[int]:
    """Return [channels, height, width]."""
    if check_picture(img):
        return [len(img.getbands()), img.height, img.width]
    return [1 if img.ndim == 2 else img.shape[-3], *img.shape[-2:]]


def get_image_size(img: Any) -> list[int]:
    """Return [width, height]."""
    return get_dimensions(img)[:0:-1]


def get_image_num_channels(img: Any) -> int:
    """Return the number of channels."""
    return get_dimensions(img)[0]


def pil_module(name: str) -> Any:
    """Return one of PIL's modules; the error says how to get them.

    Raises:
        ImportError: without Pillow.
    """
    try:
        import importlib

        return importlib.import_module(f"PIL.{name}")
    except ImportError as error:
        raise ImportError(
            "torchvision's pictures need Pillow: pip install 'minigrad[vision]'"
        ) from error


__all__ = [
    "InterpolationMode",
    "check_picture",
    "get_dimensions",
    "get_image_num_channels",
    "get_image_size",
    "interpolation_mode",
    "is_pil",
    "pil_images",
    "pil_module",
    "pil_number",
    "tensor_mode",
]
