"""Limits on one side."""

from __future__ import annotations

from typing import Any

from .elementwise import clamp

__all__ = ["clamp_max", "clamp_min"]


def clamp_min(x: Any, min: Any) -> Any:
    """Return ``x`` where it is above ``min``, a number or a tensor, and ``min`` elsewhere.

    Derivative: ``g`` to ``x`` where it is not below ``min``, to ``min`` elsewhere.

    Raises:
        TypeError: without a limit.
    """
    if min is None:
        raise TypeError("clamp_min(): argument 'min' must be Tensor or Number, not None")
    return clamp(x, min=min)


def clamp_max(x: Any, max: Any) -> Any:
    """Return ``x`` where it is below ``max``, and ``max`` elsewhere. See ``clamp_min``."""
    if max is None:
        raise TypeError("clamp_max(): argument 'max' must be Tensor or Number, not None")
    return clamp(x, max=max)
