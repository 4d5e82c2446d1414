"""Masks: filling, selecting and finding elements by a condition."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd.primitive import primitive
from ..autograd.traced import Traced
from ..backend.arrays import as_array, namespace, ndarray
from ..backend.selection import select
from .broadcasting import atleast_1d, broadcast_tensors, common_shape
from .indexing import getitem
from .joining import unbind

__all__ = ["masked_fill", "masked_select", "nonzero"]


@primitive(
    x=lambda g, mask: _masked_fill(g, 0, mask=mask),
    value=lambda g, mask: _masked_fill(g, 0, mask=~mask),
)
def _masked_fill(x: Any, value: Any, *, mask: Any) -> Any:
    number = namespace(x).asarray(value).astype(x.dtype)
    return select(mask, number[()] if number.__class__ is ndarray else number, x)


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
