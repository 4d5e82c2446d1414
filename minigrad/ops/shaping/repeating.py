"""Repeating: copies side by side, elements in place, coordinates over a grid."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.stand_in import open_to_transforms
from ...autograd.traced import Traced
from ...backend.arrays import namespace, to_host
from ..dims import normalize_dim
from ..indices.indexing import getitem
from .broadcasting import atleast_1d, expand
from .shapes import clone, reshape, sizes_of

__all__ = ["meshgrid", "repeat", "repeat_interleave", "tile"]


def repeat(x: Any, *sizes: Any) -> Any:
    """Return copies of ``x`` side by side, ``sizes`` times along each dimension.

    Args:
        x: a tensor.
        *sizes: counts, or one sequence of them: at least one per dimension; more make new
            dimensions in front.

    Derivative: the sum over the copies.

    Raises:
        RuntimeError: for fewer counts than dimensions, or a negative one.
    """
    counts = sizes_of(sizes)
    lead = len(counts) - x.ndim
    if lead < 0:
        raise RuntimeError(
            "Number of dimensions of repeat dims can not be smaller than number of dimensions of "
            f"tensor: got {counts} for shape {list(x.shape)}"
        )
    if any(count < 0 for count in counts):
        raise RuntimeError(f"repeat: counts must not be negative, got {counts}")
    shape = (1,) * lead + tuple(x.shape)
    # (m, n) -> (1, m, 1, n) -> (a, m, b, n) -> (a m, b n)
    spaced = reshape(x, [size for n in shape for size in (1, n)])
    copies = expand(spaced, [size for pair in zip(counts, shape, strict=True) for size in pair])
    return reshape(clone(copies, order="C"), [a * n for a, n in zip(counts, shape, strict=True)])


def tile(x: Any, *counts: Any, dims: Any = None) -> Any:
    """Return copies of ``x`` side by side; missing counts, at the front, are 1. See ``repeat``."""
    counts = sizes_of(counts, dims)
    return repeat(x, (1,) * (x.ndim - len(counts)) + counts)


@open_to_transforms
def repeat_interleave(
    x: Any, repeats: Any = None, dim: int | None = None, *, output_size: int | None = None
) -> Any:
    """Return ``x`` with each element (each slice along ``dim``) repeated in place.

    ``repeat_interleave(repeats)`` returns the places that are repeated: those of ``arange(n)``.

    Args:
        x: a tensor; flattened if ``dim`` is None.
        repeats: how often: one number for all, or a 1-d tensor of one for each.
        dim: the dimension along which to repeat.
        output_size: the size of the result along ``dim``, if it is known; it is checked.

    Raises:
        IndexError: for a dimension out of range.
        NotImplementedError: for repeats that are no integers.
        RuntimeError: for a negative or a wrong number of repeats, or another ``output_size``.
    """
    if repeats is None:
        if x.ndim != 1:
            raise RuntimeError("repeat_interleave only accepts a 1D vector of repeats")
        x, repeats = type(x)(np.arange(x.shape[0], dtype=x.dtype)), x
    if dim is None:
        x, dim = reshape(x, -1), 0
    dim = normalize_dim(dim, x.ndim)
    x = atleast_1d(x)
    counts = to_host(repeats._array) if isinstance(repeats, Traced) else np.asarray(repeats)
    size = x.shape[dim]
    if counts.dtype.kind not in "iu":
        raise NotImplementedError(f"repeats has to be an integer tensor, got {counts.dtype}")
    if counts.ndim > 1 or (counts.ndim == 1 and counts.size not in (1, size)):
        raise RuntimeError(
            f"repeats must be 0-dim, of size 1 or of the size of dimension {dim} of the input "
            f"({size}), got shape {counts.shape}"
        )
    if (counts < 0).any():
        raise RuntimeError("repeats can not be negative")
    array = x._array if isinstance(x, Traced) else x
    picked = np.repeat(np.arange(size), counts)
    if output_size is not None and output_size != picked.size:
        raise RuntimeError(
            f"repeat_interleave: Invalid output_size, expected {picked.size} but got {output_size}"
        )
    return getitem(x, index=(slice(None),) * dim + (namespace(array).asarray(picked), ...))


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Any, ...]:
    """Return the grids of coordinates that 1-d (or 0-d) tensors span.

    Args:
        *tensors: the coordinates along each dimension, or one sequence of them.
        indexing: "ij": dimension i belongs to tensor i; "xy": the first two are exchanged.

    Raises:
        RuntimeError: for tensors of more dimensions, of unequal dtypes, or another ``indexing``.
    """
    given = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], list | tuple) else tensors
    if not given:
        raise RuntimeError("meshgrid expects a non-empty list of Tensors")
    if indexing not in ("ij", "xy"):
        raise RuntimeError(f'meshgrid: indexing must be one of "xy" or "ij", got {indexing!r}')
    if any(x.ndim > 1 for x in given) or len({x.dtype for x in given}) > 1:
        raise RuntimeError(
            "meshgrid expects 0-d or 1-d tensors of one dtype, got "
            f"{[(tuple(x.shape), str(x.dtype)) for x in given]}"
        )
    order = list(range(len(given)))
    if indexing == "xy" and len(given) > 1:
        order[:2] = [1, 0]
    sizes = [0] * len(given)
    for x, axis in zip(given, order, strict=True):
        sizes[axis] = math.prod(x.shape)
    return tuple(
        expand(reshape(x, [-1 if axis == place else 1 for axis in range(len(given))]), sizes)
        for x, place in zip(given, order, strict=True)
    )
