"""Images made larger or smaller, as modules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import functional as F
from .lifting import Lifted

__all__ = ["Upsample", "UpsamplingBilinear2d", "UpsamplingNearest2d"]

Factors = float | Sequence[float]

_SETTINGS = ("size", "scale_factor", "mode", "align_corners", "recompute_scale_factor")


class Upsample(Lifted, function=F.interpolate, settings=_SETTINGS):
    """Sequences (N, C, L), images (N, C, H, W) or volumes (N, C, D, H, W) of another size.

    Args:
        size: the size of the output; or
        scale_factor: its ratio to the input's, one number for all dimensions or one for each.
        mode: "nearest", "linear", "bilinear", "bicubic" or "trilinear".
        align_corners: whether the centres of the outermost pixels stay where they are.
        recompute_scale_factor: use the ratio that sizes, being integers, lead to.
    """

    scale_factor: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.scale_factor, Sequence):
            self.scale_factor = tuple(float(factor) for factor in self.scale_factor)
        elif self.scale_factor:
            self.scale_factor = float(self.scale_factor)

    def extra_repr(self) -> str:
        """Return the size or the ratio, and the mode."""
        wanted = "size" if self.scale_factor is None else "scale_factor"
        return f"{wanted}={getattr(self, wanted)!r}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """Images (N, C, H, W) of another size: each pixel is the nearest one of the input's."""

    def __init__(
        self, size: int | Sequence[int] | None = None, scale_factor: Factors | None = None
    ) -> None:
        super().__init__(size, scale_factor, "nearest")


class UpsamplingBilinear2d(Upsample):
    """Images (N, C, H, W) of another size: each pixel is interpolated between four."""

    def __init__(
        self, size: int | Sequence[int] | None = None, scale_factor: Factors | None = None
    ) -> None:
        super().__init__(size, scale_factor, "bilinear", align_corners=True)
