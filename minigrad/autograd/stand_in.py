"""Stand-ins: what a transform puts in the place of a tensor's array, to take over its calls.

A tensor inside ``vmap`` has no array of its shape: it is one example of many, which lie in another
tensor. Its ``_array`` is a stand-in that tells the shape and dtype of the one example, and every
primitive that meets it hands its call over (``interpret``). So do the public functions that look
at values themselves; they say so with ``open_to_transforms``.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np

from .traced import Traced

_F = TypeVar("_F", bound=Callable[..., Any])


class StandIn:
    """The place of an array in a tensor whose values are elsewhere.

    Attributes:
        shape: of the tensor.
        dtype: equal to the tensor's dtype but never identical to it: the fast paths of the
            primitives, which ask for identity, do not take it.
    """

    __slots__ = ("dtype", "shape")

    shape: tuple[int, ...]
    dtype: Any

    def __init__(self, shape: tuple[int, ...], dtype: Any) -> None:
        self.shape = shape
        self.dtype = _marked(dtype)

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        size = 1
        for length in self.shape:
            size *= length
        return size

    def interpret(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Do what ``function(*args, **kwargs)`` means; this stands in one of the arguments."""
        raise TypeError(f"{type(self).__name__} does not say what {function} means")


@functools.cache
def _marked(dtype: Any) -> Any:
    return np.dtype(dtype, metadata={"stand_in": True})


def stand_in(values: Iterable[Any]) -> StandIn | None:
    """Return the stand-in of one of the values, or of an item of a sequence among them."""
    for value in values:
        if isinstance(value, Traced):
            if isinstance(value._array, StandIn):
                return value._array
        elif value.__class__ is tuple or value.__class__ is list:
            found = stand_in(value)
            if found is not None:
                return found
    return None


def open_to_transforms(function: _F) -> _F:
    """Let transforms take over a function that looks at values of its arguments itself."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        found = stand_in(args) or (stand_in(kwargs.values()) if kwargs else None)
        if found is None:
            return function(*args, **kwargs)
        return found.interpret(call, args, kwargs)

    return call  # type: ignore[return-value]


class _Chance(threading.local):
    draw: Callable[..., Any] | None = None


chance = _Chance()


def random_function(function: _F) -> _F:
    """Let a transform say how a function that draws random numbers is to be called."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if chance.draw is None:
            return function(*args, **kwargs)
        return chance.draw(function, args, kwargs)

    return call  # type: ignore[return-value]
