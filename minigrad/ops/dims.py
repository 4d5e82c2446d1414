"""Dimension arguments: negative numbers, tuples, ranges and their errors."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Dims = int | Sequence[int] | None
_F = TypeVar("_F", bound=Callable[..., Any])


def normalize_dim(dim: Any, ndim: int) -> int:
    """Return a dimension number in [0, ndim); a 0-d tensor counts as having one dimension.

    Raises:
        IndexError: out of range, as PyTorch.
        TypeError: not an integer.
    """
    try:
        if dim.__class__ is bool:  # an int to Python, a slip to PyTorch
            raise TypeError
        index = operator.index(dim)
    except TypeError:
        raise TypeError(f"dim must be an int, got {type(dim).__name__}: {dim!r}") from None
    limit = max(ndim, 1)
    if not -limit <= index < limit:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-limit}, {limit - 1}], but got "
            f"{index})"
        )
    return index % limit


def normalize_dims(dim: Dims, ndim: int) -> tuple[int, ...]:
    """Return dimension numbers in [0, ndim), all of them for None or an empty sequence.

    Raises:
        IndexError: out of range.
        RuntimeError: a dimension named twice.
    """
    if dim.__class__ is int and -ndim <= dim < ndim:  # the common case
        return (dim % ndim,)
    if dim is None or (isinstance(dim, Sequence) and not dim):
        return tuple(range(ndim))
    given = dim if isinstance(dim, Sequence) else (dim,)
    found = tuple(normalize_dim(d, ndim) for d in given)
    for d in found:
        if found.count(d) > 1:
            raise RuntimeError(f"dim {d} appears multiple times in the list of dims {given}")
    return found if ndim else ()


def along(dim: int, item: Any) -> tuple[Any, ...]:
    """Return the full index that applies ``item`` (an index array, a slice) to one dimension."""
    return (*(slice(None),) * dim, item)


def as_shape(size: tuple[Any, ...], name: str = "size") -> tuple[int, ...]:
    """Return the shape meant by the sizes of a call: ``f(2, 3)`` or ``f((2, 3))``.

    Raises:
        TypeError: if one is not an integer.
        RuntimeError: if one is negative.
    """
    given = size[0] if len(size) == 1 and isinstance(size[0], Sequence) else size
    try:
        shape = tuple(map(operator.index, given))
    except TypeError:
        raise TypeError(f"argument {name!r} must be ints or a tuple of ints, got {given}") from None
    if any(n < 0 for n in shape):
        raise RuntimeError(f"Dimension size must be non-negative, got {name} {shape}")
    return shape


def numpy_names(function: _F) -> _F:
    """Let a function take NumPy's names ``axis`` and ``keepdims`` too, as PyTorch's do."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if kwargs:
            for name, theirs in (("dim", "axis"), ("keepdim", "keepdims")):
                if theirs in kwargs and name not in kwargs:
                    kwargs[name] = kwargs.pop(theirs)
        return function(*args, **kwargs)

    call.takes_numpy_names = True  # type: ignore[attr-defined]
    return call  # type: ignore[return-value]


def scalar_as_vector(function: _F) -> _F:
    """Let a function along a dimension treat a 0-d tensor as having one, of size 1."""

    @functools.wraps(function)
    def call(x: Any, *args: Any, **kwargs: Any) -> Any:
        if x.ndim:
            return function(x, *args, **kwargs)
        result = function(x.reshape((1,)), *args, **kwargs)
        if isinstance(result, tuple):
            return type(result)(*(item.reshape(()) for item in result))
        return result.reshape(())

    return call  # type: ignore[return-value]
