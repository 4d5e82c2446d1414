"""Transforms of a picture's size."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...backend.dtypes import get_default_dtype
from ...ops.images.interpolation import interpolate
from ...ops.images.padding import pad
from ...tensor import Tensor
from .kinds import Size, generator, on_planes, pair, size_of

__all__ = ["CenterCrop", "Pad", "RandomCrop", "Resize"]


class Resize:
    """Another size, by interpolation.

    Args:
        size: (H, W), or the length of the shorter side; the other keeps the ratio.
        interpolation: "bilinear", "bicubic", "nearest" or "nearest-exact".
        max_size: the most that the longer side may have; for a ``size`` of one number.
        antialias: whether making it smaller averages over all pixels.

    Raises:
        ValueError: for other sizes and ways.
    """

    def __init__(
        self,
        size: Size,
        interpolation: str = "bilinear",
        max_size: int | None = None,
        antialias: bool = True,
    ) -> None:
        pair(size)
        if max_size is not None and not isinstance(size, int) and len(size) != 1:
            raise ValueError(
                "max_size should only be passed if size specifies the length of the smaller edge"
            )
        if interpolation not in ("bilinear", "bicubic", "nearest", "nearest-exact"):
            raise ValueError(f"interpolation {interpolation!r} is none of those for pictures")
        self.size = size
        self.interpolation = interpolation
        self.max_size = max_size
        self.antialias = antialias

    def __call__(self, image: Any) -> Any:
        """Return the picture in the other size."""
        return on_planes(image, self._planes)

    def wanted(self, height: int, width: int) -> tuple[int, int]:
        """Return the size (H, W) that a picture of this one gets."""
        if not isinstance(self.size, int) and len(self.size) == 2:
            return pair(self.size)
        (short, long), wanted = sorted((height, width)), pair(self.size)[0]
        other = int(wanted * long / short)
        if self.max_size is not None:
            if self.max_size <= wanted:
                raise ValueError(
                    f"max_size = {self.max_size} must be strictly greater than the requested size "
                    f"for the smaller edge size = {self.size}"
                )
            if other > self.max_size:
                wanted, other = int(self.max_size * wanted / other), self.max_size
        return (wanted, other) if height <= width else (other, wanted)

    def _planes(self, x: Tensor) -> Tensor:
        wanted = self.wanted(x.shape[-2], x.shape[-1])
        if wanted == tuple(x.shape[-2:]):
            return x
        smooth = self.interpolation in ("bilinear", "bicubic")
        batch = x.reshape(1, -1, *x.shape[-2:])
        whole = not x.is_floating_point()
        found = interpolate(
            batch.to(get_default_dtype()) if whole else batch,
            size=wanted,
            mode=self.interpolation,
            align_corners=False if smooth else None,
            antialias=self.antialias and smooth,
        )
        if whole:  # bicubic interpolation swings beyond the bounds of bytes
            limits = np.iinfo(x.dtype)
            found = found.clamp(limits.min, limits.max).round().to(x.dtype)
        return found.reshape(*x.shape[:-2], *wanted)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(size={self.size}, interpolation={self.interpolation}, "
            f"max_size={self.max_size}, antialias={self.antialias})"
        )


class Pad:
    """A border.

    Args:
        padding: its width; (left and right, top and bottom); or (left, top, right, bottom).
        fill: its value.
        padding_mode: "constant"; "edge", "reflect" or "symmetric", as for ``numpy.pad``.

    Raises:
        ValueError: for other numbers of widths, and other modes.
    """

    def __init__(self, padding: Size, fill: float = 0, padding_mode: str = "constant") -> None:
        if padding_mode not in ("constant", "edge", "reflect", "symmetric"):
            raise ValueError("Padding mode should be either constant, edge, reflect or symmetric")
        if not isinstance(padding, int) and len(padding) not in (1, 2, 4):
            raise ValueError(
                "Padding must be an int or a 1, 2, or 4 element tuple, not a "
                f"{len(padding)} element tuple"
            )
        self.padding = padding
        self.fill = fill
        self.padding_mode = padding_mode

    def __call__(self, image: Any) -> Any:
        """Return the picture with its border."""
        widths = (self.padding,) if isinstance(self.padding, int) else tuple(self.padding)
        left, top, right, bottom = widths * (4 // len(widths))
        return on_planes(image, lambda x: self._planes(x, (left, right), (top, bottom)))

    def _planes(self, x: Tensor, beside: tuple[int, int], above: tuple[int, int]) -> Tensor:
        if self.padding_mode == "constant":
            return pad(x, (*beside, *above), value=self.fill)
        rows, columns = (
            np.pad(np.arange(n), widths, mode=self.padding_mode)  # type: ignore[call-overload]
            for n, widths in ((x.shape[-2], above), (x.shape[-1], beside))
        )
        return x[..., rows, :][..., columns]

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(padding={self.padding}, fill={self.fill}, "
            f"padding_mode={self.padding_mode})"
        )


class CenterCrop:
    """The middle of a picture, with a border of zeros where it is smaller.

    Args:
        size: (H, W), or one number for both.
    """

    def __init__(self, size: Size) -> None:
        self.size = pair(size)

    def __call__(self, image: Any) -> Any:
        """Return the middle of the picture."""
        height, width = self.size
        given = size_of(image)
        if given[0] < height or given[1] < width:
            down, across = max(height - given[0], 0), max(width - given[1], 0)
            border = (across // 2, down // 2, (across + 1) // 2, (down + 1) // 2)
            image = Pad(border)(image)
            given = size_of(image)
        top = round((given[0] - height) / 2.0)
        left = round((given[1] - width) / 2.0)
        return _crop(image, top, left, self.size)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(size={self.size})"


class RandomCrop:
    """A piece of a picture, anywhere.

    Args:
        size: (H, W), or one number for both.
        padding: a border that is put around the picture first, as for ``Pad``.
        pad_if_needed: whether to put one around smaller pictures.
        fill, padding_mode: of the border.

    Raises (when called):
        ValueError: if the picture is smaller.
    """

    def __init__(
        self,
        size: Size,
        padding: Size | None = None,
        pad_if_needed: bool = False,
        fill: float = 0,
        padding_mode: str = "constant",
    ) -> None:
        self.size = pair(size)
        self.padding = padding
        self.pad_if_needed = pad_if_needed
        self.fill = fill
        self.padding_mode = padding_mode

    def __call__(self, image: Any) -> Any:
        """Return a piece of the picture."""
        height, width = self.size
        if self.padding is not None:
            image = self._pad(image, self.padding)
        if self.pad_if_needed and size_of(image)[1] < width:
            image = self._pad(image, (width - size_of(image)[1], 0))
        if self.pad_if_needed and size_of(image)[0] < height:
            image = self._pad(image, (0, height - size_of(image)[0]))
        given = size_of(image)
        if given[0] < height or given[1] < width:
            raise ValueError(
                f"Required crop size {self.size} is larger than input image size {given}"
            )
        if given == self.size:
            return image
        top, left = (self._draw(n - wanted + 1) for n, wanted in zip(given, self.size))
        return _crop(image, top, left, self.size)

    def _pad(self, image: Any, padding: Size) -> Any:
        return Pad(padding, self.fill, self.padding_mode)(image)

    def _draw(self, places: int) -> int:
        return int(generator().integers((1,), 0, places)[0])

    def __repr__(self) -> str:
        return f"{type(self).__name__}(size={self.size}, padding={self.padding})"


def _crop(image: Any, top: int, left: int, size: tuple[int, int]) -> Any:
    height, width = size
    return on_planes(image, lambda x: x[..., top : top + height, left : left + width])
