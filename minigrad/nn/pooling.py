"""Pooling as modules. They take the settings of the function of the same name."""

from __future__ import annotations

from typing import Any

from . import functional as F
from .lifting import Lifted

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "LPPool1d",
    "LPPool2d",
    "LPPool3d",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
]

_MAX = ("kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode")
_MAX_SHOWN = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")
_AVERAGE_SHOWN = ("kernel_size", "stride", "padding")


class _Strided(Lifted):
    """Pooling whose windows do not overlap unless told: the stride is by default their size."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.stride is None:
            self.stride = self.kernel_size


class MaxPool1d(_Strided, function=F.max_pool1d, settings=_MAX, shown=_MAX_SHOWN):
    """The maximum of each window that slides over (N, C, L) or (C, L)."""


class MaxPool2d(_Strided, function=F.max_pool2d, settings=_MAX, shown=_MAX_SHOWN):
    """The maximum of each window that slides over (N, C, H, W) or (C, H, W)."""


class MaxPool3d(_Strided, function=F.max_pool3d, settings=_MAX, shown=_MAX_SHOWN):
    """The maximum of each window that slides over (N, C, D, H, W) or (C, D, H, W)."""


class AvgPool1d(_Strided, function=F.avg_pool1d, shown=_AVERAGE_SHOWN):
    """The average of each window that slides over (N, C, L) or (C, L)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _AVERAGE_SHOWN:  # tuples, as PyTorch shows them
            value = getattr(self, name)
            setattr(self, name, (value,) if isinstance(value, int) else tuple(value))


class AvgPool2d(_Strided, function=F.avg_pool2d, shown=_AVERAGE_SHOWN):
    """The average of each window that slides over (N, C, H, W) or (C, H, W)."""


class AvgPool3d(_Strided, function=F.avg_pool3d, shown=_AVERAGE_SHOWN):
    """The average of each window that slides over (N, C, D, H, W) or (C, D, H, W)."""


class LPPool1d(Lifted, function=F.lp_pool1d):
    """The power mean (up to a factor) of each window that slides over (N, C, L) or (C, L)."""


class LPPool2d(Lifted, function=F.lp_pool2d):
    """The power mean (up to a factor) of each window that slides over (N, C, H, W)."""


class LPPool3d(Lifted, function=F.lp_pool3d):
    """The power mean (up to a factor) of each window that slides over (N, C, D, H, W)."""


class AdaptiveAvgPool1d(Lifted, function=F.adaptive_avg_pool1d):
    """The averages of as many windows as ``output_size`` asks for."""


class AdaptiveAvgPool2d(Lifted, function=F.adaptive_avg_pool2d):
    """The averages of as many windows as ``output_size`` asks for."""


class AdaptiveAvgPool3d(Lifted, function=F.adaptive_avg_pool3d):
    """The averages of as many windows as ``output_size`` asks for."""


class AdaptiveMaxPool1d(Lifted, function=F.adaptive_max_pool1d, shown=("output_size",)):
    """The maxima of as many windows as ``output_size`` asks for."""


class AdaptiveMaxPool2d(Lifted, function=F.adaptive_max_pool2d, shown=("output_size",)):
    """The maxima of as many windows as ``output_size`` asks for."""


class AdaptiveMaxPool3d(Lifted, function=F.adaptive_max_pool3d, shown=("output_size",)):
    """The maxima of as many windows as ``output_size`` asks for."""
