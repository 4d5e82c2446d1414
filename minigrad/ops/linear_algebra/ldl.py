"""The factorization of symmetric indefinite matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.stand_in import open_to_transforms
from ...backend import symmetric
from ..arguments import undefined
from .checks import check_floating, check_square
from .results import linalg_ldl_factor, linalg_ldl_factor_ex
from .triangular import batched, check_system


@primitive(A=undefined("linalg.ldl_factor"))
def _ldl_factor_ex(A: Any, *, hermitian: bool) -> Any:
    return symmetric.ldl(A, hermitian)


@open_to_transforms
def ldl_factor_ex(A: Any, *, hermitian: bool = False, check_errors: bool = False) -> Any:
    """Return ``ldl_factor(A)`` and ``info``: 0, or the number of the first block that is 0.

    Args:
        A, hermitian: as ``ldl_factor``.
        check_errors: raise for matrices that have such a block.
    """
    check_floating("torch.linalg.ldl_factor_ex", A, half=NotImplementedError)
    check_square("torch.linalg.ldl_factor_ex", A)
    LD, pivots, info = _ldl_factor_ex(A, hermitian=hermitian)
    if check_errors and info.any():
        raise RuntimeError(
            "torch.linalg.ldl_factor: a block of D is zero, and using it in ldl_solve would result "
            f"in a division by zero: info {info.tolist()}"
        )
    return linalg_ldl_factor_ex(LD, pivots, info)


@open_to_transforms
def ldl_factor(A: Any, *, hermitian: bool = False) -> Any:
    """Return the factors of ``A = P L D L^T P^T`` in LAPACK's form, for ``ldl_solve``.

    Args:
        A: symmetric matrices, of which the lower triangle is read.
        hermitian: complex ``A`` equals its conjugate transpose, not its transpose.

    Shapes: ``(..., n, n) -> (..., n, n), (..., n)``. D has blocks of one or two rows. There is no
    derivative.

    Raises:
        RuntimeError: for matrices that are not square, integers, or a block that is 0.
    """
    found = ldl_factor_ex(A, hermitian=hermitian, check_errors=True)
    return linalg_ldl_factor(found.LD, found.pivots)


@primitive(LD=undefined("linalg.ldl_solve"), B=undefined("linalg.ldl_solve"))
def _ldl_solve(LD: Any, pivots: Any, B: Any, *, hermitian: bool) -> Any:
    LD, B = batched(LD, B)
    return symmetric.ldl_solve(LD, np.broadcast_to(pivots, LD.shape[:-1]), B, hermitian)


@open_to_transforms
def ldl_solve(LD: Any, pivots: Any, B: Any, *, hermitian: bool = False) -> Any:
    """Return the solution ``X`` of ``A @ X = B``, for ``A`` factored by ``ldl_factor``.

    Args:
        LD, pivots: what ``ldl_factor`` returned.
        B: the right-hand sides, as columns.
        hermitian: as for ``ldl_factor``.

    Shapes: ``(..., n, n), (..., n), (..., n, k) -> (..., n, k)``. There is no derivative.

    Raises:
        RuntimeError: for shapes or dtypes that do not fit.
    """
    check_floating("torch.linalg.ldl_solve", LD, B, half=NotImplementedError)
    check_system("torch.linalg.ldl_solve", LD, B, True)
    if pivots.shape != LD.shape[:-1]:
        raise RuntimeError(
            "torch.linalg.ldl_solve: Expected LD.shape[:-1] and pivots.shape to be the same, but "
            f"got pivots with shape {tuple(pivots.shape)}"
        )
    if pivots.dtype.kind not in "iu":
        raise RuntimeError(f"torch.linalg.ldl_solve: pivots should be integers, got {pivots.dtype}")
    return _ldl_solve(LD, pivots, B, hermitian=hermitian)
