"""Mirrored and turned pictures."""

from __future__ import annotations

import math
import numbers
from typing import Any

import numpy as np

from ...backend.dtypes import get_default_dtype
from ...creation import as_tensor
from ...ops.images.grid_sampling import grid_sample
from ...ops.shaping.turning import flip
from ...tensor import Tensor
from .kinds import generator, on_planes

__all__ = ["RandomHorizontalFlip", "RandomRotation", "RandomVerticalFlip"]


class _RandomFlip:
    """Mirrored, with probability ``p``."""

    axis: int

    def __init__(self, p: float = 0.5) -> None:
        self.p = p

    def __call__(self, image: Any) -> Any:
        if not _chance(self.p):
            return image
        return on_planes(image, lambda x: flip(x, self.axis))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p={self.p})"


class RandomHorizontalFlip(_RandomFlip):
    """Left and right exchanged, with probability ``p``."""

    axis = -1


class RandomVerticalFlip(_RandomFlip):
    """Top and bottom exchanged, with probability ``p``."""

    axis = -2


class RandomRotation:
    """Turned about the middle, counter-clockwise, by a random angle; the size stays.

    Args:
        degrees: (lowest, highest), or one number for both signs.
        interpolation: "nearest" or "bilinear".
        fill: of the corners that come into view.

    Raises:
        ValueError: for a negative number, or other than two of them.
    """

    def __init__(self, degrees: Any, interpolation: str = "nearest", fill: float = 0) -> None:
        if isinstance(degrees, numbers.Real):
            if degrees < 0:
                raise ValueError("If degrees is a single number, it must be positive.")
            degrees = (-degrees, degrees)
        if len(degrees) != 2:
            raise ValueError("degrees should be a sequence of length 2.")
        if interpolation not in ("nearest", "bilinear"):
            raise ValueError(f"interpolation {interpolation!r} is neither nearest nor bilinear")
        self.degrees = [float(degree) for degree in degrees]
        self.interpolation = interpolation
        self.fill = fill

    def __call__(self, image: Any) -> Any:
        """Return the picture, turned."""
        low, high = self.degrees
        drawn = generator().uniform((1,), low, high, np.dtype(np.float32))
        return on_planes(image, lambda x: self._planes(x, float(drawn[0])))

    def _planes(self, x: Tensor, degrees: float) -> Tensor:
        height, width = x.shape[-2:]
        dtype = x.dtype if x.is_floating_point() else get_default_dtype()
        batch = x.reshape(1, -1, height, width).to(dtype) - self.fill
        grid = as_tensor(_turned(height, width, degrees).astype(dtype))
        found = grid_sample(batch, grid, mode=self.interpolation, align_corners=False) + self.fill
        if not x.is_floating_point():
            found = found.round().to(x.dtype)
        return found.reshape(x.shape)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(degrees={self.degrees}, interpolation={self.interpolation}, "
            f"fill={self.fill})"
        )


def _turned(height: int, width: int, degrees: float) -> Any:
    """Return from where each pixel comes, (1, H, W, 2), in coordinates from -1 to 1.

    Angles are of pixels, not of these coordinates, so that other pictures than squares keep
    their proportions.
    """
    angle = math.radians(degrees)
    y, x = np.mgrid[:height, :width].astype(float)
    y += 0.5 - height / 2
    x += 0.5 - width / 2
    from_x = math.cos(angle) * x - math.sin(angle) * y
    from_y = math.sin(angle) * x + math.cos(angle) * y
    return np.stack([from_x / (width / 2), from_y / (height / 2)], -1)[None]


def _chance(p: float) -> bool:
    return bool(generator().uniform((1,), dtype=np.dtype(np.float32))[0] < p)
