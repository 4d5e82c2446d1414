"""What is kept of a tensor: a hash, statistics, some values and two projections.

Two summaries tell how far apart the tensors are, though most of their values are gone: values at
evenly spread places, extremes and norm catch what is large or everywhere, and sums with random
signs catch what is somewhere.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import numpy as np

KEPT = 64  # values of a tensor; smaller ones are kept whole
_PERIOD = 65521  # of the random signs: a prime, so that no usual shape is a multiple of it
_SIGNS = np.random.default_rng(5).choice([-1.0, 1.0], size=(_PERIOD, 2))

Summary = dict[str, Any]


def summarize(array: np.ndarray[Any, Any], dtype: str, kept: int = KEPT) -> Summary:
    """Return the summary of an array, ready for JSON.

    Args:
        array: numbers or booleans.
        dtype: what the engine calls their type.
        kept: how many values to keep.
    """
    flat = np.ascontiguousarray(array).reshape(-1)
    with np.errstate(all="ignore"):
        return {
            "shape": list(array.shape),
            "dtype": dtype,
            "hash": hashlib.blake2b(flat.view(np.uint8).data, digest_size=8).hexdigest(),
            **_statistics(flat),
            "values": _packed(flat[_places(flat.size, kept)]),
        }


def _statistics(flat: np.ndarray[Any, Any]) -> Summary:
    """Return extremes, mean, root mean square and projections of the finite values."""
    numbers = flat.view(flat.real.dtype) if flat.dtype.kind == "c" else flat
    wide = numbers.astype(np.float64)
    finite = np.isfinite(wide)
    nan, inf = 0, 0
    if not finite.all():
        nan = int(np.isnan(wide).sum())
        inf = wide.size - int(finite.sum()) - nan
        wide = np.where(finite, wide, 0.0)
    if not wide.size:
        return {
            "nan": 0,
            "inf": 0,
            "low": 0.0,
            "high": 0.0,
            "mean": 0.0,
            "rms": 0.0,
            "sums": [0, 0],
        }
    return {
        "nan": nan,
        "inf": inf,
        "low": float(wide.min()),
        "high": float(wide.max()),
        "mean": float(wide.mean()),
        "rms": float(np.sqrt(np.mean(wide * wide))),
        "sums": [float(total) for total in _projected(wide)],
    }


def _projected(wide: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the sums of the values with random signs, the same signs for the same place."""
    rows = wide.size // _PERIOD
    whole = wide[: rows * _PERIOD].reshape(rows, _PERIOD)
    rest = wide[rows * _PERIOD :]
    return (whole @ _SIGNS).sum(0) + rest @ _SIGNS[: rest.size]


def _places(size: int, kept: int) -> Any:
    """Return which values are kept: all, or evenly spread ones with the first and the last."""
    if size <= kept:
        return slice(None)
    return places(size, kept)


def places(size: int, kept: int = KEPT) -> np.ndarray[Any, Any]:
    """Return the places of the values that are kept of a tensor.

    Example:
        >>> places(1000, 4)
        array([  0, 333, 666, 999])
    """
    if size <= kept:
        return np.arange(size)
    return np.arange(kept) * (size - 1) // max(kept - 1, 1)


def _packed(values: np.ndarray[Any, Any]) -> list[str]:
    return [values.dtype.str, base64.b64encode(values.tobytes()).decode()]


def values_of(summary: Summary) -> np.ndarray[Any, Any]:
    """Return the values that were kept."""
    dtype, text = summary["values"]
    return np.frombuffer(base64.b64decode(text), dtype)


def extent(summary: Summary) -> float:
    """Return the largest absolute value of a tensor."""
    return max(abs(summary["low"]), abs(summary["high"]))


def size_of(summary: Summary) -> int:
    """Return the number of elements."""
    size = 1
    for length in summary["shape"]:
        size *= length
    return size
