"""Turning: elements in reverse, around a corner, or moved along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ..dims import normalize_dim
from .shapes import clone, given_dims, reshape, sizes_of, transpose

__all__ = ["flip", "fliplr", "flipud", "roll", "rot90"]


@primitive(x=lambda g, dims: _flip(g, dims=dims))
def _flip(x: Any, *, dims: tuple[int, ...]) -> Any:
    return np.flip(x, dims).copy()


def flip(x: Any, *along: Any, dims: Sequence[int] | None = None) -> Any:
    """Return a copy of ``x`` in reverse order along some dimensions.

    Args:
        x: a tensor.
        *along: the dimensions; integers or one sequence of them.
        dims: the dimensions by name.

    Derivative: ``g`` in reverse order along them.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for a dimension named twice.
    """
    return _flip(x, dims=given_dims(sizes_of(along, dims), x.ndim))


def fliplr(x: Any) -> Any:
    """Return ``x``, of at least two dimensions, with its columns in reverse order."""
    if x.ndim < 2:
        raise RuntimeError(f"fliplr: input must be >= 2-d, got shape {list(x.shape)}")
    return flip(x, 1)


def flipud(x: Any) -> Any:
    """Return ``x``, of at least one dimension, with its rows in reverse order."""
    if x.ndim < 1:
        raise RuntimeError("flipud: input must be >= 1-d, got a 0-d tensor")
    return flip(x, 0)


@primitive(
    x=lambda g, shifts, dims: _roll(g, shifts=tuple(-shift for shift in shifts), dims=dims),
)
def _roll(x: Any, *, shifts: tuple[int, ...], dims: tuple[int, ...]) -> Any:
    return np.roll(x, shifts, dims)


def roll(x: Any, shifts: int | Sequence[int], dims: int | Sequence[int] | None = None) -> Any:
    """Return ``x`` with its elements moved along ``dims``, in at one end what leaves at the other.

    Args:
        x: a tensor.
        shifts: by how many places, for each of ``dims``.
        dims: along which dimensions; None moves the elements of ``x`` seen as one row.

    Derivative: ``g`` moved back.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: unless there are as many shifts as dimensions.
    """
    by = tuple(shifts) if isinstance(shifts, Sequence) else (shifts,)
    along = () if dims is None else tuple(dims) if isinstance(dims, Sequence) else (dims,)
    if not along and len(by) == 1:
        return reshape(_roll(reshape(x, -1), shifts=by, dims=(0,)), x.shape)
    if not by or len(by) != len(along):
        raise RuntimeError(f"roll: shifts and dimensions must align, got {shifts} and {dims}")
    if x.ndim == 0:
        raise IndexError(f"roll: dimension {along[0]} was given, but the tensor has none")
    return _roll(x, shifts=by, dims=tuple(normalize_dim(dim, x.ndim) for dim in along))


def rot90(x: Any, k: int = 1, dims: Sequence[int] = (0, 1)) -> Any:
    """Return ``x`` turned by ``k`` quarters, from the first of two dimensions to the second.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: unless two different dimensions are named.
    """
    if len(dims) != 2 or x.ndim < 2:
        raise RuntimeError(f"rot90: expected two dimensions, got {dims} for shape {list(x.shape)}")
    first, second = (normalize_dim(dim, x.ndim) for dim in dims)
    if first == second:
        raise RuntimeError(f"rot90: expected rotation dims to be different, got {dims}")
    quarter = k % 4
    if quarter == 1:
        return transpose(flip(x, second), first, second)
    if quarter == 2:
        return flip(x, first, second)
    if quarter == 3:
        return transpose(flip(x, first), first, second)
    return clone(x)
