"""Operands of a primitive: conversion to a common dtype, and errors that say more than NumPy's."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from ..backend.arrays import is_array, ndarray
from ..backend.dtypes import get_default_dtype, result_type
from .table import Policy
from .traced import Traced

# The kinds of dtypes that a policy refuses: "real" policies those without an order too.
_REFUSED = {
    "promote": "",
    "float": "",
    "number": "b",
    "floating": "biu",
    "real": "c",
    "real float": "c",
    "real number": "bc",
    "real floating": "biuc",
}


def is_operand(value: Any) -> bool:
    """Return True for what arithmetic understands: tensors, arrays and numbers."""
    return isinstance(value, Traced | int | float | complex | np.generic) or is_array(value)


def convert(arrays: tuple[Any, ...], policy: Policy, name: str = "") -> tuple[Any, ...]:
    """Convert operands to their common dtype by PyTorch's rules; Python numbers stay weak.

    Args:
        arrays: the operands; None among them stands for one that was left out.
        policy: "promote" just that; "float" makes integers floating; "number" refuses bools,
            "floating" integers too; "real" and "real ..." refuse complex numbers besides. Or a
            function that converts the operands in its own way.
            A Python integer that the dtype cannot hold wraps, as in PyTorch.
        name: the operation's, for the error.

    Raises:
        NotImplementedError: for a dtype that the policy refuses, as PyTorch.
    """
    if not isinstance(policy, str):
        return policy(arrays)
    if _alike(arrays):
        return arrays
    dtype = result_type(*(a for a in arrays if a is not None))
    if dtype.kind in _REFUSED[policy]:
        raise NotImplementedError(
            f'"{name}" not implemented for {dtype}: expected a {policy} dtype'
        )
    if policy.endswith("float") and dtype.kind in "biu":
        dtype = get_default_dtype()
    wraps = dtype.kind in "iu"
    return tuple(
        array.astype(dtype, copy=False)
        if hasattr(array, "dtype")
        else int(np.array(array).astype(dtype))
        if wraps and array.__class__ is int
        else array
        for array in arrays
    )


def _alike(arrays: tuple[Any, ...]) -> bool:
    """Return True in the common case: floating arrays of one dtype, and plain numbers."""
    dtype = None
    for array in arrays:
        if array.__class__ is ndarray:
            if dtype is None and array.dtype.kind == "f":
                dtype = array.dtype
            elif array.dtype is not dtype:
                return False
        elif array is not None and array.__class__ is not float and array.__class__ is not int:
            return False
    return dtype is not None


def explained(error: Exception, name: str, arrays: tuple[Any, ...]) -> Exception:
    """Return the error PyTorch raises where NumPy's says less."""
    if isinstance(error, AttributeError) and any(a is None for a in arrays[:2]):
        return TypeError(f"{name}: expected a tensor or a number, got None")
    if isinstance(error, TypeError) and "not supported for the input types" in str(error):
        dtypes = sorted({str(array.dtype) for array in arrays if is_array(array)})
        return NotImplementedError(f'"{name}" not implemented for {", ".join(dtypes)}')
    if not isinstance(error, ValueError) or "broadcast" not in str(error):
        return error
    for first, second in combinations((a.shape for a in arrays if is_array(a)), 2):
        for back in range(1, min(len(first), len(second)) + 1):
            m, n = first[-back], second[-back]
            if m != n and 1 not in (m, n):
                dim = max(len(first), len(second)) - back
                return RuntimeError(
                    f"{name}: the size of tensor a ({m}) must match the size of tensor b ({n}) at "
                    f"non-singleton dimension {dim}: shapes {first} and {second} do not broadcast"
                )
    return error
