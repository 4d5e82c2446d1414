"""Decompositions of matrices of low rank, from products with a few random vectors."""

from __future__ import annotations

from functools import partial
from typing import Any

from ...backend.arrays import namespace
from ...backend.random import default_generator, drawn_like
from ..reducing.reductions import mean
from ..shaping.broadcasting import expand
from .adjoints import adjoint
from .checks import check_floating, check_matrix
from .qr import qr
from .svd import svd


def _basis(A: Any, q: int, niter: int) -> Any:
    """Return ``q`` orthonormal columns that span most of what ``A`` reaches.

    Source: N. Halko, P. Martinsson, J. Tropp, Finding Structure with Randomness (2011), 4.4.
    """
    like = namespace(A._array).empty((A.shape[-1], q), A.dtype)
    draws = drawn_like(like, partial(default_generator.normal, dtype=A.dtype))
    Q = qr(A @ A._result_class._wrap(draws)).Q
    for _ in range(niter):
        Q = qr(A @ qr(adjoint(A) @ Q).Q).Q
    return Q


def svd_lowrank(A: Any, q: int | None = 6, niter: int | None = 2, M: Any = None) -> Any:
    """Return ``U, S, V`` with ``A`` nearly ``U @ diag(S) @ V.mT``, for ranks below ``q``.

    Args:
        A: matrices.
        q: the number of columns of U and V: more than the rank.
        niter: the number of products with ``A`` and its transpose that sharpen the result.
        M: decompose ``A - M``.

    Shapes: ``(..., m, n) -> (..., m, q), (..., q), (..., n, q)``.

    Raises:
        RuntimeError: for fewer than two dimensions, integers.

    Source: N. Halko, P. Martinsson, J. Tropp, Finding Structure with Randomness (2011), 5.1.
    """
    check_floating("svd_lowrank", A)
    check_matrix("svd_lowrank", A)
    if M is not None:
        A = A - expand(M, A.shape)
    wide = A.shape[-2] < A.shape[-1]
    if wide:
        A = adjoint(A)
    Q = _basis(A, 6 if q is None else q, 2 if niter is None else niter)
    U, S, Vh = svd(adjoint(Q) @ A, full_matrices=False)
    U, V = Q @ U, adjoint(Vh)
    return (V, S, U) if wide else (U, S, V)


def pca_lowrank(A: Any, q: int | None = None, center: bool = True, niter: int = 2) -> Any:
    """Return the ``q`` principal components of the rows of matrices. See ``svd_lowrank``.

    Args:
        A: matrices, a sample in each row.
        q: the number of components; by default 6, or the smaller size.
        center: subtract the mean of the rows.
        niter: as ``svd_lowrank``.

    Raises:
        ValueError: for a ``q`` or ``niter`` that is negative, or a ``q`` larger than a size.
    """
    check_matrix("pca_lowrank", A)
    smaller = min(A.shape[-2:])
    q = min(6, smaller) if q is None else q
    if not 0 <= q <= smaller:
        raise ValueError(f"q(={q}) must be non-negative integer and not greater than {smaller}")
    if niter < 0:
        raise ValueError(f"niter(={niter}) must be non-negative integer")
    return svd_lowrank(A - mean(A, -2, True) if center else A, q, niter)
