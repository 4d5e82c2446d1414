"""Dtypes and PyTorch's rules of type promotion, in terms of NumPy dtypes."""

from __future__ import annotations

from typing import Any

import numpy as np

DType = np.dtype[Any]

float16 = np.dtype("float16")
float32 = np.dtype("float32")
float64 = np.dtype("float64")
complex64 = np.dtype("complex64")
complex128 = np.dtype("complex128")
uint8 = np.dtype("uint8")
uint16 = np.dtype("uint16")
uint32 = np.dtype("uint32")
uint64 = np.dtype("uint64")
int8 = np.dtype("int8")
int16 = np.dtype("int16")
int32 = np.dtype("int32")
int64 = np.dtype("int64")
bool_ = np.dtype("bool")

_RANK = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}  # bool < integer < floating < complex
_COMPLEX_OF: dict[DType, DType] = {float16: complex64, float32: complex64, float64: complex128}
_FLOATING = (float16, float32, float64, complex64, complex128)
_INTEGER = (bool_, uint8, uint16, uint32, uint64, int8, int16, int32, int64)
_SUPPORTED: dict[DType, DType] = {dtype: dtype for dtype in (*_INTEGER, *_FLOATING)}

# Who means which dtype, by identity: the usual ways to name one are found without NumPy's help.
_MEANT: dict[int, tuple[Any, DType]] = {}


def know(name: Any, dtype: DType) -> None:
    """Let an object, which lives as long as the program, be a name of a dtype."""
    _MEANT[id(name)] = name, dtype


for _dtype in _SUPPORTED:
    know(_dtype, _dtype)
    know(_dtype.type, _dtype)
for _type, _dtype in ((float, float64), (int, int64), (bool, bool_), (complex, complex128)):
    know(_type, _dtype)

_default: DType = float32


def get_default_dtype() -> DType:
    """Return the dtype given to Python floats: float32 unless set otherwise."""
    return _default


def set_default_dtype(dtype: Any) -> None:
    """Set the dtype given to Python floats.

    Raises:
        TypeError: if ``dtype`` is not a floating-point dtype.
    """
    global _default
    found = as_dtype(dtype)
    if found.kind != "f":
        raise TypeError(f"set_default_dtype: expected a floating-point dtype, got {found}")
    _default = found


def as_dtype(dtype: Any) -> DType:
    """Return the NumPy dtype meant by a dtype, its name, or a Python type (float is float64).

    Raises:
        TypeError: if it is none of the dtypes that tensors have.
    """
    meant = _MEANT.get(id(dtype))
    if meant is not None:
        return meant[1]
    found = np.dtype(dtype)
    try:
        return _SUPPORTED[found]  # the one object of its kind: dtypes may be compared with ``is``
    except KeyError:
        raise TypeError(
            f"can't convert np.ndarray of type {found}. Tensors hold bool, integers of 8 to 64 "
            "bits, floating-point numbers of 16 to 64 and complex ones of 64 and 128 bits, in "
            "native byte order"
        ) from None


def promote_types(a: Any, b: Any) -> DType:
    """Return the dtype that holds both, by PyTorch's lattice.

    Unlike NumPy, an integer never widens a floating dtype: int64 and float32 give float32.
    """
    a, b = as_dtype(a), as_dtype(b)
    if a == b:
        return a
    low: DType = min(a, b, key=_rank)
    high: DType = max(b, a, key=_rank)
    if _RANK[low.kind] == _RANK[high.kind]:
        return np.promote_types(a, b)
    if high.kind == "c" and low.kind == "f":
        return np.promote_types(_COMPLEX_OF[low], high)
    return high


def result_type(*values: Any) -> DType:
    """Return the dtype of an operation on arrays and Python numbers (or NumPy's scalars).

    Arrays with dimensions outrank 0-d arrays, which outrank Python numbers: a lower level matters
    only if it is of a higher kind (bool < integer < floating < complex).
    """
    levels: list[DType | None] = [None, None, None]
    for value in values:
        if hasattr(value, "dtype") and not isinstance(value, np.generic):
            level, dtype = (0 if value.ndim else 1), value.dtype
        else:
            level, dtype = 2, scalar_dtype(value)
        held = levels[level]
        levels[level] = dtype if held is None else promote_types(held, dtype)
    result: DType | None = None
    for dtype in levels:
        if dtype is None:
            continue
        if result is None:
            result = dtype
        elif _RANK[dtype.kind] > _RANK[result.kind]:
            # A lower level lifts the kind; its own width does not matter, except that a complex
            # result is as wide as the floats that join it.
            result = promote_types(result, dtype)
    assert result is not None, "result_type needs at least one value"
    return result


def _rank(dtype: DType) -> int:
    return _RANK[dtype.kind]


def scalar_dtype(value: Any) -> DType:
    """Return the dtype of a Python number: bool, int64, or the default (complex) dtype.

    Raises:
        TypeError: if it is not a number.
    """
    if not isinstance(value, bool | int | float | complex | np.generic):
        raise TypeError(f"expected a tensor or a number, got {type(value).__name__}: {value!r}")
    kind = np.asarray(value).dtype.kind
    if kind == "b":
        return bool_
    if kind in "iu":
        return int64
    if kind == "f":
        return _default
    if kind == "c":
        return _COMPLEX_OF[_default]
    raise TypeError(f"expected a number, got {type(value).__name__}: {value!r}")


def is_floating(dtype: DType) -> bool:
    """Return True for dtypes that may require gradients (floating-point and complex)."""
    return dtype.kind in "fc"
