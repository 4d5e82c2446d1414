"""Borders as modules."""

from __future__ import annotations

from typing import Any

from . import functional as F
from .module import Module

__all__ = [
    "CircularPad1d",
    "CircularPad2d",
    "CircularPad3d",
    "ConstantPad1d",
    "ConstantPad2d",
    "ConstantPad3d",
    "ReflectionPad1d",
    "ReflectionPad2d",
    "ReflectionPad3d",
    "ReplicationPad1d",
    "ReplicationPad2d",
    "ReplicationPad3d",
    "ZeroPad1d",
    "ZeroPad2d",
    "ZeroPad3d",
]


class _Pad(Module):
    """A border around the last dimensions.

    Class arguments:
        ndim: how many dimensions.
        mode: what the border consists of, as in ``functional.pad``.

    Args:
        padding: one width for all sides, or the widths (left, right, top, bottom, ...).
    """

    _ndim = 0
    _mode = "constant"

    def __init_subclass__(cls, ndim: int | None = None, mode: str = "constant") -> None:
        super().__init_subclass__()
        if ndim is not None:
            cls._ndim, cls._mode = ndim, mode

    def __init__(self, padding: int | tuple[int, ...]) -> None:
        super().__init__()
        sides = 2 * self._ndim
        self.padding = (padding,) * sides if isinstance(padding, int) else tuple(padding)

    def forward(self, input: Any) -> Any:
        """Return the input with its border."""
        return F.pad(input, self.padding, self._mode)

    def extra_repr(self) -> str:
        """Return the widths."""
        return f"{self.padding}"


class ZeroPad1d(_Pad, ndim=1):
    """A border of zeros around one dimension."""


class ZeroPad2d(_Pad, ndim=2):
    """A border of zeros around two dimensions."""


class ZeroPad3d(_Pad, ndim=3):
    """A border of zeros around three dimensions."""


class _ConstantPad(_Pad):
    def __init__(self, padding: int | tuple[int, ...], value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Any) -> Any:
        """Return the input with its border."""
        return F.pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        """Return the widths and the value."""
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPad, ndim=1):
    """A border of ``value`` around one dimension."""


class ConstantPad2d(_ConstantPad, ndim=2):
    """A border of ``value`` around two dimensions."""


class ConstantPad3d(_ConstantPad, ndim=3):
    """A border of ``value`` around three dimensions."""


class ReflectionPad1d(_Pad, ndim=1, mode="reflect"):
    """One dimension continued by its mirror image."""


class ReflectionPad2d(_Pad, ndim=2, mode="reflect"):
    """Two dimensions continued by their mirror image."""


class ReflectionPad3d(_Pad, ndim=3, mode="reflect"):
    """Three dimensions continued by their mirror image."""


class ReplicationPad1d(_Pad, ndim=1, mode="replicate"):
    """One dimension continued by its outermost elements."""


class ReplicationPad2d(_Pad, ndim=2, mode="replicate"):
    """Two dimensions continued by their outermost elements."""


class ReplicationPad3d(_Pad, ndim=3, mode="replicate"):
    """Three dimensions continued by their outermost elements."""


class CircularPad1d(_Pad, ndim=1, mode="circular"):
    """One dimension continued by its other end."""


class CircularPad2d(_Pad, ndim=2, mode="circular"):
    """Two dimensions continued by their other ends."""


class CircularPad3d(_Pad, ndim=3, mode="circular"):
    """Three dimensions continued by their other ends."""
