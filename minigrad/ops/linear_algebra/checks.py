"""What functions of matrices ask of their arguments, and the error for matrices without answer."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.stand_in import open_to_transforms


class LinAlgError(RuntimeError):
    """A matrix for which the result does not exist: singular, indefinite, not finite."""


_NAMES = {
    "float16": "Half",
    "float32": "Float",
    "float64": "Double",
    "complex64": "ComplexFloat",
    "complex128": "ComplexDouble",
    "bool": "Bool",
    "uint8": "Byte",
    "int8": "Char",
    "int16": "Short",
    "int32": "Int",
    "int64": "Long",
}


def check_floating(
    name: str,
    *tensors: Any,
    integers: type[Exception] = RuntimeError,
    half: type[Exception] = RuntimeError,
) -> None:
    """Raise unless the tensors are of dtypes LAPACK knows, and of one.

    Args:
        name: the function's, for the error.
        tensors: its arguments.
        integers, half: what PyTorch raises for integers and for float16, function by function.
    """
    for x in tensors:
        shown = _NAMES.get(x.dtype.name, x.dtype.name)
        if x.dtype.kind not in "fc":
            raise integers(
                f"{name}: Expected a floating point or complex tensor as input. Got {shown}"
            )
        if x.dtype.char == "e":
            raise half(f"{name}: Low precision dtypes not supported. Got {shown}")
        if x.dtype != tensors[0].dtype:
            raise RuntimeError(
                f"{name}: Expected A and B to have the same dtype, but found A of type "
                f"{_NAMES[tensors[0].dtype.name]} and B of type {shown} instead"
            )


def check_matrix(name: str, x: Any, argument: str = "A") -> None:
    """Raise unless a tensor is a matrix or a batch of them."""
    if x.ndim < 2:
        raise RuntimeError(
            f"{name}: The input tensor {argument} must have at least 2 dimensions, got shape "
            f"{tuple(x.shape)}"
        )


def check_square(name: str, x: Any, argument: str = "A") -> None:
    """Raise unless a tensor is a square matrix or a batch of them."""
    check_matrix(name, x, argument)
    m, n = x.shape[-2:]
    if m != n:
        raise RuntimeError(
            f"{name}: {argument} must be batches of square matrices, but they are {m} by {n} "
            "matrices"
        )


@open_to_transforms
def check_info(name: str, info: Any, reason: str) -> None:
    """Raise if a factorization failed somewhere in a batch.

    Args:
        name: the function's, for the error.
        info: int32 numbers, one for each matrix; 0 for success.
        reason: what to say, with a place ``{info}`` for the number.
    """
    array = np.asarray(info.tolist())
    if array.any():
        place = np.unravel_index(np.flatnonzero(array)[0], array.shape)
        flat = int(np.ravel_multi_index(place, array.shape)) if array.ndim else 0
        where = f"(Batch element {flat}): " if array.ndim else ""
        raise LinAlgError(f"{name}: {where}{reason.format(info=array[place])}")
