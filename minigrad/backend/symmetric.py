"""The factorization of symmetric indefinite matrices, L D L^T, in LAPACK's form."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .arrays import namespace
from .factorizations import size_of

_ALPHA = (1 + math.sqrt(17)) / 8  # bounds the growth of elements equally for both sizes of pivots


def ldl(A: Any, hermitian: bool) -> tuple[Any, Any, Any]:
    """Factor symmetric matrices into ``P L D L^T P^T``, D with blocks of one or two rows.

    Args:
        A: matrices (..., n, n), of which the lower triangle is read.
        hermitian: ``A`` equals its conjugate transpose, not its transpose.

    Returns:
        L (but the ones on its diagonal) and D in one triangle; for each row the number, from 1, of
        the row and column that was exchanged with it, negative for both rows of a block of two;
        for each matrix the number of the first block that is 0, or 0.

    Source: J. Bunch, L. Kaufman, Some Stable Methods for Calculating Inertia and Solving Symmetric
    Linear Systems (1977), as LAPACK's sytf2.
    """
    n = A.shape[-1]
    xp = namespace(A)
    out = np.tril(A).copy()
    count = math.prod(A.shape[:-2])
    pivots, info = xp.zeros((count, n), np.int32), xp.zeros(count, np.int32)
    for i, matrix in enumerate(out.reshape(count, n, n)):
        info[i] = _factor(matrix, pivots[i], hermitian)
    return out, pivots.reshape(A.shape[:-1]), info.reshape(A.shape[:-2])


def _factor(A: Any, pivots: Any, hermitian: bool) -> int:
    """Factor one matrix in place. Return the number of the first block that is 0, or 0."""
    info, k = 0, 0
    while k < len(A):
        size, other = _pivot(A, k)
        last = k + size - 1
        if other != last:
            _exchange(A, last, other, hermitian)
            if size == 2:
                A[[last, other], k] = A[[other, last], k]
        pivots[k : k + size] = other + 1 if size == 1 else -(other + 1)
        block, below = _block(A, k, size, hermitian), A[k + size :, k : k + size]
        if not block.any():
            info = info or k + 1
        elif below.size:
            factors = np.linalg.solve(block.T, below.T).T
            A[k + size :, k + size :] -= np.tril(factors @ _turned(below, hermitian))
            below[...] = factors
        k += size
    return info


def _pivot(A: Any, k: int) -> tuple[int, int]:
    """Return how many rows the next block has, and the row to exchange with its last one."""
    diagonal, column = size_of(A[k, k]), size_of(A[k + 1 :, k])
    if not column.size or diagonal >= _ALPHA * column.max():
        return 1, k
    largest = k + 1 + int(np.argmax(column))
    row = max(
        size_of(A[largest, k:largest]).max(), size_of(A[largest + 1 :, largest]).max(initial=0)
    )
    if diagonal >= _ALPHA * column.max() * (column.max() / row):
        return 1, k
    return (1 if size_of(A[largest, largest]) >= _ALPHA * row else 2), largest


def _exchange(A: Any, j: int, p: int, hermitian: bool) -> None:
    """Exchange rows and columns ``j < p`` of a symmetric matrix, in its lower triangle."""
    A[p + 1 :, [j, p]] = A[p + 1 :, [p, j]]
    between = A[j + 1 : p, j].copy()
    A[j + 1 : p, j] = _conj(A[p, j + 1 : p], hermitian)
    A[p, j + 1 : p] = _conj(between, hermitian)
    A[p, j] = _conj(A[p, j], hermitian)
    A[[j, p], [j, p]] = A[[p, j], [p, j]]


def _block(A: Any, k: int, size: int, hermitian: bool) -> Any:
    """Return a block of D, both triangles."""
    low = np.tril(A[k : k + size, k : k + size])
    return low + _turned(np.tril(low, -1), hermitian)


def _turned(x: Any, hermitian: bool) -> Any:
    return _conj(x, hermitian).swapaxes(-2, -1)


def _conj(x: Any, hermitian: bool) -> Any:
    return np.conjugate(x) if hermitian else x


def ldl_solve(LD: Any, pivots: Any, B: Any, hermitian: bool) -> Any:
    """Return ``X`` with ``A @ X = B``, for matrices factored by ``ldl``. See there."""
    out = B.copy()
    count = math.prod(LD.shape[:-2])
    flat = zip(
        LD.reshape(count, *LD.shape[-2:]),
        pivots.reshape(count, pivots.shape[-1]),
        out.reshape(count, *B.shape[-2:]),
    )
    for matrix, rows, X in flat:
        _solve(matrix, rows, X, hermitian)
    return out


def _solve(A: Any, pivots: Any, X: Any, hermitian: bool) -> None:
    """Solve for one matrix, in place: through P L and D, then back through the transpose of P L."""
    blocks, k = [], 0
    while k < len(A):
        size = 1 if pivots[k] > 0 else 2
        blocks.append((k, size, abs(int(pivots[k])) - 1))
        k += size
    for k, size, other in blocks:
        last = k + size - 1
        X[[last, other]] = X[[other, last]]
        X[k + size :] -= A[k + size :, k : k + size] @ X[k : k + size]
    for k, size, _ in blocks:
        X[k : k + size] = np.linalg.solve(_block(A, k, size, hermitian), X[k : k + size])
    for k, size, other in reversed(blocks):
        last = k + size - 1
        X[k : k + size] -= _turned(A[k + size :, k : k + size], hermitian) @ X[k + size :]
        X[[last, other]] = X[[other, last]]
