"""torchvision.io: pictures from files, and into files, by Pillow."""

from __future__ import annotations

import enum
import io
from typing import Any

import numpy as np

from minigrad import Tensor, from_numpy
from minigrad.files import write

from ..missing import room as _room
from .transforms.conversions import pil_to_tensor, to_pil_image
from .transforms.pictures import pil_module

__all__ = [
    "ImageReadMode",
    "decode_image",
    "read_file",
    "read_image",
    "write_jpeg",
    "write_png",
]


class ImageReadMode(enum.Enum):
    """What channels to read: as they are, grey, red, green and blue, or with transparency."""

    UNCHANGED = 0
    GRAY = 1
    GRAY_ALPHA = 2
    RGB = 3
    RGB_ALPHA = 4


_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}


def _mode(mode: Any) -> ImageReadMode:
    return ImageReadMode[mode.upper()] if isinstance(mode, str) else mode


def read_file(path: Any) -> Tensor:
    """Return the bytes of a file, a tensor (N,)."""
    with open(path, "rb") as file:
        return from_numpy(np.frombuffer(bytearray(file.read()), np.uint8))


def decode_image(input: Any, mode: Any = ImageReadMode.UNCHANGED) -> Tensor:
    """Return the picture in bytes (a tensor, or a path) as a tensor (C, H, W), uint8.

    Raises:
        RuntimeError: if it is no picture.
    """
    source = io.BytesIO(input.numpy().tobytes()) if isinstance(input, Tensor) else input
    pictures, wanted = pil_module("Image"), _mode(mode)
    try:
        with pictures.open(source) as picture:
            kind = _MODES.get(wanted.value) or {"P": "RGB", "1": "L"}.get(picture.mode)
            return pil_to_tensor(picture.convert(kind) if kind else picture)
    except pictures.UnidentifiedImageError as error:
        raise RuntimeError(f"cannot decode the picture: {error}") from error


def read_image(path: Any, mode: Any = ImageReadMode.UNCHANGED) -> Tensor:
    """Return the picture in a file as a tensor (C, H, W), uint8."""
    return decode_image(path, mode)


def write_png(input: Tensor, filename: Any, compression_level: int = 6) -> None:
    """Write a picture (C, H, W) of bytes to a PNG file."""
    content = io.BytesIO()
    to_pil_image(input).save(content, "png", compress_level=compression_level)
    write(filename, content.getvalue())


def write_jpeg(input: Tensor, filename: Any, quality: int = 75) -> None:
    """Write a picture (C, H, W) of bytes to a JPEG file."""
    content = io.BytesIO()
    to_pil_image(input).save(content, "jpeg", quality=quality)
    write(filename, content.getvalue())


__getattr__ = _room(globals(), code=True)
