"""What NumPy lacks: triangular systems, and the factors of Gaussian elimination, of batches."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .arrays import namespace


def solve_lower(L: Any, B: Any, unit: bool = False) -> Any:
    """Return ``X`` with ``L @ X = B``, reading only the lower triangle of ``L``.

    By halves: the upper half of X, then the lower one, of what the upper half leaves of B. So
    almost all of the work is done by matrix products.

    Args:
        L: matrices (..., n, n).
        B: (..., n, k), with the same batch dimensions.
        unit: take the diagonal of ``L`` to be ones.
    """
    n = L.shape[-1]
    if n <= 1:
        return B.copy() if unit or not n else B / L
    half = n // 2
    top = solve_lower(L[..., :half, :half], B[..., :half, :], unit)
    rest = B[..., half:, :] - np.matmul(L[..., half:, :half], top)
    return np.concatenate([top, solve_lower(L[..., half:, half:], rest, unit)], -2)


def solve_triangle(A: Any, B: Any, upper: bool, unit: bool = False) -> Any:
    """Return ``X`` with ``A @ X = B``, reading one triangle of ``A``. See ``solve_lower``."""
    if not upper:
        return solve_lower(A, B, unit)
    # Read backwards, in both directions, an upper triangle is a lower one.
    return solve_lower(A[..., ::-1, ::-1], B[..., ::-1, :], unit)[..., ::-1, :]


def lu(A: Any) -> tuple[Any, Any]:
    """Factor ``A``, rows exchanged, into ``L @ U`` by elimination with partial pivoting.

    Args:
        A: matrices (..., m, n).

    Returns:
        Both factors in one matrix (the ones on the diagonal of L are not stored), and for each
        column the number, from 1, of the row that was exchanged with the column's own: as LAPACK.
    """
    *batch, m, n = A.shape
    xp = namespace(A)
    out = A.reshape(math.prod(batch), m, n).copy()
    each = xp.arange(len(out))
    pivots = xp.zeros((len(out), min(m, n)), np.int32)
    for j in range(min(m, n)):
        best = j + np.argmax(size_of(out[:, j:, j]), 1)
        pivots[:, j] = best + 1
        row = out[each, best]
        out[each, best] = out[:, j]
        out[:, j] = row
        pivot = out[:, j, j, None]
        column = out[:, j + 1 :, j]
        column /= np.where(pivot == 0, 1, pivot)  # then the column is all zeros
        out[:, j + 1 :, j + 1 :] -= column[:, :, None] * out[:, j, None, j + 1 :]
    return out.reshape(A.shape), pivots.reshape(*batch, min(m, n))


def size_of(x: Any) -> Any:
    """Return what LAPACK compares pivots by."""
    return np.abs(x.real) + np.abs(x.imag) if x.dtype.kind == "c" else np.abs(x)


def permutation(pivots: Any, m: int) -> Any:
    """Return the row numbers that exchanging rows by LAPACK's pivots leads to."""
    *batch, k = pivots.shape
    xp = namespace(pivots)
    flat = pivots.reshape(math.prod(batch), k)
    each = xp.arange(len(flat))
    rows = np.tile(xp.arange(m), (len(flat), 1))
    for j in range(k):
        other = flat[:, j] - 1
        held = rows[each, other]
        rows[each, other] = rows[:, j]
        rows[:, j] = held
    return rows.reshape(*batch, m)


def first_zero(LU: Any) -> Any:
    """Return the number, from 1, of the first zero on the diagonal of U; 0 if there is none."""
    zero = np.diagonal(LU, 0, -2, -1) == 0
    if not zero.shape[-1]:
        return namespace(LU).zeros(zero.shape[:-1], np.int32)
    return np.where(np.any(zero, axis=-1), np.argmax(zero, -1) + 1, 0).astype(np.int32)


def first_indefinite(A: Any) -> Any:
    """Return the order, from 1, of the first leading minor that is not positive, or 0.

    The pivots of a Hermitian matrix, of which the lower triangle is read, are ratios of its minors.
    """
    *batch, n, _ = A.shape
    left = A.reshape(math.prod(batch), n, n).copy()
    found = namespace(A).zeros(len(left), np.int32)
    for j in range(n):
        pivot = left[:, j, j].real
        found = np.where((found == 0) & ~(pivot > 0), np.int32(j + 1), found)
        column = left[:, j + 1 :, j] / np.where(pivot > 0, pivot, 1)[:, None]
        left[:, j + 1 :, j + 1 :] -= column[:, :, None] * left[:, None, j + 1 :, j].conj()
    return found.astype(np.int32).reshape(batch)
