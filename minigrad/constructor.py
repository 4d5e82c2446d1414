"""From Python's data to arrays: numbers, nested lists, NumPy's scalars, tensors among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import chain
from typing import Any

import numpy as np

from .autograd.traced import Traced
from .backend.arrays import as_array, is_array, to_host
from .backend.device import place
from .backend.dtypes import as_dtype, get_default_dtype, promote_types, scalar_dtype

Array = np.ndarray[Any, Any]

_NUMBERS = (bool, int, float, complex)


def array_from(data: Any, dtype: Any = None, device: Any = None) -> Any:
    """Return a new array with the values of ``data``.

    Raises:
        TypeError: for strings, and lists that mix numbers and lists.
        ValueError: for ragged lists, and integers that do not fit 64 bits.
        RuntimeError: for other objects, and numbers that do not fit ``dtype``.
    """
    wanted = None if dtype is None else as_dtype(dtype)
    if isinstance(data, str | bytes):
        raise TypeError(f"new(): invalid data type {type(data).__name__!r}: expected numbers")
    if isinstance(data, Traced):
        array = data._array.astype(wanted or data._array.dtype)
    elif is_array(data) or hasattr(data, "__array__"):
        found = as_array(data)
        array = found.astype(wanted or as_dtype(found.dtype))
    else:
        array = _from_python(data, wanted)
    return array if device is None else place(array, device)


def as_number(value: Any) -> Any:
    """Return the number in a 0-d tensor; anything else as it is.

    Raises:
        TypeError: for a tensor with dimensions.
    """
    if not isinstance(value, Traced):
        return value
    if value.shape:
        raise TypeError(f"expected a number, got a tensor of shape {value.shape}")
    return value._array.item()


def _from_python(data: Any, wanted: Any) -> Array:
    """Convert a number or nested sequences."""
    kinds, leaves = _elements(data)
    if not kinds <= set(_NUMBERS):
        # Slower: NumPy's numbers, arrays and tensors bring dtypes of their own.
        typed = {kind for kind in kinds if issubclass(kind, np.generic)}
        dtypes = {_dtype_of(leaf) for leaf in leaves if type(leaf) not in typed}
        natural = reduce(promote_types, dtypes | {as_dtype(kind) for kind in typed})
        if not kinds <= {*_NUMBERS, *typed, np.ndarray}:
            data = _plain(data)
    elif kinds:
        natural = reduce(promote_types, [scalar_dtype(kind()) for kind in kinds])
    else:
        natural = get_default_dtype()
    exact = wanted is None or wanted.kind in "fc"
    with np.errstate(over="ignore"):
        try:
            array = np.array(data, wanted if wanted is not None and exact else natural)
        except OverflowError:
            raise ValueError("Overflow: an integer does not fit 64 bits") from None
        except ValueError:
            _check_rectangular(data)
            raise
    return array if exact else _to_integers(array, wanted)


def _elements(data: Any) -> tuple[set[type], list[Any]]:
    """Return the innermost elements and their types, all levels at once: lists may be long."""
    level = [data]
    while True:
        kinds = set(map(type, level))
        sequences = {kind for kind in kinds if _is_sequence(kind)}
        if not sequences:
            return kinds, level
        if sequences != kinds:
            (other, *_) = kinds - sequences
            raise TypeError(f"expected a sequence or a number everywhere, got {other.__name__} too")
        level = list(chain.from_iterable(level))


def _is_sequence(kind: type) -> bool:
    return issubclass(kind, Sequence) and not issubclass(kind, str | bytes)


def _dtype_of(leaf: Any) -> Any:
    if isinstance(leaf, Traced) or is_array(leaf):
        return as_dtype(leaf.dtype)
    if isinstance(leaf, _NUMBERS):
        return scalar_dtype(leaf)
    if isinstance(leaf, str | bytes):
        raise ValueError(f"too many dimensions {type(leaf).__name__!r}: expected numbers")
    if hasattr(leaf, "__array__"):
        return as_dtype(np.asarray(leaf).dtype)
    raise RuntimeError(f"Could not infer dtype of {type(leaf).__name__}")


def _plain(data: Any) -> Any:
    """Return nested sequences with tensors replaced by their only element."""
    if isinstance(data, Traced):
        if data._array.size != 1:
            raise ValueError(
                "only one element tensors can be converted to Python scalars, got shape "
                f"{data.shape}: use stack()"
            )
        return data._array.item()
    if is_array(data):
        return to_host(as_array(data))
    return list(map(_plain, data)) if isinstance(data, Iterable) else data


def _check_rectangular(data: Any) -> None:
    """Raise the error of a ragged list."""
    level, dim = [data], 0
    while level and all(isinstance(item, Sequence) for item in level):
        lengths = list(map(len, level))
        for length in lengths:
            if length != lengths[0]:
                raise ValueError(
                    f"expected sequence of length {lengths[0]} at dim {dim} (got {length})"
                )
        level, dim = list(chain.from_iterable(level)), dim + 1


def _to_integers(array: Array, wanted: Any) -> Array:
    """Convert to an integer or bool dtype, if the values fit."""
    if wanted.kind == "b":
        return array.astype(wanted)
    if array.dtype.kind == "c":
        raise TypeError("must be real number, not complex")
    limits = np.iinfo(wanted)
    low = -limits.max if wanted.kind == "u" else limits.min  # as PyTorch: -1 is 255 in uint8
    if array.size and not (array.min() >= low and array.max() <= limits.max):
        raise RuntimeError(f"value cannot be converted to type {wanted} without overflow")
    return array.astype(wanted)
