"""Weights as a length times a direction: how long they are, and how to make them that long."""

from __future__ import annotations

from typing import Any

from ...ops import vector_norm


def norm_except_dim(v: Any, dim: int) -> Any:
    """Return the norms of the slices along ``dim``, as a factor of them; of all for -1."""
    if dim == -1:
        return vector_norm(v)
    others = tuple(axis for axis in range(v.ndim) if axis != dim)
    return vector_norm(v, 2, others, True) if others else v.abs()


def scaled(v: Any, g: Any, dim: int) -> Any:
    """Return ``v`` with its slices along ``dim`` brought to the norms ``g``."""
    return v * (g / norm_except_dim(v, dim))
