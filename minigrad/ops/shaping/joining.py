"""Joining and splitting: one tensor from several, several from one."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.traced import Traced
from ...backend.arrays import is_array
from ..dims import normalize_dim
from ..indices.indexing import getitem
from .broadcasting import atleast_1d, atleast_2d, atleast_3d
from .shapes import reshape

__all__ = [
    "cat",
    "chunk",
    "concat",
    "concatenate",
    "dstack",
    "hstack",
    "split",
    "stack",
    "tensor_split",
    "unbind",
    "vstack",
]

# --- joining ------------------------------------------------------------------------------------


@primitive(
    joint=lambda g, tensors_shape, dim: _split(
        g, sizes=tuple(shape[dim] for shape in tensors_shape), dim=dim
    ),
    dtypes="promote",
)
def _cat(*tensors: Any, dim: int) -> Any:
    return np.concatenate(tensors, axis=dim)


def cat(tensors: Sequence[Any], dim: int = 0) -> Any:
    """Return the tensors joined along a dimension they have.

    Shapes: equal except in ``dim``; tensors of shape (0,) fit all others.

    Derivative: ``g`` split at the joints.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for shapes that do not fit, or 0-d tensors.
        ValueError: for no tensors.
    """
    given = _tensors("cat", tensors)
    shapes = [x.shape for x in given]
    if () in shapes:
        raise RuntimeError(
            f"zero-dimensional tensor (at position {shapes.index(())}) cannot be concatenated"
        )
    first = next((shape for shape in shapes if shape != (0,)), (0,))
    dim = normalize_dim(dim, len(first))
    before, after = first[:dim], first[dim + 1 :]
    for i, shape in enumerate(shapes):
        if shape[:dim] == before and shape[dim + 1 :] == after and len(shape) == len(first):
            continue
        if shape != (0,):
            raise RuntimeError(
                f"cat: sizes of tensors must match except in dimension {dim}: expected "
                f"{list(first)}, got {list(shape)} for tensor number {i} in the list"
            )
        given[i] = reshape(given[i], (*before, 0, *after))  # fits anywhere; its dtype counts
    return _cat(*given, dim=dim)


concat = concatenate = cat


@primitive(joint=lambda g, dim: _unbind(g, dim=dim), dtypes="promote")
def _stack(*tensors: Any, dim: int) -> Any:
    place = (*(slice(None),) * dim, None)
    return np.concatenate([x[place] for x in tensors], axis=dim)  # np.stack takes twice as long


def stack(tensors: Sequence[Any], dim: int = 0) -> Any:
    """Return the tensors joined along a new dimension.

    Shapes: all equal.

    Derivative: ``g`` at each tensor's place.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for unequal shapes, or no tensors.
    """
    given = _tensors("stack", tensors)
    for i, x in enumerate(given):
        if x.shape != given[0].shape:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(given[0].shape)} at "
                f"entry 0 and {list(x.shape)} at entry {i}"
            )
    return _stack(*given, dim=normalize_dim(dim, given[0].ndim + 1))


def hstack(tensors: Sequence[Any]) -> Any:
    """Return the tensors joined side by side: along dimension 1, vectors along dimension 0."""
    given = [atleast_1d(x) for x in _tensors("hstack", tensors)]
    return cat(given, 0 if given[0].ndim == 1 else 1)


def vstack(tensors: Sequence[Any]) -> Any:
    """Return the tensors joined below each other, vectors being rows."""
    return cat([atleast_2d(x) for x in _tensors("vstack", tensors)], 0)


def dstack(tensors: Sequence[Any]) -> Any:
    """Return the tensors joined behind each other, along dimension 2."""
    return cat([atleast_3d(x) for x in _tensors("dstack", tensors)], 2)


def _tensors(name: str, tensors: Sequence[Any]) -> list[Any]:
    if not isinstance(tensors, list | tuple):
        raise TypeError(
            f"{name}(): argument 'tensors' must be a tuple or list of Tensors, not "
            f"{type(tensors).__name__}"
        )
    for i, x in enumerate(tensors):
        if not isinstance(x, Traced) and not is_array(x):
            raise TypeError(
                f"{name}(): expected Tensor as element {i} of 'tensors', got {type(x).__name__}"
            )
    if not tensors:
        error = ValueError if name == "cat" else RuntimeError  # PyTorch's
        raise error(f"{name}(): expected a non-empty list of Tensors")
    return list(tensors)


# --- splitting ----------------------------------------------------------------------------------
# One primitive with several results, not one getitem each: the gradient of n parts is then one
# concatenation, not n tensors of zeros with a part filled in.


@primitive(x=lambda g, dim: _cat(*g, dim=dim), view=True)
def _split(x: Any, *, sizes: tuple[int, ...], dim: int) -> tuple[Any, ...]:
    ends = accumulate(sizes, initial=0)
    return tuple(x[(slice(None),) * dim + (slice(*ends),)] for ends in pairwise(ends))


def split(x: Any, split_size_or_sections: int | Sequence[int], dim: int = 0) -> tuple[Any, ...]:
    """Return views of ``x`` cut along ``dim``.

    Args:
        x: a tensor.
        split_size_or_sections: the size of all parts (the last may be smaller), or of each.
        dim: the dimension to cut.

    Derivative: the parts' gradients joined.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: if the sizes do not add up, or one is negative.
    """
    size = _size("split", x, dim)
    given = split_size_or_sections
    if not isinstance(given, Sequence):
        given = operator.index(given)
        if given < 0 or (given == 0 and size):
            raise RuntimeError(f"split expects split_size to be positive, got {given}")
        full, rest = divmod(size, given) if given else (1, 0)
        given = [given] * full + ([rest] if rest or not full else [])
    elif sum(map(operator.index, given)) != size or any(n < 0 for n in given):
        raise RuntimeError(
            f"split expects sizes >= 0 that sum to {size} (the size of dimension {dim} of a "
            f"tensor of shape {list(x.shape)}), got {list(given)}"
        )
    return _split(x, sizes=tuple(given), dim=normalize_dim(dim, x.ndim))


def chunk(x: Any, chunks: int, dim: int = 0) -> tuple[Any, ...]:
    """Return at most ``chunks`` views of ``x``, equal parts but for the last one.

    Raises:
        RuntimeError: unless ``chunks`` is positive.
    """
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    size = _size("chunk", x, dim)
    if size == 0:
        return split(x, [0] * chunks, dim)
    return split(x, -(-size // chunks), dim)


def tensor_split(x: Any, indices_or_sections: int | Sequence[int], dim: int = 0) -> tuple[Any, ...]:
    """Return views of ``x`` cut into so many nearly equal parts, or cut at the given indices.

    Raises:
        RuntimeError: if the number of parts is not positive.
    """
    size = _size("tensor_split", x, dim)
    given = indices_or_sections
    if isinstance(given, Traced):
        if len(given.shape) > 1 or given.dtype != np.int64:
            raise RuntimeError(
                "tensor_split expects indices_or_sections to be a 0-d or 1-d tensor of int64, got "
                f"{given.dtype} of shape {list(given.shape)}"
            )
        given = given._array.tolist()
    if not isinstance(given, Sequence):
        if given <= 0:
            raise RuntimeError(f"number of sections must be larger than 0, got {given}")
        low, more = divmod(size, given)
        return split(x, [low + (i < more) for i in range(given)], dim)
    bounds = [slice(a, b).indices(size)[:2] for a, b in pairwise([None, *given, None])]
    if all(a <= b for a, b in bounds) and all(p[1] == q[0] for p, q in pairwise(bounds)):
        return split(x, [b - a for a, b in bounds], dim)
    # Indices out of order: parts overlap or leave gaps.
    lead = (slice(None),) * normalize_dim(dim, x.ndim)
    return tuple(getitem(x, index=(*lead, slice(a, b), ...)) for a, b in bounds)


@primitive(x=lambda g, dim: _stack(*g, dim=dim), view=True)
def _unbind(x: Any, *, dim: int) -> tuple[Any, ...]:
    rows = np.moveaxis(x, dim, 0)
    return tuple(rows[i, ...] for i in range(len(rows)))


def unbind(x: Any, dim: int = 0) -> tuple[Any, ...]:
    """Return views of all the slices of ``x`` along ``dim``, without that dimension.

    Derivative: the slices' gradients stacked.

    Raises:
        IndexError: for a dimension out of range, or a 0-d tensor.
    """
    if x.ndim == 0:
        raise IndexError("unbind: a 0-d tensor has no dimension to take apart")
    return _unbind(x, dim=normalize_dim(dim, x.ndim))


def _size(name: str, x: Any, dim: int) -> int:
    if x.ndim == 0:
        raise RuntimeError(f"{name} expects at least a 1-dimensional tensor")
    return x.shape[normalize_dim(dim, x.ndim)]
