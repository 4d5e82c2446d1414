"""Pieces of pictures, from random places."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minigrad.nn import Module

from . import functional as F
from .drawing import integer, uniform
from .fixed import size_of_two
from .pictures import InterpolationMode, interpolation_mode

__all__ = ["RandomCrop", "RandomResizedCrop"]


class RandomCrop(Module):
    """A piece of a picture, anywhere.

    Args:
        size: (H, W), or one number for both.
        padding: a border put around the picture first.
        pad_if_needed: whether to put one around smaller pictures.
        fill, padding_mode: of the border.
    """

    def __init__(
        self,
        size: Any,
        padding: Any = None,
        pad_if_needed: bool = False,
        fill: Any = 0,
        padding_mode: str = "constant",
    ) -> None:
        super().__init__()
        self.size = tuple(size_of_two(size))
        self.padding = padding
        self.pad_if_needed = pad_if_needed
        self.fill = fill
        self.padding_mode = padding_mode

    @staticmethod
    def get_params(img: Any, output_size: tuple[int, int]) -> tuple[int, int, int, int]:
        """Draw (top, left, height, width).

        Raises:
            ValueError: if the picture is smaller.
        """
        _, h, w = F.get_dimensions(img)
        height, width = output_size
        if h < height or w < width:
            raise ValueError(
                f"Required crop size {(height, width)} is larger than input image size {(h, w)}"
            )
        if (h, w) == (height, width):
            return 0, 0, h, w
        top = integer(0, h - height + 1)
        return top, integer(0, w - width + 1), height, width

    def forward(self, img: Any) -> Any:
        """Return a piece."""
        if self.padding is not None:
            img = F.pad(img, self.padding, self.fill, self.padding_mode)
        _, height, width = F.get_dimensions(img)
        if self.pad_if_needed and width < self.size[1]:
            img = F.pad(img, [self.size[1] - width, 0], self.fill, self.padding_mode)
        if self.pad_if_needed and height < self.size[0]:
            img = F.pad(img, [0, self.size[0] - height], self.fill, self.padding_mode)
        return F.crop(img, *self.get_params(img, self.size))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(size={self.size}, padding={self.padding})"


class RandomResizedCrop(Module):
    """A piece of a random size and ratio, resized.

    Args:
        size: (H, W) of the result, or one number for both.
        scale: bounds of the piece's part of the area.
        ratio: bounds of its width divided by its height.
        interpolation: how to find values between pixels.
        antialias: whether making it smaller averages over all pixels.
    """

    def __init__(
        self,
        size: Any,
        scale: Any = (0.08, 1.0),
        ratio: Any = (3.0 / 4.0, 4.0 / 3.0),
        interpolation: Any = InterpolationMode.BILINEAR,
        antialias: bool | None = True,
    ) -> None:
        super().__init__()
        self.size = size_of_two(size)
        for name, bounds in (("Scale", scale), ("Ratio", ratio)):
            if not isinstance(bounds, Sequence):
                raise TypeError(f"{name} should be a sequence")
        self.interpolation = interpolation_mode(interpolation)
        self.antialias = antialias
        self.scale = scale
        self.ratio = ratio

    @staticmethod
    def get_params(img: Any, scale: Any, ratio: Any) -> tuple[int, int, int, int]:
        """Draw (top, left, height, width): of ten proposals the first that fits, or the middle."""
        _, height, width = F.get_dimensions(img)
        for _ in range(10):
            part = height * width * uniform(*scale)
            slope = random_ratio(ratio)
            w, h = round(math.sqrt(part * slope)), round(math.sqrt(part / slope))
            if 0 < w <= width and 0 < h <= height:
                top = integer(0, height - h + 1)
                return top, integer(0, width - w + 1), h, w
        given = width / height
        w, h = width, height
        if given < min(ratio):
            h = round(w / min(ratio))
        elif given > max(ratio):
            w = round(h * max(ratio))
        return (height - h) // 2, (width - w) // 2, h, w

    def forward(self, img: Any) -> Any:
        """Return a piece, resized."""
        place = self.get_params(img, self.scale, self.ratio)
        return F.resized_crop(img, *place, self.size, self.interpolation, antialias=self.antialias)

    def __repr__(self) -> str:
        scale, ratio = (tuple(round(x, 4) for x in pair) for pair in (self.scale, self.ratio))
        return (
            f"{type(self).__name__}(size={self.size}, scale={scale}, ratio={ratio}, "
            f"interpolation={self.interpolation.value}, antialias={self.antialias})"
        )


def random_ratio(bounds: Sequence[float]) -> float:
    """Draw a ratio whose logarithm is uniform."""
    low, high = (float(x) for x in np.log(np.asarray(bounds, np.float32)))
    return float(np.exp(np.float32(uniform(low, high))))
