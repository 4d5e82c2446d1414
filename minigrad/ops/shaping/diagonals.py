"""Diagonals and triangles of matrices, and of batches of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...backend.arrays import namespace
from ...backend.selection import select
from ..dims import normalize_dim
from .shapes import clone, ravel

__all__ = ["diag", "diag_embed", "diagflat", "diagonal", "tril", "triu"]


@primitive(
    x=lambda g, x_shape, offset, dim1, dim2: _put_diagonal(
        g, shape=x_shape, offset=offset, dim1=dim1, dim2=dim2
    ),
    view=True,
)
def _diagonal(x: Any, *, offset: int, dim1: int, dim2: int) -> Any:
    out = np.diagonal(x, offset, dim1, dim2)
    if isinstance(out, np.ndarray):
        out.flags.writeable = x.flags.writeable  # NumPy's caution; ours is a view like any other
    return out


@primitive(
    x=lambda g, offset, dim1, dim2: _diagonal(g, offset=offset, dim1=dim1, dim2=dim2),
)
def _put_diagonal(x: Any, *, shape: tuple[int, ...], offset: int, dim1: int, dim2: int) -> Any:
    """Zeros of ``shape`` with ``x`` on a diagonal: the adjoint of reading it."""
    out = namespace(x).zeros(shape, x.dtype)
    _diagonal.primitive.forward(out, offset=offset, dim1=dim1, dim2=dim2)[...] = x
    return out


def diagonal(x: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """Return a view of the diagonals of the matrices that ``dim1`` and ``dim2`` span.

    Args:
        x: a tensor of at least two dimensions.
        offset: how far above (below, if negative) the main diagonal.
        dim1: the matrices' rows.
        dim2: their columns.

    Shapes: without ``dim1`` and ``dim2``, the diagonal being the last dimension.

    Derivative: zeros with ``g`` on the diagonal.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: if ``dim1`` and ``dim2`` are the same.
    """
    dim1, dim2 = _two(dim1, dim2, x.ndim)
    return _diagonal(x, offset=offset, dim1=dim1, dim2=dim2)


def diag_embed(x: Any, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Any:
    """Return matrices, zero except for a diagonal that is the last dimension of ``x``.

    Derivative: the diagonal of ``g``.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: if ``dim1`` and ``dim2`` are the same.
    """
    ndim = x.ndim + 1
    if x.ndim == 0:
        raise IndexError("diag_embed: expected at least one dimension, got a 0-d tensor")
    dim1, dim2 = _two(dim1, dim2, ndim)
    shape = list(x.shape[:-1])
    for dim in sorted((dim1, dim2)):
        shape.insert(dim, x.shape[-1] + abs(offset))
    return _put_diagonal(x, shape=tuple(shape), offset=offset, dim1=dim1, dim2=dim2)


def diag(x: Any, diagonal: int = 0) -> Any:
    """Return a copy of a matrix's diagonal, or the matrix that has a vector as its diagonal.

    Raises:
        RuntimeError: for other numbers of dimensions.
    """
    if x.ndim == 1:
        return diag_embed(x, diagonal)
    if x.ndim == 2:
        return clone(_diagonal(x, offset=diagonal, dim1=0, dim2=1))
    raise RuntimeError(f"diag(): supports 1D or 2D tensors, got {x.ndim}D")


def diagflat(x: Any, offset: int = 0) -> Any:
    """Return the matrix that has all elements of ``x``, in row-major order, as its diagonal."""
    return diag_embed(ravel(x), offset)


def _two(dim1: int, dim2: int, ndim: int) -> tuple[int, int]:
    first, second = normalize_dim(dim1, ndim), normalize_dim(dim2, ndim)
    if first == second:
        raise RuntimeError(f"diagonal dimensions cannot be identical: {dim1}, {dim2}")
    return first, second


@primitive(x=lambda g, diagonal: _tril(g, diagonal=diagonal))
def _tril(x: Any, *, diagonal: int) -> Any:
    return select(_below(x, diagonal), x, False)  # of any dtype, bool too


def tril(x: Any, diagonal: int = 0) -> Any:
    """Return matrices with the elements above a diagonal set to zero.

    Derivative: the same of ``g``.

    Raises:
        RuntimeError: for fewer than two dimensions.
    """
    _check_matrix("tril", x)
    return _tril(x, diagonal=diagonal)


@primitive(x=lambda g, diagonal: _triu(g, diagonal=diagonal))
def _triu(x: Any, *, diagonal: int) -> Any:
    return select(~_below(x, diagonal - 1), x, False)


def triu(x: Any, diagonal: int = 0) -> Any:
    """Return matrices with the elements below a diagonal set to zero. See ``tril``."""
    _check_matrix("triu", x)
    return _triu(x, diagonal=diagonal)


def _below(x: Any, diagonal: int) -> Any:
    """Return a mask of the elements of a matrix on and below a diagonal."""
    return namespace(x).tri(*x.shape[-2:], diagonal, bool)


def _check_matrix(name: str, x: Any) -> None:
    if x.ndim < 2:
        raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions, got {x.ndim}")
