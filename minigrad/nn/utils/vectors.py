"""The parameters of a model as one vector, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...ops import cat
from ...tensor import Tensor

__all__ = ["parameters_to_vector", "vector_to_parameters"]


def parameters_to_vector(parameters: Iterable[Any]) -> Any:
    """Return the elements of all parameters in one vector, differentiably."""
    return cat([parameter.reshape(-1) for parameter in parameters])


def vector_to_parameters(vec: Any, parameters: Iterable[Any]) -> None:
    """Put the elements of a vector into parameters, in place.

    Raises:
        TypeError: if ``vec`` is no tensor.
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"expected Tensor, but got: {type(vec).__name__}")
    start = 0
    for parameter in parameters:
        stop = start + parameter.numel()
        parameter.data = vec[start:stop].reshape(parameter.shape).detach()
        start = stop
