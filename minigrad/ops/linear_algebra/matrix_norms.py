"""Norms of matrices, and how far matrices are from singular ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ...autograd.fitting import cast
from ...backend.arrays import namespace
from ...backend.dtypes import as_dtype
from ..dims import Dims, normalize_dim, numpy_names
from ..pointwise.comparison import nan_to_num, where
from ..pointwise.elementwise import abs
from ..pointwise.powers import reciprocal
from ..reducing.extrema import amax, amin
from ..reducing.norms import vector_norm
from ..reducing.reductions import sum
from .checks import check_floating, check_matrix, check_square
from .inverse import _inv_ex
from .svd import nuclear, over_singular_values, svdvals


@numpy_names
def matrix_norm(
    A: Any,
    ord: Any = "fro",
    dim: Sequence[int] = (-2, -1),
    keepdim: bool = False,
    *,
    dtype: Any = None,
) -> Any:
    """Return the norms of matrices.

    Args:
        A: a tensor of at least two dimensions.
        ord: "fro" for the root of the sum of squares, "nuc" for the sum of the singular values, 2
            (-2) for the largest (smallest) of them, inf (-inf) for the largest (smallest) sum of
            absolute values of a row, 1 (-1) of a column.
        dim: the dimensions of the matrices' rows and columns.
        keepdim: keep both, as size 1.
        dtype: convert ``A`` to it first.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for fewer than two dimensions, integers, another order.

    Example:
        >>> import minigrad as mg
        >>> mg.linalg.matrix_norm(mg.tensor([[3.0, 0.0], [0.0, 4.0]]), "nuc")
        tensor(7.)
    """
    name = "linalg.matrix_norm"
    check_floating(name, A, half=NotImplementedError)
    check_matrix(name, A)
    if not isinstance(dim, Sequence) or len(dim) != 2:
        raise RuntimeError(f"{name}: dim must be a 2-tuple, got {dim}")
    rows, columns = (normalize_dim(d, A.ndim) for d in dim)
    if rows == columns:
        raise RuntimeError(f"{name}: dims must be different. Got {tuple(dim)}")
    if dtype is not None:
        A = cast(A, dtype=as_dtype(dtype))
    if ord == "fro":
        return vector_norm(A, 2, (rows, columns), keepdim)
    if ord == "nuc":
        return nuclear(A, (rows, columns), keepdim)
    if ord in (2, -2):
        return over_singular_values(
            A, (rows, columns), keepdim, lambda S: _extreme(S, S.ndim - 1, ord > 0, False)
        )
    if ord not in (1, -1, math.inf, -math.inf):
        raise RuntimeError(f"{name}: Order {ord} not supported.")
    summed, chosen = (rows, columns) if ord in (1, -1) else (columns, rows)
    out = _extreme(sum(abs(A), summed, True), chosen, ord > 0, True)
    return out if keepdim else out.reshape(_without(A.shape, (rows, columns)))


def _extreme(x: Any, dim: int, largest: bool, keepdim: bool) -> Any:
    """Return the largest or the smallest along a dimension; the largest of nothing is 0."""
    if largest and not x.shape[dim]:
        return sum(x.detach(), dim, keepdim)
    return (amax if largest else amin)(x, dim, keepdim)


def _without(shape: tuple[int, ...], dims: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(n for d, n in enumerate(shape) if d not in dims)


@numpy_names
def norm(
    x: Any, ord: Any = None, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """Return the norm of vectors or matrices, or of all elements of a tensor.

    Args:
        x: a tensor.
        ord: that of ``matrix_norm`` for two dimensions, of ``vector_norm`` for one; None for 2,
            over any number of dimensions taken as one.
        dim: one dimension, or two; None for all of a vector or matrix.
        keepdim: keep the reduced dimensions, as size 1.
        dtype: convert ``x`` to it first.

    Raises:
        RuntimeError: for an order and other numbers of dimensions.
    """
    dims = None if dim is None else (dim,) if isinstance(dim, int) else tuple(dim)
    if ord is not None:
        if dims is not None and len(dims) not in (1, 2):
            raise RuntimeError(
                f"linalg.norm: If dim is specified, it must be of length 1 or 2. Got {[*dims]}"
            )
        if dims is None and x.ndim not in (1, 2):
            raise RuntimeError(
                "linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got "
                f"{x.ndim}D."
            )
        if isinstance(ord, str) or (x.ndim if dims is None else len(dims)) == 2:
            return matrix_norm(x, ord, (-2, -1) if dims is None else dims, keepdim, dtype=dtype)
    return vector_norm(x, 2 if ord is None else ord, dims, keepdim, dtype=dtype)


def cond(A: Any, p: Any = None) -> Any:
    """Return the condition numbers of matrices: ``norm(A, p) * norm(inv(A), p)``.

    Args:
        A: matrices; square unless ``p`` is None, 2 or -2.
        p: an order of ``matrix_norm``; None for 2, the ratio of the largest to the smallest
            singular value.

    Shapes: ``(..., m, n) -> (...)``. Infinite for singular matrices.

    Raises:
        RuntimeError: for fewer than two dimensions, integers, another order.
    """
    check_matrix("linalg.cond", A, "A")
    if not (p is None or p in ("fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf)):
        raise RuntimeError(f"linalg.cond got an invalid norm type: {p}")
    if p not in (None, 2, -2):
        check_square(f"linalg.cond(ord={p})", A)
    check_floating("linalg.svd", A, half=NotImplementedError)
    if not A._array.size:
        return A._result_class._wrap(namespace(A._array).zeros(A.shape[:-2], A.real.dtype))
    if p in (None, 2, -2):
        S = svdvals(A)
        return S[..., -1] / S[..., 0] if p == -2 else S[..., 0] / S[..., -1]
    if p == "nuc":
        S = svdvals(A)
        return sum(S, -1) * sum(reciprocal(S), -1)
    inverse, info = _inv_ex(A)
    inverse = where((info != 0).reshape((*info.shape, 1, 1)), math.inf, inverse)
    return nan_to_num(matrix_norm(A, p) * matrix_norm(inverse, p), math.inf, math.inf, -math.inf)


def nuclear_norm(input: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Return the sums of the singular values of matrices.

    Args:
        input: a matrix, or a tensor with ``dim``.
        dim: the dimensions of the matrices' rows and columns; the last two by default.
        keepdim: keep both, as size 1.
    """
    if isinstance(dim, bool):  # nuclear_norm(input, keepdim)
        dim, keepdim = None, dim
    return matrix_norm(input, "nuc", (-2, -1) if dim is None else dim, keepdim)


def frobenius_norm(input: Any, dim: Any, keepdim: bool = False) -> Any:
    """Return the root of the sum of squares over one dimension or two, all for an empty ``dim``.

    Raises:
        RuntimeError: for more dimensions.
    """
    dims = (dim,) if isinstance(dim, int) else tuple(dim)
    if len(dims) > 2:
        raise RuntimeError(f"Expected at most 2 dimensions, but got {len(dims)} instead.")
    return vector_norm(input, 2, dims or None, keepdim)
