"""Products with sparse matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd.fitting import conjugated
from ..autograd.primitive import primitive
from ..ops.indices.accumulation import put
from .coordinates import Coordinates, is_sparse, sparse
from .creation import coalesce


def _sampled(g: Any, dense: Any, rows: Any, columns: Any) -> Any:
    """dv of an entry (r, c): the product of row r of g and row c of the dense matrix."""
    return (g[rows] * conjugated(dense)[columns]).sum(-1)


def _spread(g: Any, values: Any, rows: Any, columns: Any, dense_shape: Any) -> Any:
    """The transposed sparse matrix times g."""
    return _sparse_product(conjugated(values), g, rows=columns, columns=rows, length=dense_shape[0])


@primitive(values=_sampled, dense=_spread)
def _sparse_product(values: Any, dense: Any, *, rows: Any, columns: Any, length: int) -> Any:
    """out[r] = sum of v * dense[c] over the entries (r, c, v) of a sparse matrix."""
    return put(values[:, None] * dense[columns], (length, dense.shape[1]), (rows,))


def product(x: Any, y: Any) -> Any:
    """Return the product of two matrices, or a matrix and a vector, at least one of them sparse.

    Raises:
        RuntimeError: for other shapes, and different dtypes.
    """
    if not is_sparse(x):
        return product(y.t(), x.t()).t() if x.ndim == 2 else product(y.t(), x)
    found: Coordinates = x._array
    if x.ndim != 2 or len(found.indices) != 2 or y.ndim not in (1, 2) or x.shape[1] != y.shape[0]:
        raise RuntimeError(
            f"a sparse matrix of shape {tuple(x.shape)} cannot be multiplied by a tensor of shape "
            f"{tuple(y.shape)}"
        )
    if x.dtype != y.dtype:
        raise RuntimeError(f"expected operands of one dtype, got {x.dtype} and {y.dtype}")
    if is_sparse(y):
        return _of_sparse_matrices(x, y)
    rows, columns = found.indices
    dense = y if y.ndim == 2 else y.unsqueeze(1)
    out = _sparse_product(found.values, dense, rows=rows, columns=columns, length=x.shape[0])
    return out if y.ndim == 2 else out.squeeze(1)


def _of_sparse_matrices(x: Any, y: Any) -> Any:
    """Pair each entry (r, k) of the first with all entries (k, c) of the second."""
    left, right = x._array, coalesce(y)._array
    rows, inner = left.indices
    begin = np.searchsorted(right.indices[0], np.arange(y.shape[0] + 1))
    counts = np.diff(begin)[inner]
    first = np.repeat(np.arange(len(inner)), counts)
    # The entries of a row k are neighbours: the i-th of an entry's partners is begin[k] + i.
    step = np.arange(len(first)) - np.repeat(np.cumsum(counts) - counts, counts)
    second = begin[inner[first]] + step
    values = left.values[first] * right.values[second]
    indices = np.stack([rows[first], right.indices[1][second]])
    return coalesce(sparse(indices, values, (x.shape[0], y.shape[1])))


def mm(mat1: Any, mat2: Any) -> Any:
    """Return the product of two matrices: dense unless both are sparse.

    Raises:
        RuntimeError: for shapes that do not fit, and different dtypes.
    """
    for name, matrix in (("mat1", mat1), ("mat2", mat2)):
        if matrix.ndim != 2:
            raise RuntimeError(f"mm: expected {name} to be a matrix, got {matrix.ndim} dimensions")
    return mat1 @ mat2


def addmm(mat: Any, mat1: Any, mat2: Any, *, beta: float = 1.0, alpha: float = 1.0) -> Any:
    """Return ``beta * mat + alpha * (mat1 @ mat2)``."""
    return mat * beta + mm(mat1, mat2) * alpha
