"""PyTorch's names outside of its linalg namespace: older, with other defaults and argument orders.

Those that mean the same as in the namespace are merely named here.
"""

from __future__ import annotations

from typing import Any

from ...backend.arrays import namespace
from ..contracting.products import outer
from . import products
from .adjoints import adjoint
from .checks import check_floating, check_matrix
from .cholesky import cholesky as _cholesky
from .cholesky import cholesky_inverse, cholesky_solve
from .determinants import det, logdet, slogdet
from .eigen import lobpcg
from .inverse import inv
from .low_rank import pca_lowrank, svd_lowrank
from .lu import lu_factor_ex, lu_unpack
from .lu import lu_solve as _lu_solve
from .matrix_functions import matrix_exp, matrix_power
from .matrix_norms import frobenius_norm, nuclear_norm
from .products import addbmm, addr, inner, multi_dot, vdot
from .pseudoinverse import pinv
from .qr import geqrf, householder_product, ormqr
from .qr import qr as _qr
from .results import qr as qr_result
from .results import svd as svd_result
from .results import triangular_solve as solved
from .svd import svd as _svd
from .triangular import solve_triangular

__all__ = [
    "addbmm",
    "addr",
    "chain_matmul",
    "cholesky",
    "cholesky_inverse",
    "cholesky_solve",
    "cross",
    "det",
    "frobenius_norm",
    "geqrf",
    "ger",
    "inner",
    "inverse",
    "lobpcg",
    "logdet",
    "lu",
    "lu_solve",
    "lu_unpack",
    "matrix_exp",
    "matrix_power",
    "nuclear_norm",
    "orgqr",
    "ormqr",
    "pca_lowrank",
    "pinverse",
    "qr",
    "slogdet",
    "svd",
    "svd_lowrank",
    "triangular_solve",
    "vdot",
]

ger = outer
inverse = inv
orgqr = householder_product


def cholesky(input: Any, upper: bool = False) -> Any:
    """Return ``linalg.cholesky(input)``, by which the triangle may be named by position."""
    check_floating("cholesky", input, integers=NotImplementedError)
    return _cholesky(input, upper=upper)


def pinverse(input: Any, rcond: float = 1e-15) -> Any:
    """Return ``linalg.pinv(input)``, with a smaller tolerance."""
    return pinv(input, rcond)


def qr(input: Any, some: bool = True) -> Any:
    """Return ``linalg.qr(input)``; the complete one unless ``some``."""
    return qr_result(*_qr(input, "reduced" if some else "complete"))


def svd(input: Any, some: bool = True, compute_uv: bool = True) -> Any:
    """Return ``U, S, V`` with ``input = U @ diag(S) @ V.mT``: V, unlike ``linalg.svd``'s Vh.

    Args:
        input: matrices.
        some: return just the columns of U and V that S belongs to.
        compute_uv: False puts zeros, without gradient, in their places.

    Raises:
        LinAlgError, RuntimeError: as ``linalg.svd``.
    """
    U, S, Vh = _svd(input, full_matrices=not some and compute_uv)
    if compute_uv:
        return svd_result(U, S, adjoint(Vh))
    *batch, m, n = input.shape
    xp, wrap = namespace(input._array), input._result_class._wrap
    empty = (wrap(xp.zeros((*batch, k, k), input.dtype)) for k in (m, n))
    return svd_result(next(empty), S, next(empty))


def lu(A: Any, pivot: bool = True, get_infos: bool = False) -> Any:
    """Return ``linalg.lu_factor(A)`` without looking for pivots that are 0, and maybe ``info``.

    Args:
        A: matrices.
        pivot: must be True.
        get_infos: return the numbers of such pivots, too.
    """
    found = lu_factor_ex(A, pivot=pivot)
    return tuple(found) if get_infos else (found.LU, found.pivots)


def lu_solve(b: Any, LU_data: Any, LU_pivots: Any) -> Any:
    """Return ``linalg.lu_solve(LU_data, LU_pivots, b)``."""
    return _lu_solve(LU_data, LU_pivots, b)


def triangular_solve(
    b: Any, A: Any, upper: bool = True, transpose: bool = False, unitriangular: bool = False
) -> Any:
    """Return ``linalg.solve_triangular(A, b)`` and a copy of ``A``.

    Args:
        b: the right-hand sides, as columns.
        A: triangular matrices.
        upper, unitriangular: as ``linalg.solve_triangular``.
        transpose: take the transpose of ``A`` for ``A``.
    """
    check_matrix("torch.triangular_solve", b, "b")
    check_matrix("torch.triangular_solve", A)
    taken = A.mT if transpose else A
    solution = solve_triangular(taken, b, upper=upper != transpose, unitriangular=unitriangular)
    return solved(solution, A.expand((*solution.shape[:-2], *A.shape[-2:])).clone())


def chain_matmul(*matrices: Any) -> Any:
    """Return ``linalg.multi_dot(matrices)``; of one matrix, a copy.

    Raises:
        RuntimeError: for none, or others than matrices.
    """
    if not matrices:
        raise RuntimeError("chain_matmul(): Expected one or more matrices")
    for x in matrices:
        if x.ndim != 2:
            raise RuntimeError(f"Tensor dimension is {x.ndim}, expected 2 instead.")
    return multi_dot(matrices) if len(matrices) > 1 else matrices[0].clone()


def cross(input: Any, other: Any, dim: int | None = None) -> Any:
    """Return ``linalg.cross(input, other)``, by default over the first dimension of size 3.

    Raises:
        RuntimeError: if there is none.
    """
    if dim is None:
        if 3 not in input.shape:
            raise RuntimeError(f"no dimension of size 3 in input of shape {tuple(input.shape)}")
        dim = tuple(input.shape).index(3)
    return products.cross(input, other, dim=dim)
