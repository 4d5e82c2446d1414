"""Masks: filling, selecting and finding elements by a condition."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from operator import mul
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.stand_in import open_to_transforms
from ...autograd.traced import Traced
from ...backend.arrays import as_array, namespace, ndarray
from ...backend.selection import select
from ..shaping.broadcasting import atleast_1d, broadcast_tensors, common_shape
from ..shaping.joining import unbind
from .indexing import getitem
from .writing import number_for

__all__ = [
    "argwhere",
    "masked_fill",
    "masked_select",
    "nonzero",
    "nonzero_static",
    "unravel_index",
]


@primitive(
    x=lambda g, mask: _masked_fill(g, 0, mask=mask),
    value=lambda g, mask: _masked_fill(g, 0, mask=~mask),
)
def _masked_fill(x: Any, value: Any, *, mask: Any) -> Any:
    number = namespace(x).asarray(number_for(value, x.dtype)).astype(x.dtype)
    return select(mask, number[()] if number.__class__ is ndarray else number, x)


@open_to_transforms
def masked_fill(x: Any, mask: Any, value: Any) -> Any:
    """Return ``x`` with ``value``, a number or a 0-d tensor, where ``mask`` is True.

    Shapes: ``x`` and ``mask`` broadcast.

    Derivative: ``g`` to ``x`` where the mask is False, its sum elsewhere to ``value``.

    Raises:
        RuntimeError: if the mask is not bool, the value has dimensions, or shapes do not broadcast.
    """
    array = index_array("masked_fill", mask)
    if array.dtype.kind != "b":
        raise RuntimeError(f"masked_fill(): only boolean masks are supported, got {array.dtype}")
    check_scalar("masked_fill", value)
    if x.shape != array.shape:
        common_shape(x.shape, array.shape)
    return _masked_fill(x, value, mask=array)


@open_to_transforms
def masked_select(x: Any, mask: Any) -> Any:
    """Return the elements of ``x`` where ``mask`` is True, in one dimension.

    Shapes: ``x`` and ``mask`` broadcast.

    Raises:
        RuntimeError: if the mask is not bool, or the shapes do not broadcast.
    """
    array = index_array("masked_select", mask)
    if array.dtype.kind != "b":
        raise RuntimeError(f"masked_select(): expected bool for mask, got {array.dtype}")
    x, array = broadcast_tensors(x, array)
    return getitem(x, index=(array,))


@primitive()
def _nonzero(x: Any) -> Any:
    return np.argwhere(x)


def nonzero(x: Any, *, as_tuple: bool = False) -> Any:
    """Return the places of all elements that are not zero, a row for each.

    Args:
        x: a tensor.
        as_tuple: return one index tensor per dimension, as indexing takes them.
    """
    return unbind(_nonzero(atleast_1d(x)), 1) if as_tuple else _nonzero(x)


def argwhere(x: Any) -> Any:
    """Return the places of all elements that are not zero, a row for each. See ``nonzero``."""
    return _nonzero(x)


@primitive()
def _nonzero_static(x: Any, *, size: int, fill_value: int) -> Any:
    found = np.argwhere(x)[:size]
    out = namespace(x).full((size, x.ndim), fill_value, found.dtype)
    out[: len(found)] = found
    return out


def nonzero_static(x: Any, *, size: int, fill_value: int = -1) -> Any:
    """Return the places of the first ``size`` elements that are not zero, a row for each.

    Rows of ``fill_value`` follow if there are fewer.

    Raises:
        RuntimeError: for a negative size.
    """
    if size < 0:
        raise RuntimeError(f"nonzero_static: 'size' must be a non-negative integer, got {size}")
    return _nonzero_static(x, size=size, fill_value=fill_value)


@primitive()
def _unravel_index(indices: Any, *, shape: tuple[int, ...]) -> Any:
    indices = indices.astype(np.int64)
    strides = accumulate((*shape[:0:-1],), mul, initial=1)
    return tuple(
        indices // step % size for step, size in zip(reversed([*strides]), shape, strict=True)
    )


def unravel_index(indices: Any, shape: int | Sequence[int]) -> tuple[Any, ...]:
    """Return places counted in row-major order as indices, one tensor per dimension of ``shape``.

    Raises:
        TypeError: for indices or sizes that are no integers.
        ValueError: for negative sizes.
    """
    array = index_array("unravel_index", indices)
    if array.dtype.kind not in "iu":
        raise TypeError(f"expected 'indices' to be integer dtype, but got {array.dtype}")
    sizes = shape if isinstance(shape, Sequence) else (shape,)
    if not all(isinstance(n, int | np.integer) for n in sizes):
        raise TypeError(f"expected 'shape' to be int or sequence of ints, but got {shape}")
    if any(n < 0 for n in sizes):
        raise ValueError(f"'shape' cannot have negative values, but got {tuple(sizes)}")
    if not sizes:
        return ()
    return _unravel_index(indices, shape=tuple(map(int, sizes)))


# --- arguments ----------------------------------------------------------------------------------


def index_array(name: str, index: Any) -> Any:
    """Return the array of an index or a mask."""
    if isinstance(index, Traced):
        return index._array
    if not hasattr(index, "dtype"):
        raise TypeError(f"{name}(): index must be a Tensor, not {type(index).__name__}")
    return as_array(index)


def check_scalar(name: str, value: Any) -> None:
    if getattr(value, "ndim", 0):
        raise RuntimeError(
            f"{name} only supports a 0-dimensional value tensor, but got shape {list(value.shape)}"
        )
