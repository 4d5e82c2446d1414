"""Arrays of any device: which library they belong to, and the few functions that differ."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

ndarray = np.ndarray


def namespace(array: Any) -> Any:
    """Return the module (numpy or cupy) that an array belongs to.

    Only creation needs it: NumPy's functions on existing arrays dispatch to CuPy by themselves.
    """
    if isinstance(array, np.ndarray | np.generic):
        return np
    cupy = sys.modules.get("cupy")
    if cupy is not None and isinstance(array, cupy.ndarray):
        return cupy
    return np


def is_array(value: Any) -> bool:
    """Return True for NumPy and CuPy arrays (NumPy's scalars included)."""
    if isinstance(value, np.ndarray | np.generic):
        return True
    cupy = sys.modules.get("cupy")
    return cupy is not None and isinstance(value, cupy.ndarray)


def as_array(value: Any) -> Any:
    """Return an array: NumPy gives scalars where a 0-d array is meant."""
    if isinstance(value, np.generic):
        return np.asarray(value)
    return value if is_array(value) else np.asarray(value)


def to_host(array: Any) -> np.ndarray[Any, Any]:
    """Return the values as a NumPy array, copied from the device if they are not here."""
    return array if isinstance(array, np.ndarray) else array.get()


def owner_of(array: Any) -> Any:
    """Return the array that owns the memory which ``array`` looks at."""
    kind = type(array)
    owner = array
    base = array.base
    while base is not None:
        if type(base) is kind:
            owner = base
        base = getattr(base, "base", None)
    return owner
