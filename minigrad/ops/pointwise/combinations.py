"""A product or a quotient added to a tensor, in one operation: what optimisers are made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.operands import convert
from ...autograd.primitive import primitive
from ..arguments import check_tensors

__all__ = ["addcdiv", "addcmul"]


def _times(value: Any, x: Any) -> Any:
    """Return ``value * x`` in the dtype of ``x``, as PyTorch: of integers by an integer."""
    return x if value == 1 else x * x.dtype.type(value)


@primitive(
    x=lambda g: g,
    y=lambda g, z, value: g * (z * value),
    z=lambda g, y, value: g * (y * value),
    dtypes="number",
)
def _addcmul(x: Any, y: Any, z: Any, *, value: Any) -> Any:
    return np.add(x, _times(value, np.multiply(y, z)))


def addcmul(input: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
    """Return ``input + value * tensor1 * tensor2``, element by element.

    Raises:
        NotImplementedError: for bools.
        TypeError: if one is no tensor.
    """
    check_tensors("addcmul", input=input, tensor1=tensor1, tensor2=tensor2)
    return _addcmul(input, tensor1, tensor2, value=value)


def _fractions(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    if all(array.dtype.kind in "biu" for array in arrays[1:]):
        raise RuntimeError(
            "Integer division with addcdiv is no longer supported: expected floating-point "
            f"tensors, got {arrays[1].dtype} and {arrays[2].dtype}"
        )
    return convert(arrays, "promote")


@primitive(
    x=lambda g: g,
    y=lambda g, z, value: g * (value / z),
    z=lambda g, y, z, value: -g * (value * y) / (z * z),
    dtypes=_fractions,
)
def _addcdiv(x: Any, y: Any, z: Any, *, value: Any) -> Any:
    return np.add(x, _times(value, np.true_divide(y, z)))


def addcdiv(input: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
    """Return ``input + value * tensor1 / tensor2``, element by element.

    Raises:
        RuntimeError: for two integer tensors to divide.
        TypeError: if one is no tensor.
    """
    check_tensors("addcdiv", input=input, tensor1=tensor1, tensor2=tensor2)
    return _addcdiv(input, tensor1, tensor2, value=value)
