"""Dropout: some elements set to zero at random."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.operands import convert
from ...autograd.primitive import Keep, primitive
from ...autograd.stand_in import random_function
from ...backend.random import keep_mask_like

__all__ = ["dropout"]


def scalable(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse integers, which cannot be scaled up, and complex numbers, as PyTorch."""
    dtype = arrays[0].dtype
    if dtype.kind in "biu":
        raise RuntimeError(f"dropout: expected a floating-point input, got {dtype}")
    return convert(arrays, "real", "dropout")


@primitive(
    x=lambda g, mask, scale: g * mask * scale,
    dtypes=scalable,
)
def _dropout(x: Any, *, p: float, scale: float) -> Any:
    mask = keep_mask_like(x, 1 - p)
    out = np.multiply(x, mask)
    out *= scale
    return Keep(out, mask=mask)


@random_function
def dropout(x: Any, p: float = 0.5, training: bool = True) -> Any:
    """Return ``x`` with elements set to 0 with probability ``p`` and the others scaled up.

    Args:
        x: a tensor.
        p: how likely an element is dropped; the rest are divided by ``1 - p``.
        training: return ``x`` itself if False.

    Derivative: ``1 / (1 - p)`` for the elements that were kept, 0 for the others.

    Raises:
        ValueError: if ``p`` is no probability.

    Source: N. Srivastava et al., Dropout: a simple way to prevent neural networks from
    overfitting, 2014.
    """
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0:
        return x
    return _dropout(x, p=float(p), scale=0.0 if p == 1 else 1 / (1 - p))
