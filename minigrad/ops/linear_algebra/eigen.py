"""Eigenvalues and eigenvectors of symmetric (Hermitian) matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ..shaping.diagonals import diagonal
from ..shaping.turning import flip
from .adjoints import adjoint, check_phases, skew, steepest
from .checks import LinAlgError, check_floating, check_square
from .cholesky import cholesky
from .results import linalg_eigh
from .svd import _gaps
from .triangular import solve_triangular


@steepest
def _eigh_rule(g: Any, out: Any) -> Any:
    """dA = V [skew(V^H gV)/(2 E) + gL] V^H, with E[i, j] = L[j] - L[i].

    Source: M. Giles, Collected Matrix Derivative Results (2008), 3.1; of the antisymmetric part,
    the only one that a change of orthogonal vectors has.
    """
    (gL, gV), (L, V) = g, out
    Vh, gA = adjoint(V), 0
    if gL is not None:
        gA = (V * gL.reshape((*gL.shape[:-1], 1, gL.shape[-1]))) @ Vh
    if gV is None:
        return gA
    turned = Vh @ gV
    check_phases("linalg_eigh", diagonal(turned, 0, -2, -1))
    return gA + V @ (skew(turned) / (2 * _gaps(L))) @ Vh


@primitive(A=_eigh_rule)
def _eigh(A: Any, *, UPLO: Any) -> Any:
    try:
        return tuple(np.linalg.eigh(A, UPLO))
    except np.linalg.LinAlgError:
        raise LinAlgError(
            "linalg.eigh: The algorithm failed to converge because the input matrix is "
            "ill-conditioned or has too many repeated eigenvalues."
        ) from None


# The eigenvalues' gradient is finite where that of the vectors is not, even if the latter is 0.
_eigh.primitive.fills = False


def eigh(A: Any, UPLO: str = "L") -> Any:
    """Return eigenvalues, ascending, and eigenvectors, as columns, of symmetric matrices.

    Args:
        A: symmetric or Hermitian matrices.
        UPLO: the triangle that is read, "L" or "U".

    Shapes: ``(..., n, n) -> (..., n), (..., n, n)``.

    Derivative: that of a symmetric matrix, both triangles alike. Finite for the eigenvectors only
    if the eigenvalues differ. The vectors' signs (phases) are arbitrary: a loss must not depend on
    them.

    Raises:
        RuntimeError: for matrices that are not square, integers, another ``UPLO``.

    Example:
        >>> import minigrad as mg
        >>> mg.linalg.eigh(mg.tensor([[2.0, 1.0], [1.0, 2.0]])).eigenvalues
        tensor([1., 3.])
    """
    check_square("linalg.eigh", A)
    check_floating("linalg.eigh", A, integers=NotImplementedError, half=NotImplementedError)
    if not isinstance(UPLO, str) or UPLO.upper() not in ("L", "U"):
        raise RuntimeError(f"Expected UPLO argument to be 'L' or 'U', but got {UPLO}")
    return linalg_eigh(*_eigh(A, UPLO=UPLO.upper()))


def eigvalsh(A: Any, UPLO: str = "L") -> Any:
    """Return the eigenvalues of symmetric matrices, ascending. See ``eigh``.

    Derivative: ``V diag(g) V^H``, finite for repeated values, too.
    """
    return eigh(A, UPLO).eigenvalues


def lobpcg(
    A: Any,
    k: int | None = None,
    B: Any = None,
    X: Any = None,
    n: int | None = None,
    iK: Any = None,
    niter: int | None = None,
    tol: float | None = None,
    largest: bool = True,
    **options: Any,
) -> Any:
    """Return the ``k`` largest (smallest) eigenvalues, and vectors, of ``A x = lambda B x``.

    PyTorch iterates from a guess; here all are computed, exactly, and ``k`` of them taken, so that
    what guides the iteration (``n``, ``iK``, ``niter``, ``tol``, ``method`` ...) changes nothing.

    Args:
        A: symmetric matrices.
        k: how many; by default as many as ``X`` has columns, or 1.
        B: positive definite matrices; by default the identity.
        X: a guess of the vectors.
        largest: False for the smallest.

    Returns:
        A tuple (eigenvalues, eigenvectors as columns): the extreme ones first.

    Derivative: that of ``eigh``.

    Raises:
        ValueError: for matrices smaller than three times ``k``.
        RuntimeError: for matrices that are not square, or not floating.
    """
    check_square("lobpcg", A)
    check_floating("lobpcg", A)
    count = (1 if X is None else X.shape[-1]) if k is None else k
    size = A.shape[-1]
    if not 0 < 3 * count <= size:
        raise ValueError(
            f"LOBPCG algorithm is not applicable when the number of A rows (={size}) is smaller "
            f"than 3 x the number of requested eigenpairs (={count})"
        )
    if B is None:
        values, vectors = eigh(A)
    else:
        lower = cholesky(B)
        half = solve_triangular(lower, A, upper=False)
        values, turned = eigh(solve_triangular(lower, adjoint(half), upper=False))
        vectors = solve_triangular(adjoint(lower), turned, upper=True)
    if largest:
        return flip(values[..., -count:], -1), flip(vectors[..., -count:], -1)
    return values[..., :count], vectors[..., :count]
