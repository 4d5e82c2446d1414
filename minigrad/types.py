"""Questions about tensors and dtypes."""

from __future__ import annotations

from typing import Any

import numpy as np

from .backend.dtypes import as_dtype, get_default_dtype, promote_types, result_type
from .tensor import Tensor

__all__ = [
    "can_cast",
    "finfo",
    "iinfo",
    "is_complex",
    "is_floating_point",
    "is_nonzero",
    "is_same_size",
    "is_signed",
    "is_tensor",
    "numel",
    "promote_types",
    "result_type",
]


def iinfo(type: Any) -> Any:
    """Return the limits of an integer dtype: ``bits``, ``max``, ``min``.

    Raises:
        TypeError: for other dtypes.
    """
    found = as_dtype(type)
    if found.kind not in "iu":
        raise TypeError(f"iinfo: expected an integer dtype, got {found}; use finfo")
    return np.iinfo(found)


class finfo:
    """The limits of a floating-point dtype, the default one if none is given, as Python numbers.

    Attributes:
        bits: size of a number.
        eps: distance from 1 to the next number.
        max, min: the largest and the lowest number.
        tiny, smallest_normal: the smallest positive number of full precision.
        resolution: ten to the minus number of decimal digits.
        dtype: name of the dtype.
    """

    def __init__(self, type: Any = None) -> None:
        found = as_dtype(type or get_default_dtype())
        if found.kind not in "fc":
            raise TypeError(f"finfo: expected a floating-point dtype, got {found}; use iinfo")
        limits = np.finfo(found)
        self.bits = int(limits.bits)
        self.eps = float(limits.eps)
        self.max = float(limits.max)
        self.min = float(limits.min)
        self.tiny = self.smallest_normal = float(limits.smallest_normal)
        self.resolution = 10.0**-limits.precision
        self.dtype = limits.dtype.name

    def __repr__(self) -> str:
        named = ("resolution", "min", "max", "eps", "smallest_normal", "tiny")
        numbers = ", ".join(f"{name}={getattr(self, name):g}" for name in named)
        return f"finfo({numbers}, dtype={self.dtype})"


def is_tensor(obj: Any) -> bool:
    """Return True if ``obj`` is a Tensor."""
    return isinstance(obj, Tensor)


def is_floating_point(input: Tensor) -> bool:
    """Return True if the dtype is float16, float32 or float64."""
    return input.is_floating_point()


def is_complex(input: Tensor) -> bool:
    """Return True if the dtype is complex."""
    return bool(input.dtype.kind == "c")


def is_nonzero(input: Tensor) -> bool:
    """Return True if the only element is not 0.

    Raises:
        RuntimeError: if the tensor has not exactly one element.
    """
    return input.is_nonzero()


def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Return True if two tensors have the same shape."""
    return input.is_same_size(other)


def is_signed(input: Tensor) -> bool:
    """Return True if the dtype holds negative numbers."""
    return input.is_signed()


def numel(input: Tensor) -> int:
    """Return the number of elements."""
    return input.numel()


def can_cast(from_: Any, to: Any) -> bool:
    """Return True if PyTorch's promotion rules allow a conversion: never to a lower kind."""
    low, high = as_dtype(from_), as_dtype(to)
    order = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}
    return order[low.kind] <= order[high.kind]
