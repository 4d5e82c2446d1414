"""Python functions of each element, in place: slow, and without derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..indices.writing import write_
from ..shaping.broadcasting import expand

__all__: list[str] = []


def apply_(self: Any, callable: Callable[[Any], Any]) -> Any:
    """Replace each element by what a Python function makes of it.

    Raises:
        RuntimeError: for a tensor that requires a gradient.
        TypeError: for a tensor on another device, or a result that is no number.
    """
    return _mapped("apply_", self, (), callable)


def map_(self: Any, tensor: Any, callable: Callable[[Any, Any], Any]) -> Any:
    """Replace each element by a Python function of it and of that of another tensor.

    Raises:
        RuntimeError: for a tensor that requires a gradient, or shapes that do not broadcast.
        TypeError: for a tensor on another device, of another dtype, or a result that is no number.
    """
    return _mapped("map_", self, (tensor,), callable)


def map2_(self: Any, x: Any, y: Any, callable: Callable[[Any, Any, Any], Any]) -> Any:
    """Replace each element by a Python function of it and of those of two others. See ``map_``."""
    return _mapped("map2_", self, (x, y), callable)


def _mapped(name: str, self: Any, others: tuple[Any, ...], function: Callable[..., Any]) -> Any:
    if any(x.requires_grad for x in (self, *others)):
        raise RuntimeError(
            f"Can't call {name}() on Variable that requires grad. Use var.detach().{name}() "
            "instead."
        )
    if any(x.device.type != "cpu" for x in (self, *others)):
        raise TypeError(f"{name}() is only implemented on CPU tensors")
    for x in others:
        if x.dtype != self.dtype:
            raise TypeError(f"{name}(): expected a tensor of {self.dtype}, got {x.dtype}")
    arrays = [x._array for x in (self, *(expand(x, self.shape) for x in others))]
    found = [function(*numbers) for numbers in zip(*(a.ravel().tolist() for a in arrays))]
    for number in found:
        if not hasattr(number, "__float__"):
            raise TypeError(f"{name}(): must be real number, not {type(number).__name__}")
    values = np.array([self.dtype.type(number) for number in found], self.dtype)
    return write_(self, type(self)._result_class._wrap(values.reshape(self.shape)))
