"""torchvision.utils: many pictures as one, to look at or to save."""

from __future__ import annotations

import io
import math
import os
from typing import Any

import minigrad as mg
from minigrad import Tensor
from minigrad.files import write

from .transforms.pictures import pil_module

__all__ = ["make_grid", "save_image"]


@mg.no_grad()  # type: ignore[untyped-decorator]
def make_grid(
    tensor: Any,
    nrow: int = 8,
    padding: int = 2,
    normalize: bool = False,
    value_range: tuple[float, float] | None = None,
    scale_each: bool = False,
    pad_value: float = 0.0,
) -> Tensor:
    """Return pictures side by side, in rows.

    Shapes: (N, C, H, W), a list of (C, H, W), or one (C, H, W) or (H, W); to (C, H', W').

    Args:
        tensor: the pictures; those of one channel get three.
        nrow: pictures in a row.
        padding: pixels between them.
        normalize: whether to shift and scale values to [0, 1].
        value_range: (low, high) that become 0 and 1; by default the least and largest value.
        scale_each: whether each picture has least and largest values of its own.
        pad_value: the value between pictures.

    Raises:
        TypeError: for anything but tensors, or a range that is no pair.
    """
    pictures = _batch(tensor)
    if normalize:
        if value_range is not None and not isinstance(value_range, tuple):
            raise TypeError("value_range has to be a tuple (min, max) if specified.")
        pictures = pictures.clone()  # the caller's stay as they are
        for part in pictures if scale_each else [pictures]:
            _normalize_(part, value_range)
    if pictures.shape[0] == 1:
        return pictures.squeeze(0)
    return _side_by_side(pictures, nrow, padding, pad_value)


def _side_by_side(pictures: Tensor, nrow: int, padding: int, pad_value: float) -> Tensor:
    count, channels, height, width = pictures.shape
    columns = min(nrow, count)
    rows = math.ceil(count / columns)
    height, width = height + padding, width + padding
    size = (channels, height * rows + padding, width * columns + padding)
    grid = mg.full(size, pad_value, dtype=pictures.dtype, device=pictures.device)
    for k, picture in enumerate(pictures):
        top, left = k // columns * height + padding, k % columns * width + padding
        grid[:, top : top + height - padding, left : left + width - padding] = picture
    return grid


def _batch(tensor: Any) -> Tensor:
    """Return pictures (N, C, H, W) of three channels, if they had one."""
    if not isinstance(tensor, Tensor):
        given = list(tensor) if isinstance(tensor, list | tuple) else [tensor]
        if not all(isinstance(picture, Tensor) for picture in given):
            raise TypeError(f"tensor or list of tensors expected, got a {type(tensor)}")
        tensor = mg.stack(given, 0)
    if tensor.dim() == 2:
        tensor = tensor.unsqueeze(0)
    if tensor.dim() == 3:
        tensor = tensor.unsqueeze(0)
    if tensor.dim() == 4 and tensor.shape[1] == 1:
        tensor = mg.cat([tensor] * 3, 1)
    return tensor


def _normalize_(picture: Tensor, bounds: tuple[float, float] | None) -> None:
    low, high = bounds or (float(picture.min()), float(picture.max()))
    picture.clamp_(low, high).sub_(low).div_(max(high - low, 1e-5))


@mg.no_grad()  # type: ignore[untyped-decorator]
def save_image(tensor: Any, fp: Any, format: str | None = None, **kwargs: Any) -> None:
    """Write pictures, side by side, to a file.

    Args:
        tensor: the pictures, values in [0, 1].
        fp: a path, or a file to write to.
        format: PIL's name of the format; by default told by the path's ending.
        kwargs: those of ``make_grid``.

    Raises:
        ValueError: for an unknown ending.
    """
    grid = make_grid(tensor, **kwargs)
    array = grid.mul(255).add_(0.5).clamp_(0, 255).permute(1, 2, 0).to("cpu", mg.uint8).numpy()
    pictures = pil_module("Image")
    image = pictures.fromarray(array)
    if not isinstance(fp, str | os.PathLike):
        image.save(fp, format=format)
        return
    ending = os.path.splitext(os.fspath(fp))[1].lower()
    format = format or pictures.registered_extensions().get(ending)
    if format is None:
        raise ValueError(f"unknown file extension: {ending}")
    content = io.BytesIO()
    image.save(content, format=format)
    write(fp, content.getvalue())
