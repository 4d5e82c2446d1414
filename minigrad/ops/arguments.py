"""What arguments have to be: the checks that several families share."""

from __future__ import annotations

from typing import Any

from ..autograd.traced import Traced
from ..backend.arrays import is_array


def check_tensors(function: str, **given: Any) -> None:
    """Raise unless all values are tensors (or arrays, which rules compute with)."""
    for name, value in given.items():
        if not (isinstance(value, Traced) or is_array(value)):
            raise TypeError(
                f"{function}(): argument {name!r} must be Tensor, not {type(value).__name__}"
            )


def check_real(function: str, *tensors: Any) -> None:
    """Raise for complex numbers, where a function is defined for real ones only."""
    for tensor in tensors:
        if tensor.dtype.kind == "c":
            raise NotImplementedError(f'"{function}" not implemented for {tensor.dtype}')


def undefined(name: str, error: type[RuntimeError] = RuntimeError) -> Any:
    """Return the rule of an operation that has no derivative, as PyTorch: backward raises."""

    def refused(g: Any) -> Any:
        raise error(f"derivative for {name} is not implemented")

    return refused
