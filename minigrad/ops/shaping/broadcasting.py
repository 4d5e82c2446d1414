"""Broadcasting: more dimensions, and larger ones, without copying."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...autograd.fitting import expand as _expand
from ...autograd.fitting import sum_to
from .shapes import clone, reshape, sizes_of

__all__ = [
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "broadcast_shapes",
    "broadcast_tensors",
    "broadcast_to",
    "expand",
    "expand_as",
]  # and sum_to_size, which is a method only


def expand(x: Any, *sizes: Any) -> Any:
    """Return a view of ``x`` that repeats it along new and size-1 dimensions.

    Args:
        x: a tensor.
        *sizes: the result's sizes, or one sequence of them; -1 keeps a dimension's size.

    Derivative: ``g`` summed over the repeated dimensions.

    Raises:
        RuntimeError: if the shape of ``x`` does not broadcast to ``sizes``.
    """
    given = sizes_of(sizes)
    lead = len(given) - x.ndim
    if lead < 0:
        raise RuntimeError(
            f"expand: the number of sizes provided ({len(given)}) must be greater or equal to the "
            f"number of dimensions in the tensor ({x.ndim})"
        )
    shape = list(given)
    for axis, size in enumerate(given):
        held = x.shape[axis - lead] if axis >= lead else None
        if size == -1 and held is not None:
            shape[axis] = held
        elif size < 0 or held not in (None, 1, size):
            raise RuntimeError(
                f"expand: the expanded size of the tensor ({size}) must match the existing size "
                f"({held}) at dimension {axis}: target sizes {list(given)}, tensor sizes "
                f"{list(x.shape)}"
            )
    return _expand(x, shape=tuple(shape))


def expand_as(x: Any, other: Any) -> Any:
    """Return ``x`` expanded to the shape of ``other``."""
    return expand(x, other.shape)


def broadcast_to(x: Any, size: Sequence[int]) -> Any:
    """Return ``x`` expanded to the shape ``size``."""
    return expand(x, size)


def broadcast_tensors(*tensors: Any) -> tuple[Any, ...]:
    """Return the tensors expanded to their common shape.

    Raises:
        RuntimeError: if the shapes do not broadcast.
    """
    shape = common_shape(*(x.shape for x in tensors))
    return tuple(_expand(x, shape=shape) for x in tensors)


def broadcast_shapes(*shapes: int | Sequence[int]) -> tuple[int, ...]:
    """Return the shape that tensors of the given ones broadcast to.

    Raises:
        RuntimeError: if they do not broadcast.
        ValueError: for a negative size.
    """
    given = [tuple(shape) if isinstance(shape, Sequence) else (shape,) for shape in shapes]
    if any(n < 0 for shape in given for n in shape):
        raise ValueError(f"attempting to broadcast a dimension with negative length: {given}")
    return common_shape(*given)


def sum_to_size(x: Any, *size: Any) -> Any:
    """Return ``x`` summed over the dimensions that broadcasting ``size`` to its shape repeats.

    Derivative: ``g`` repeated along them.

    Raises:
        RuntimeError: if ``size`` does not broadcast to the shape of ``x``.
    """
    shape = sizes_of(size)
    if len(shape) > x.ndim or common_shape(shape, x.shape) != tuple(x.shape):
        raise RuntimeError(f"size {list(shape)} is not expandable to size {list(x.shape)}")
    if x.shape != shape:
        return sum_to(x, shape=shape)
    return x if shape else clone(x)  # as in PyTorch, which takes a 0-d one for a sum


def common_shape(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape that others broadcast to.

    Raises:
        RuntimeError: if they do not broadcast.
    """
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        raise RuntimeError(f"shapes {list(map(list, shapes))} do not broadcast") from None


def _at_least(count: int, tensors: Any) -> Any:
    if len(tensors) == 1 and not isinstance(tensors[0], list | tuple):
        return _padded(tensors[0], count)
    several = tensors[0] if len(tensors) == 1 else tensors
    return tuple(_padded(x, count) for x in several)


def _padded(x: Any, count: int) -> Any:
    if x.ndim >= count:
        return x
    # NumPy's and PyTorch's rule: a vector becomes a row (1, n), a matrix a sheet (m, n, 1).
    shape = {0: (1,) * count, 1: (1, *x.shape, 1)[:count], 2: (*x.shape, 1)}[x.ndim]
    return reshape(x, shape)


def atleast_1d(*tensors: Any) -> Any:
    """Return tensors (a tuple for several) with 0-d ones made 1-d."""
    return _at_least(1, tensors)


def atleast_2d(*tensors: Any) -> Any:
    """Return tensors (a tuple for several) of at least two dimensions: vectors become rows."""
    return _at_least(2, tensors)


def atleast_3d(*tensors: Any) -> Any:
    """Return tensors (a tuple for several) of at least three dimensions."""
    return _at_least(3, tensors)
