"""Pictures mirrored, turned and moved at random."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minigrad.nn import Module

from . import functional as F
from .drawing import chance, integer, interval, uniform
from .pictures import InterpolationMode, check_picture, interpolation_mode

__all__ = [
    "RandomAffine",
    "RandomHorizontalFlip",
    "RandomPerspective",
    "RandomRotation",
    "RandomVerticalFlip",
]

BILINEAR, NEAREST = InterpolationMode.BILINEAR, InterpolationMode.NEAREST


class RandomHorizontalFlip(Module):
    """Left and right exchanged, with probability ``p``."""

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        self.p = p

    def forward(self, img: Any) -> Any:
        """Return the picture, mirrored or not."""
        return F.hflip(img) if chance(self.p) else img

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p={self.p})"


class RandomVerticalFlip(RandomHorizontalFlip):
    """Top and bottom exchanged, with probability ``p``."""

    def forward(self, img: Any) -> Any:
        """Return the picture, mirrored or not."""
        return F.vflip(img) if chance(self.p) else img


class RandomRotation(Module):
    """Turned counter-clockwise by a random angle.

    Args:
        degrees: (lowest, highest), or one number for both signs.
        interpolation: how to find values between pixels.
        expand: whether the result is large enough for the whole picture.
        center: (x, y) about which to turn; the middle by default.
        fill: the value of what comes into view.
    """

    def __init__(
        self,
        degrees: Any,
        interpolation: Any = NEAREST,
        expand: bool = False,
        center: Any = None,
        fill: Any = 0,
    ) -> None:
        super().__init__()
        self.degrees = list(interval(degrees, "degrees"))
        self.interpolation = interpolation_mode(interpolation)
        self.expand = expand
        self.center = center
        self.fill = 0 if fill is None else fill

    @staticmethod
    def get_params(degrees: Sequence[float]) -> float:
        """Draw an angle."""
        return uniform(degrees[0], degrees[1])

    def forward(self, img: Any) -> Any:
        """Return the picture, turned."""
        fill = fill_of(img, self.fill)
        angle = self.get_params(self.degrees)
        return F.rotate(img, angle, self.interpolation, self.expand, self.center, fill)

    def __repr__(self) -> str:
        center = "" if self.center is None else f", center={self.center}"
        fill = "" if self.fill is None else f", fill={self.fill}"
        return (
            f"{type(self).__name__}(degrees={self.degrees}, "
            f"interpolation={self.interpolation.value}, expand={self.expand}{center}{fill})"
        )


class RandomAffine(Module):
    """Turned, moved, scaled and sheared at random.

    Args:
        degrees: (lowest, highest) angle, or one number for both signs.
        translate: the largest moves in x and y, as parts of the size.
        scale: (lowest, highest) factor.
        shear: (lowest, highest) angle in x, the same for y after it, or one number for x.
        interpolation: how to find values between pixels.
        fill: the value of what comes into view.
        center: (x, y) about which to turn; the middle by default.
    """

    def __init__(
        self,
        degrees: Any,
        translate: Any = None,
        scale: Any = None,
        shear: Any = None,
        interpolation: Any = NEAREST,
        fill: Any = 0,
        center: Any = None,
    ) -> None:
        super().__init__()
        self.degrees = list(interval(degrees, "degrees"))
        if translate is not None and not all(0.0 <= t <= 1.0 for t in translate):
            raise ValueError("translation values should be between 0 and 1")
        if scale is not None and not all(s > 0 for s in scale):
            raise ValueError("scale values should be positive")
        if isinstance(shear, list | tuple) and len(shear) == 4:
            self.shear: Any = [float(s) for s in shear]
        else:
            self.shear = None if shear is None else list(interval(shear, "shear"))
        self.translate = translate
        self.scale = scale
        self.interpolation = interpolation_mode(interpolation)
        self.fill = 0 if fill is None else fill
        self.center = center

    @staticmethod
    def get_params(
        degrees: Sequence[float], translate: Any, scale_ranges: Any, shears: Any, img_size: Any
    ) -> tuple[float, tuple[int, int], float, tuple[float, float]]:
        """Draw the angle, the move (x, y), the factor and the shear (x, y)."""
        angle = uniform(degrees[0], degrees[1])
        moves = (0, 0)
        if translate is not None:
            across, down = (float(part * size) for part, size in zip(translate, img_size))
            moves = round(uniform(-across, across)), round(uniform(-down, down))
        scale = 1.0 if scale_ranges is None else uniform(scale_ranges[0], scale_ranges[1])
        shear_x = shear_y = 0.0
        if shears is not None:
            shear_x = uniform(shears[0], shears[1])
            if len(shears) == 4:
                shear_y = uniform(shears[2], shears[3])
        return angle, moves, scale, (shear_x, shear_y)

    def forward(self, img: Any) -> Any:
        """Return the picture, changed."""
        fill = fill_of(img, self.fill)
        size = F.get_image_size(img)
        drawn = self.get_params(self.degrees, self.translate, self.scale, self.shear, size)
        return F.affine(
            img, *drawn, interpolation=self.interpolation, fill=fill, center=self.center
        )

    def __repr__(self) -> str:
        parts = [f"degrees={self.degrees}"]
        for name in ("translate", "scale", "shear"):
            if getattr(self, name) is not None:
                parts.append(f"{name}={getattr(self, name)}")
        if self.interpolation is not NEAREST:
            parts.append(f"interpolation={self.interpolation.value}")
        if self.fill != 0:
            parts.append(f"fill={self.fill}")
        if self.center is not None:
            parts.append(f"center={self.center}")
        return f"{type(self).__name__}({', '.join(parts)})"


class RandomPerspective(Module):
    """As seen from elsewhere, with probability ``p``; the corners move at random."""

    def __init__(
        self,
        distortion_scale: float = 0.5,
        p: float = 0.5,
        interpolation: Any = BILINEAR,
        fill: Any = 0,
    ) -> None:
        super().__init__()
        self.p = p
        self.interpolation = interpolation_mode(interpolation)
        self.distortion_scale = distortion_scale
        self.fill = 0 if fill is None else fill

    @staticmethod
    def get_params(
        width: int, height: int, distortion_scale: float
    ) -> tuple[list[list[int]], list[list[int]]]:
        """Draw where the corners go: their places (x, y), and those after the change."""
        x = int(distortion_scale * (width // 2)) + 1
        y = int(distortion_scale * (height // 2)) + 1
        left, right = (0, x), (width - x, width)
        top, bottom = (0, y), (height - y, height)
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        moved = [[integer(*across), integer(*down)] for across, down in corners]
        last = [width - 1, height - 1]
        return [[0, 0], [last[0], 0], last, [0, last[1]]], moved

    def forward(self, img: Any) -> Any:
        """Return the picture, changed or not."""
        fill = fill_of(img, self.fill)
        if not chance(self.p):
            return img
        _, height, width = F.get_dimensions(img)
        corners, moved = self.get_params(width, height, self.distortion_scale)
        return F.perspective(img, corners, moved, self.interpolation, fill)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p={self.p})"


def fill_of(img: Any, fill: Any) -> Any:
    """Return what tensors are filled with: a number for each channel."""
    if check_picture(img):
        return fill
    channels = F.get_image_num_channels(img)
    return [float(fill)] * channels if isinstance(fill, int | float) else [float(f) for f in fill]
