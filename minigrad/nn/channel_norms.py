"""Normalizations of channels as modules, with running statistics for evaluation."""

from __future__ import annotations

import warnings
from types import MappingProxyType
from typing import Any

from ..backend.dtypes import int64
from ..creation import ones, zeros
from . import functional as F
from . import init
from .normalization import Affine

__all__ = [
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
]


class _Tracking(Affine):
    """What batch and instance norm share: one feature a channel, and running statistics.

    Class arguments:
        ndims: the numbers of dimensions an input may have, most common last.

    Args:
        num_features: the number C of channels, dimension 1.
        eps: added to the variance.
        momentum: how much of the running statistics a batch replaces; None to average all batches.
        affine: whether there are weights.
        track_running_stats: whether there are running statistics, for evaluation.
        device, dtype: of parameters and statistics.
        bias: whether there are biases too.
    """

    _ndims: tuple[int, ...] = ()
    _version = 2
    _state_since = MappingProxyType({"num_batches_tracked": 2})  # older networks lack it

    def __init_subclass__(cls, ndims: tuple[int, ...] = (), **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._ndims = ndims or cls._ndims

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self._make_affine(num_features, affine, bias, device, dtype)
        tracked = track_running_stats
        options = {"device": device, "dtype": dtype}
        self.register_buffer("running_mean", zeros(num_features, **options) if tracked else None)
        self.register_buffer("running_var", ones(num_features, **options) if tracked else None)
        count = zeros((), dtype=int64, device=device) if tracked else None
        self.register_buffer("num_batches_tracked", count)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Forget the running statistics: mean 0, variance 1."""
        if self.track_running_stats:
            init.zeros_(self.running_mean)
            init.ones_(self.running_var)
            init.zeros_(self.num_batches_tracked)

    def reset_parameters(self) -> None:
        """Set the weights to 1, the biases to 0, and forget the running statistics."""
        self.reset_running_stats()
        super().reset_parameters()

    def _check_ndim(self, input: Any) -> None:
        if input.ndim not in self._ndims:
            wanted = " or ".join(f"{ndim}D" for ndim in self._ndims)
            raise ValueError(f"expected {wanted} input (got {input.ndim}D input)")

    def extra_repr(self) -> str:
        """Return the settings."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.affine}, bias={self.bias is not None}, "
            f"track_running_stats={self.track_running_stats}"
        )


class _BatchNorm(_Tracking):
    def forward(self, input: Any) -> Any:
        """Return the input normalized by its batch in training, by running statistics else."""
        self._check_ndim(input)
        momentum = self.momentum or 0.0
        tracking = self.training and self.track_running_stats
        if tracking:
            self.num_batches_tracked.add_(1)
            if self.momentum is None:
                momentum = 1 / float(self.num_batches_tracked)
        wanted = tracking or not self.training
        return F.batch_norm(
            input,
            self.running_mean if wanted else None,
            self.running_var if wanted else None,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            momentum,
            self.eps,
        )


class BatchNorm1d(_BatchNorm, ndims=(2, 3)):
    """Batch normalization of (N, C) or (N, C, L): see ``BatchNorm2d``."""


class BatchNorm2d(_BatchNorm, ndims=(4,)):
    """Batch normalization of (N, C, H, W): each channel to mean 0 and variance 1 over the batch.

    Args:
        num_features: the number C of channels, dimension 1.
        eps: added to the variance.
        momentum: how much of the running statistics a batch replaces; None to average all batches.
        affine: whether there are weights.
        track_running_stats: whether there are running statistics, for evaluation.
        device, dtype: of parameters and statistics.
        bias: whether there are biases too.

    Raises:
        ValueError: when called with another number of dimensions, or in training with a single
            value a channel.

    Source: Ioffe and Szegedy, Batch normalization (2015).
    """


class BatchNorm3d(_BatchNorm, ndims=(5,)):
    """Batch normalization of (N, C, D, H, W): see ``BatchNorm2d``."""


# --- over each sample's channel -------------------------------------------------------------------


class _InstanceNorm(_Tracking):
    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(
            num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias
        )

    def forward(self, input: Any) -> Any:
        """Return the input normalized, every sample and channel by itself."""
        self._check_ndim(input)
        batched = input.ndim == self._ndims[-1]
        self._check_features(input, int(batched))
        out = F.instance_norm(
            input if batched else input.unsqueeze(0),
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            self.momentum or 0.0,
            self.eps,
        )
        return out if batched else out.squeeze(0)

    def _check_features(self, input: Any, dim: int) -> None:
        found = input.shape[dim]
        if found == self.num_features:
            return
        if self.affine:
            raise ValueError(
                f"expected input's size at dim={dim} to match num_features ({self.num_features}), "
                f"but got: {found}."
            )
        warnings.warn(
            f"input's size at dim={dim} does not match num_features, which is not used because "
            "affine=False",
            stacklevel=3,
        )


class InstanceNorm1d(_InstanceNorm, ndims=(2, 3)):
    """Instance normalization of (N, C, L) or (C, L): see ``InstanceNorm2d``."""


class InstanceNorm2d(_InstanceNorm, ndims=(3, 4)):
    """Instance normalization of (N, C, H, W) or (C, H, W): each channel of each sample by itself.

    Args:
        num_features: the number C of channels.
        eps, momentum, device, dtype, bias: as in ``BatchNorm2d``.
        affine: whether there are weights; none by default.
        track_running_stats: whether there are running statistics; none by default.

    Raises:
        ValueError: when called with another number of dimensions, or with weights and another
            number of channels.

    Source: Ulyanov, Vedaldi and Lempitsky, Instance normalization (2016).
    """


class InstanceNorm3d(_InstanceNorm, ndims=(4, 5)):
    """Instance normalization of (N, C, D, H, W) or (C, D, H, W): see ``InstanceNorm2d``."""
