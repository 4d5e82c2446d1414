"""Elements moved, as modules: channels and pixels shuffled, windows laid out and put back."""

from __future__ import annotations

from . import functional as F
from .lifting import Lifted

__all__ = ["ChannelShuffle", "Fold", "PixelShuffle", "PixelUnshuffle", "Unfold"]


class PixelShuffle(Lifted, function=F.pixel_shuffle):
    """Pixels r x r larger, made of r * r channels each: (..., C r r, H, W) to (..., C, H r, W r).

    Source: Shi et al., Real-time single image and video super-resolution (2016).
    """


class PixelUnshuffle(Lifted, function=F.pixel_unshuffle):
    """The inverse of ``PixelShuffle``: (..., C, H r, W r) to (..., C r r, H, W)."""


class ChannelShuffle(Lifted, function=F.channel_shuffle):
    """The channels of ``groups`` groups in turn: one of each group, and again.

    Source: Zhang et al., ShuffleNet (2018).
    """


class Unfold(Lifted, function=F.unfold):
    """Each window that slides over (N, C, H, W) as a column: (N, C * window, windows)."""


class Fold(Lifted, function=F.fold):
    """The adjoint of ``Unfold``: columns put back as windows, and added where these overlap."""
