"""What a submission gives back, as plain numbers: arrays, numbers and lists of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

_asarray, _array, _ndarray = np.asarray, np.array, np.ndarray  # numpy may be patched later
_NARROWER = {"g": np.dtype("<f8"), "G": np.dtype("<c16")}  # long doubles differ between machines


class NotNumbersError(TypeError):
    """A result that is neither numbers nor text nor None."""


def plain(name: str, value: Any, limit: int) -> Any:
    """Return a result as an array of exactly numpy's own class, or as text, or None.

    Raises:
        NotNumbersError: if it is anything else, or has more than ``limit`` bytes.
    """
    if value is None:
        return None
    if type(value) is str:
        if len(value) > limit:
            raise NotNumbersError(f"{name} is a text of {len(value):,} characters")
        return value
    kind = _name(type(value))
    try:
        array = _asarray(value)
    except (ValueError, TypeError) as error:
        raise NotNumbersError(f"{name} is a {kind}, no array of numbers: {error}") from None
    if array.dtype.kind not in "biufc":
        raise NotNumbersError(f"{name} is a {kind}, no array of numbers (dtype {array.dtype})")
    if array.nbytes > limit:
        raise NotNumbersError(f"{name} has {array.nbytes:,} bytes; at most {limit:,} are taken")
    return _array(array, _NARROWER.get(array.dtype.char), copy=True, order="C", subok=False)


def described(value: Any) -> str:
    """Return the name of a result's class, for people."""
    return _name(type(value))


def _name(kind: type) -> str:
    return str(type.__getattribute__(kind, "__name__"))[:80]
