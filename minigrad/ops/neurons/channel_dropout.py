"""Dropout of whole channels, for layers in which neighbours within a channel are alike."""

from __future__ import annotations

import warnings
from typing import Any

from .dropout import dropout

__all__ = ["dropout1d", "dropout2d", "dropout3d"]


def dropout1d(input: Any, p: float = 0.5, training: bool = True) -> Any:
    """Return the input with channels set to 0 with probability ``p`` and the others scaled up.

    Shapes:
        input: (N, C, L) or (C, L).

    Args, Derivative, Raises: as ``dropout2d``.
    """
    if input.ndim not in (2, 3):
        raise RuntimeError(
            f"dropout1d: Expected 2D or 3D input, but received a {input.ndim}D input. Note that "
            "dropout1d exists to provide channel-wise dropout on inputs with 1 spatial dimension."
        )
    return _of_channels(input, p, training, batched=input.ndim == 3)


def dropout2d(input: Any, p: float = 0.5, training: bool = True) -> Any:
    """Return the input with channels set to 0 with probability ``p`` and the others scaled up.

    Shapes:
        input: (N, C, H, W).

    Args:
        input: a tensor.
        p: how likely a channel is dropped; the rest are divided by ``1 - p``.
        training: return the input itself if False.

    Derivative: ``1 / (1 - p)`` for the channels that were kept, 0 for the others.

    Raises:
        ValueError: if ``p`` is no probability.
        RuntimeError: for fewer than two dimensions; other shapes than the above are warned of.

    Source: Tompson et al., Efficient object localization using convolutional networks (2015).
    """
    if input.ndim != 4:
        _warn(
            f"dropout2d: Received a {input.ndim}-D input to dropout2d, which is interpreted as "
            "(N, C, ...)"
        )
    return _of_channels(input, p, training, batched=True)


def dropout3d(input: Any, p: float = 0.5, training: bool = True) -> Any:
    """Return the input with channels set to 0 with probability ``p`` and the others scaled up.

    Shapes:
        input: (N, C, D, H, W) or (C, D, H, W).

    Args, Derivative, Raises: as ``dropout2d``.
    """
    if input.ndim not in (4, 5):
        _warn(f"dropout3d: Received a {input.ndim}-D input to dropout3d, expected 4-D or 5-D")
    return _of_channels(input, p, training, batched=input.ndim == 5)


def _of_channels(input: Any, p: float, training: bool, batched: bool) -> Any:
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    leading = 2 if batched else 1
    if input.ndim < 2:
        raise RuntimeError("Feature dropout requires at least 2 dimensions in the input")
    if not training or p == 0:
        return input
    channels = input.new_ones(input.shape[:leading] + (1,) * (input.ndim - leading))
    return input * dropout(channels, p)


def _warn(text: str) -> None:
    warnings.warn(text, stacklevel=3)
