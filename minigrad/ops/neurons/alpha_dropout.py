"""Alpha dropout: elements set to what ``selu`` saturates at, so that mean and variance stay."""

from __future__ import annotations

import math
from typing import Any

from ...autograd.primitive import Keep, primitive
from ...autograd.stand_in import random_function
from ...backend.device import device_of
from ...backend.random import keep_mask, keep_mask_like
from .dropout import scalable

__all__ = ["alpha_dropout", "feature_alpha_dropout"]

_SATURATION = 1.7580993408473766  # minus the limit of selu towards minus infinity


@primitive(x=lambda g, mask, scale: g * mask * scale, dtypes=scalable)
def _alpha_dropout(x: Any, *, p: float, scale: float, channels: bool) -> Any:
    """Drop, then the affine map that restores mean 0 and variance 1: ``scale`` and a shift."""
    if channels:
        mask = keep_mask(x.shape[:2] + (1,) * (x.ndim - 2), 1 - p, device_of(x))
    else:
        mask = keep_mask_like(x, 1 - p)
    if p == 1:
        return Keep(x * 0, mask=mask)
    drop = _SATURATION * scale
    shift = (mask.astype(x.dtype) - 1) * drop
    shift += drop * p
    out = x * (mask * x.dtype.type(scale))
    out += shift
    return Keep(out, mask=mask)


@random_function
def alpha_dropout(input: Any, p: float = 0.5, training: bool = False) -> Any:
    """Return the input with elements at random set to the saturation of ``selu``.

    What comes out has mean 0 and variance 1 if the input has.

    Args:
        input: a tensor.
        p: how likely an element is dropped.
        training: return the input itself if False.

    Derivative: one number for the elements that were kept, 0 for the others.

    Raises:
        ValueError: if ``p`` is no probability.

    Source: G. Klambauer et al., Self-normalizing neural networks, 2017.
    """
    return _drop(input, p, training, channels=False)


@random_function
def feature_alpha_dropout(input: Any, p: float = 0.5, training: bool = False) -> Any:
    """Return the input with channels at random set to the saturation of ``selu``.

    Shapes:
        input: (N, C, ...).

    Args, Derivative: as ``alpha_dropout``.

    Raises:
        ValueError: if ``p`` is no probability.
        RuntimeError: for fewer than two dimensions.
    """
    return _drop(input, p, training, channels=True)


def _drop(input: Any, p: float, training: bool, channels: bool) -> Any:
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0 or 0 in input.shape:
        return input
    if channels and input.ndim < 2 and p < 1:
        raise RuntimeError("Feature dropout requires at least 2 dimensions in the input")
    scale = 0.0 if p == 1 else 1 / math.sqrt((_SATURATION**2 * p + 1) * (1 - p))
    return _alpha_dropout(input, p=float(p), scale=scale, channels=channels)
