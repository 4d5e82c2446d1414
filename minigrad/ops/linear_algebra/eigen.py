"""Eigenvalues and eigenvectors of symmetric (Hermitian) matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ..shaping.diagonals import diagonal
from .adjoints import adjoint, check_phases, skew, steepest
from .checks import LinAlgError, check_floating, check_square
from .results import linalg_eigh
from .svd import _gaps


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
