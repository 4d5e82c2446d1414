"""Choosing between two arrays by a mask, without a branch per element."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import ndarray

_BITS = {2: np.int16, 4: np.int32, 8: np.int64}
_LARGE = 1024  # elements from which on the detour through integers pays


def select(mask: Any, x: Any, y: Any) -> Any:
    """Return ``x`` where ``mask`` holds and ``y`` elsewhere; one of the two may be a number.

    ``np.where`` mispredicts a branch at every second element of an irregular mask, which makes it
    20 times slower than arithmetic. As integers, a float's bits times a bool are the float or 0,
    whatever it is (``nan * 0`` would not be), and ``(x ^ y) * mask ^ y`` is the choice in general.
    """
    like = x if isinstance(x, ndarray) else y
    if not (
        mask.__class__ is ndarray
        and like.__class__ is ndarray
        and like.dtype.kind == "f"
        and mask.dtype.kind == "b"
        and max(mask.size, like.size) >= _LARGE
        and getattr(y, "dtype", like.dtype) is like.dtype
    ):
        return np.where(mask, x, y)
    bits = _BITS[like.itemsize]
    first = np.asarray(x, like.dtype).view(bits)
    second = np.asarray(y, like.dtype).view(bits)
    if not isinstance(y, ndarray) and not second:
        return np.multiply(first, mask).view(like.dtype)
    if not isinstance(x, ndarray) and not first:
        return np.multiply(second, ~mask).view(like.dtype)
    chosen = np.multiply(first ^ second, mask)
    chosen ^= second
    return chosen.view(like.dtype)
