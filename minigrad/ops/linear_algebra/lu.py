"""The LU decomposition: Gaussian elimination with exchanges of rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.fitting import conjugated
from ...autograd.primitive import Keep, primitive
from ...autograd.stand_in import open_to_transforms
from ...backend import factorizations
from ...backend.arrays import namespace
from ..indices.scatter import take_along_dim
from ..reducing.sorting import argsort
from ..shaping.diagonals import tril, triu
from ..shaping.joining import cat
from .checks import check_floating
from .results import linalg_lu, linalg_lu_factor, linalg_lu_factor_ex
from .results import lu_unpack as unpacked
from .triangular import _solve_triangular, check_system

# --- the factors ----------------------------------------------------------------------------------


def _lu_rule(g: Any, out: Any, back: Any) -> Any:
    """dA = P L^-T [tril(L^T gL, -1) + triu(gU U^T)] U^-T, and its like for matrices not square.

    With more rows than columns L = (L1; L2), where L2 = A2 U^-1 follows from U: it receives
    gL2 U^-T and sends -L2^T gL2 to the upper part. With more columns, the same of U2 = L^-1 A2.
    """
    g, LU = g[0], out[0]
    k = min(LU.shape[-2:])
    square, L2, U2 = LU[..., :k, :k], LU[..., k:, :k], LU[..., :k, k:]
    g1, gL2, gU2 = g[..., :k, :k], g[..., k:, :k], g[..., :k, k:]
    gL1, gU1 = tril(g1, -1), triu(g1)
    lower = gL1 + tril(square, -1).mT @ gL1 - gU2 @ U2.mT
    upper = gU1 @ triu(square).mT - L2.mT @ gL2
    rows = _by_lower(square, cat([tril(lower, -1) + triu(upper), gU2], -1))
    left = _by_upper(square, cat([rows[..., :k], gL2], -2))
    gA = cat([left, rows[..., k:]], -1) if U2.shape[-1] else left
    return take_along_dim(gA, back, -2)


def _by_lower(L: Any, x: Any) -> Any:
    """Return ``L^-T x``, for L with ones on its diagonal."""
    return _solve_triangular(L.mT, x, upper=True, unitriangular=True)


def _by_upper(U: Any, x: Any) -> Any:
    """Return ``x U^-T``."""
    return _solve_triangular(U, x.mT, upper=True, unitriangular=False).mT


@primitive(A=_lu_rule)
def _lu_factor_ex(A: Any) -> Any:
    """Return both factors in one matrix, the exchanges, and the number of the pivot that is 0."""
    LU, pivots = factorizations.lu(A)
    rows = factorizations.permutation(pivots, A.shape[-2])
    back = np.argsort(rows, -1)[..., None]
    return Keep((LU, pivots, factorizations.first_zero(LU)), back=back)


@primitive()
def _row_order(pivots: Any, *, m: int) -> Any:
    """Return the rows of ``A`` in the order in which they are those of ``L @ U``."""
    return factorizations.permutation(pivots, m)


def lu_factor_ex(A: Any, *, pivot: bool = True, check_errors: bool = False) -> Any:
    """Return ``lu_factor(A)`` and ``info``: 0, or the number of the first pivot that is 0.

    Args:
        A, pivot: as ``lu_factor``.
        check_errors: raise for matrices that have such a pivot.
    """
    check_floating("lu_cpu", A, integers=NotImplementedError, half=NotImplementedError)
    if A.ndim < 2:
        raise RuntimeError(
            f"torch.lu_factor: Expected tensor with 2 or more dimensions. Got size: {[*A.shape]}"
        )
    if not pivot:
        raise RuntimeError("linalg.lu_factor: LU without pivoting is not implemented on the CPU")
    LU, pivots, info = _lu_factor_ex(A)
    if check_errors:
        check_pivots("torch.linalg.lu_factor_ex", info)
    return linalg_lu_factor_ex(LU, pivots, info)


def lu_factor(A: Any, *, pivot: bool = True) -> Any:
    """Return the LU decomposition in LAPACK's form, for ``lu_solve``.

    Args:
        A: matrices.
        pivot: must be True.

    Shapes: ``(..., m, n) -> (..., m, n), (..., k)``, k the smaller of m and n. Above and on the
    diagonal are U, below are L without the ones on its diagonal. The pivots, int32, say for each
    row, from 1, with which other it was exchanged.

    Raises:
        RuntimeError: for a pivot that is 0, fewer than two dimensions, ``pivot=False``.
    """
    found = lu_factor_ex(A, pivot=pivot)
    check_pivots("torch.linalg.lu_factor", found.info)
    return linalg_lu_factor(found.LU, found.pivots)


@open_to_transforms
def check_pivots(name: str, info: Any) -> None:
    """Raise if a pivot is zero somewhere in a batch."""
    failed = [(i, n) for i, n in enumerate(info.reshape((-1,)).tolist()) if n]
    if failed:
        i, n = failed[0]
        raise RuntimeError(
            f"{name}: {f'(Batch element {i}): ' if info.ndim else ''}U[{n},{n}] is zero and using "
            "it on lu_solve would result in a division by zero. If you still want to perform the "
            "factorization, consider calling linalg.lu(A, pivot) or linalg.lu_factor_ex(A, pivot)"
        )


def lu(A: Any, *, pivot: bool = True) -> Any:
    """Return ``P, L, U`` with ``A = P @ L @ U``: a permutation, a lower and an upper triangle.

    Args:
        A: matrices.
        pivot: must be True.

    Shapes: ``(..., m, n) -> (..., m, m), (..., m, k), (..., k, n)``, k the smaller of m and n.

    Derivative: with the permutation held fixed.

    Raises:
        RuntimeError: for fewer than two dimensions, ``pivot=False``.

    Example:
        >>> import minigrad as mg
        >>> mg.linalg.lu(mg.tensor([[1.0, 2.0], [2.0, 6.0]])).U
        tensor([[ 2.,  6.],
                [ 0., -1.]])
    """
    found = lu_factor_ex(A, pivot=pivot)
    return linalg_lu(*lu_unpack(found.LU, found.pivots))


def lu_unpack(
    LU_data: Any, LU_pivots: Any, unpack_data: bool = True, unpack_pivots: bool = True
) -> Any:
    """Return ``P, L, U`` of what ``lu_factor`` returned.

    Args:
        LU_data, LU_pivots: what it returned.
        unpack_data: whether to return L and U, else empty tensors.
        unpack_pivots: whether to return P, else an empty tensor.

    Raises:
        RuntimeError: for pivots that are not int32.
    """
    m, n = LU_data.shape[-2:]
    k = min(m, n)
    xp = namespace(LU_data._array)
    L = U = LU_data.reshape((-1,))[:0]
    P = L.detach()
    if unpack_pivots:
        P = _permutation_matrix(_order("torch.lu_unpack", LU_pivots, m), dtype=LU_data.dtype)
    if unpack_data:
        L = tril(LU_data[..., :k], -1) + xp.eye(m, k, dtype=LU_data.dtype)
        U = triu(LU_data[..., :k, :])
    return unpacked(P, L, U)


@primitive()
def _permutation_matrix(order: Any, *, dtype: Any) -> Any:
    """Return the matrix that moves row ``i`` to place ``order[i]``."""
    xp = namespace(order)
    return (order[..., None, :] == xp.arange(order.shape[-1])[:, None]).astype(dtype)


def _order(name: str, pivots: Any, m: int) -> Any:
    if pivots.dtype != np.int32:
        raise RuntimeError(f"{name}: pivots should be a Tensor of scalar type torch.int32")
    return _row_order(pivots, m=m)


# --- solutions by the factors ---------------------------------------------------------------------


def lu_solve(LU: Any, pivots: Any, B: Any, *, left: bool = True, adjoint: bool = False) -> Any:
    """Return the solution ``X`` of ``A @ X = B``, for ``A`` decomposed by ``lu_factor``.

    Args:
        LU, pivots: what ``lu_factor(A)`` returned.
        B: the right-hand sides, as columns.
        left: False solves ``X @ A = B`` instead.
        adjoint: True takes the conjugate transpose of ``A`` for ``A``.

    Shapes: ``(..., n, n), (..., n), (..., n, k) -> (..., n, k)``, batch dimensions broadcast.

    Derivative: through ``LU`` and ``B``.

    Raises:
        RuntimeError: for shapes or dtypes that do not fit.
    """
    check_floating("linalg.lu_solve", LU, B)
    check_system("linalg.lu_solve", LU, B, left)
    if pivots.shape != LU.shape[:-1]:
        raise RuntimeError(
            "linalg.lu_solve: Expected LU.shape[:-1] and pivots.shape to be the same, but got "
            f"pivots with shape {[*pivots.shape]} instead"
        )
    order = _order("linalg.lu_solve", pivots, LU.shape[-1])
    if adjoint:
        LU = conjugated(LU)
    if left:
        return _solved(LU, order, B, transposed=adjoint)
    return _solved(LU, order, B.mT, transposed=not adjoint).mT


def _solved(LU: Any, order: Any, B: Any, transposed: bool) -> Any:
    """Return ``X`` with ``P L U X = B``, or ``(P L U)^T X = B``."""
    if not transposed:
        Y = _solve_triangular(LU, _rows(B, order), upper=False, unitriangular=True)
        return _solve_triangular(LU, Y, upper=True, unitriangular=False)
    Y = _solve_triangular(LU.mT, B, upper=False, unitriangular=False)
    Z = _solve_triangular(LU.mT, Y, upper=True, unitriangular=True)
    return _rows(Z, argsort(order))


def _rows(x: Any, order: Any) -> Any:
    """Return the rows of matrices in another order; batch dimensions broadcast."""
    ndim = max(x.ndim, order.ndim + 1)
    x = x.reshape((*(1,) * (ndim - x.ndim), *x.shape))
    order = order.reshape((*(1,) * (ndim - order.ndim - 1), *order.shape, 1))
    return take_along_dim(x, order, -2)
