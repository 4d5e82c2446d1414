"""Distances and angles between vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ..arguments import check_real
from ..pointwise.elementwise import clamp
from ..shaping.broadcasting import broadcast_tensors
from .norms import norm
from .reductions import sum

__all__ = ["cosine_similarity", "normalize", "pairwise_distance"]


@primitive(x=lambda g: g, dtypes="real")
def at_least(x: Any, *, least: float) -> Any:
    """Return ``max(x, least)`` with the derivative of ``x``: a guard against division by zero."""
    return np.clip(x, least, np.inf)


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """Return the cosine of the angle between vectors along ``dim``.

    Shapes:
        x1, x2: any that broadcast; the result is of the shape that they broadcast to, without
        ``dim``.

    Args:
        x1, x2: tensors.
        dim: the dimension along which the vectors lie.
        eps: the least length of a vector, against division by zero.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for integers and complex numbers, a negative ``eps``, or shapes that do not
            broadcast.

    Example:
        >>> import minigrad as mg
        >>> mg.cosine_similarity(mg.tensor([3.0, 4.0]), mg.tensor([4.0, 3.0]), dim=0)
        tensor(0.9600)
    """
    if eps < 0:
        raise RuntimeError(f"eps must be non-negative, got: {eps}")
    check_real("cosine_similarity", x1, x2)
    x1, x2 = broadcast_tensors(x1, x2)
    first, second = (x / at_least(norm(x, 2, dim, True), least=eps) for x in (x1, x2))
    return sum(first * second, dim)


def normalize(input: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Any:
    """Return vectors along ``dim`` divided by their norm, or by ``eps`` if that is larger.

    Args:
        input: a tensor.
        p: which norm.
        dim: the dimension along which the vectors lie.
        eps: the least divisor.

    Raises:
        IndexError: for a dimension out of range.
    """
    return input / clamp(norm(input, p, dim, True), eps)


def pairwise_distance(
    x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Any:
    """Return the norm of ``x1 - x2 + eps`` along the last dimension.

    Shapes:
        x1, x2: (N, D) or (D,), that broadcast. The result is (N,) or ().

    Args:
        x1, x2: tensors.
        p: which norm.
        eps: keeps equal vectors off the norm's kink.
        keepdim: keep the last dimension, of length 1.
    """
    return norm(x1 - x2 + eps, p, -1, keepdim)
