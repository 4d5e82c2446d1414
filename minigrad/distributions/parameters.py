"""Parameters of distributions: as tensors of one shape; probabilities and their logarithms."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import Any

import numpy as np

from ..autograd import enable_grad
from ..backend.dtypes import get_default_dtype
from ..creation import tensor
from ..ops import broadcast_tensors, log, log1p, sigmoid, softmax
from ..tensor import Tensor

Shape = tuple[int, ...]


def broadcast_all(*values: Any) -> tuple[Any, ...]:
    """Return numbers and tensors as tensors of one shape.

    Raises:
        ValueError: for anything else.
    """
    if not all(isinstance(value, Tensor | numbers.Number) for value in values):
        raise ValueError(
            "Input arguments must all be instances of Number or Tensor, got "
            + ", ".join(type(value).__name__ for value in values)
        )
    like = next((value for value in values if isinstance(value, Tensor)), None)
    dtype = get_default_dtype() if like is None else like.dtype
    device = "cpu" if like is None else like.device
    return tuple(
        broadcast_tensors(
            *(
                value if isinstance(value, Tensor) else tensor(value, dtype=dtype, device=device)
                for value in values
            )
        )
    )


def eps_of(value: Tensor) -> float:
    """Return the distance from 1 to the next number of a tensor's dtype."""
    return float(np.finfo(np.dtype(value.dtype)).eps)


def tiny_of(value: Tensor) -> float:
    """Return the smallest normal number of a tensor's dtype."""
    return float(np.finfo(np.dtype(value.dtype)).tiny)


def clamp_probs(probs: Tensor) -> Tensor:
    """Return probabilities that are neither 0 nor 1, so that they have logarithms."""
    eps = eps_of(probs)
    return probs.clamp(min=eps, max=1 - eps)


def probs_to_logits(probs: Tensor, binary: bool = False) -> Tensor:
    """Return log p; or for one of two outcomes the log-odds, log p - log(1 - p)."""
    clamped = clamp_probs(probs)
    return log(clamped) - log1p(-clamped) if binary else log(clamped)


def logits_to_probs(logits: Tensor, binary: bool = False) -> Tensor:
    """Return the probabilities that belong to logits (to log-odds, if ``binary``)."""
    return sigmoid(logits) if binary else softmax(logits, -1)


def given_one(probs: Any, logits: Any) -> tuple[str, Any]:
    """Return the name and the value of which of two arguments is given.

    Raises:
        ValueError: if both are, or none.
    """
    if (probs is None) == (logits is None):
        raise ValueError("Either `probs` or `logits` must be specified, but not both.")
    return ("probs", probs) if logits is None else ("logits", logits)


class lazy_property:
    """An attribute that is computed when first asked for, and kept."""

    def __init__(self, compute: Callable[[Any], Any]) -> None:
        self.compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        with enable_grad():  # it may be asked for again, where gradients matter
            value = self.compute(instance)
        vars(instance)[self.name] = value
        return value
