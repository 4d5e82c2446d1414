"""The Cholesky decomposition, and systems of equations solved by it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...backend.arrays import namespace
from ...backend.factorizations import first_indefinite
from ..shaping.diagonals import tril
from .adjoints import adjoint, steepest
from .checks import check_floating, check_info, check_square
from .results import linalg_cholesky_ex
from .triangular import _solve_triangular, check_system

INDEFINITE = (
    "The factorization could not be completed because the input is not positive-definite (the "
    "leading minor of order {info} is not positive-definite)."
)


@steepest
def _cholesky_rule(g: Any, out: Any) -> Any:
    """dA = L^-H S L^-1, with S the symmetric part of the lower half of L^H g.

    Source: I. Murray, Differentiation of the Cholesky decomposition (2016).
    """
    Lh = adjoint(out[0])
    inner = Lh @ g[0]
    inner = (tril(inner) + adjoint(tril(inner, -1))) * 0.5
    left = _solve_triangular(Lh, inner, upper=True, unitriangular=False)
    return adjoint(_solve_triangular(Lh, adjoint(left), upper=True, unitriangular=False))


@primitive(A=_cholesky_rule)
def _cholesky_ex(A: Any, *, upper: bool) -> Any:
    """Return the factor, and for each matrix the order of its first minor that is not positive.

    ``upper`` says which triangle is read. The factor is the lower one, and so is the gradient that
    of a Hermitian matrix, whichever was read.
    """
    if upper:
        A = adjoint(A)
    try:
        return np.linalg.cholesky(A), namespace(A).zeros(A.shape[:-2], np.int32)
    except np.linalg.LinAlgError:  # it refuses the whole batch for one indefinite matrix
        info = first_indefinite(A)
        bad = (info != 0)[..., None, None]
        eye = namespace(A).eye(A.shape[-1], dtype=A.dtype)
        L = np.linalg.cholesky(np.where(bad, eye, A))
        return np.where(bad, np.nan, L).astype(A.dtype), info


def cholesky(A: Any, *, upper: bool = False) -> Any:
    """Return the lower triangular ``L`` with ``A = L @ L^H`` and a positive diagonal.

    Args:
        A: positive-definite matrices, of which one triangle is read.
        upper: read the upper triangle and return the upper triangular ``L^H``.

    Shapes: ``(..., n, n) -> (..., n, n)``.

    Derivative: that of a symmetric matrix, both triangles alike.

    Raises:
        LinAlgError: for a matrix that is not positive-definite.
        RuntimeError: for matrices that are not square, integers.

    Example:
        >>> import minigrad as mg
        >>> mg.linalg.cholesky(mg.tensor([[4.0, 2.0], [2.0, 5.0]]))
        tensor([[2., 0.],
                [1., 2.]])
    """
    return cholesky_ex(A, upper=upper, check_errors=True).L


def cholesky_ex(A: Any, *, upper: bool = False, check_errors: bool = False) -> Any:
    """Return ``cholesky(A)`` and ``info``, NaN and the failing minor's order where there is none.

    Args:
        A, upper: as ``cholesky``.
        check_errors: raise as ``cholesky`` does.
    """
    check_floating("linalg.cholesky", A, half=NotImplementedError)
    check_square("linalg.cholesky", A)
    L, info = _cholesky_ex(A, upper=upper)
    if check_errors:
        check_info("linalg.cholesky", info, INDEFINITE)
    return linalg_cholesky_ex(adjoint(L) if upper else L, info)


def cholesky_solve(B: Any, L: Any, upper: bool = False) -> Any:
    """Return ``X`` with ``A @ X = B``, for ``A = L @ L^H`` decomposed by ``cholesky``.

    Args:
        B: the right-hand sides, as columns.
        L: lower triangular factors; upper ones, ``A = L^H @ L``, if ``upper``.
        upper: see ``L``.

    Shapes: ``(..., n, k), (..., n, n) -> (..., n, k)``, batch dimensions broadcast.

    Raises:
        RuntimeError: for shapes or dtypes that do not fit.
    """
    for name, x in (("b", B), ("u", L)):
        if x.ndim < 2:
            raise RuntimeError(
                f"cholesky_solve: {name} should have at least 2 dimensions, but has {x.ndim}"
            )
    check_floating("cholesky_solve", B, L, half=NotImplementedError)
    check_system("cholesky_solve", L, B, True)
    if upper:
        L = adjoint(L)
    Y = _solve_triangular(L, B, upper=False, unitriangular=False)
    return _solve_triangular(adjoint(L), Y, upper=True, unitriangular=False)


def cholesky_inverse(L: Any, upper: bool = False) -> Any:
    """Return the inverse of ``A = L @ L^H``, decomposed by ``cholesky``. See ``cholesky_solve``."""
    check_floating("cholesky_inverse", L, integers=NotImplementedError)
    check_square("cholesky_inverse", L)
    eye = namespace(L._array).eye(L.shape[-1], dtype=L.dtype)
    return cholesky_solve(eye, L, upper)
