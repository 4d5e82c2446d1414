"""The QR decomposition, and products of reflections."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ...autograd.fitting import conjugated
from ...autograd.primitive import primitive
from ...backend.arrays import namespace
from ..arguments import undefined
from ..shaping.diagonals import tril
from ..shaping.joining import cat
from .adjoints import adjoint, half_upper, steepest
from .checks import check_floating, check_matrix
from .results import geqrf as factored
from .results import linalg_qr
from .triangular import _solve_triangular

# --- the decomposition ----------------------------------------------------------------------------


@steepest
def _qr_rule(g: Any, out: Any, mode: str) -> Any:
    """dA = (Q S + gQ) R^-H, S Hermitian, with the upper triangle of gR R^H - Q^H gQ.

    With more columns than rows R = (R1 R2), where R2 = Q^H A2 follows from Q: it sends Q gR2 to A2,
    and A2 gR2^H to gQ.

    Source: F. Walter, L. Lehmann, R. Lamour, On evaluating higher-order derivatives of the QR
    decomposition (2012).
    """
    (gQ, gR), (Q, R) = g, out
    _check_differentiable(mode, *R.shape[-2:])
    k = min(R.shape[-2:])
    R1, R2, gR1, gR2 = R[..., :k], R[..., k:], gR[..., :k], gR[..., k:]
    if R2.shape[-1]:
        gQ = gQ + Q @ R2 @ adjoint(gR2)
    inner = half_upper(gR1 @ adjoint(R1) - adjoint(Q) @ gQ)
    outer = Q @ (inner + adjoint(inner)) + gQ
    gA = adjoint(_solve_triangular(R1, adjoint(outer), upper=True, unitriangular=False))
    return cat([gA, Q @ gR2], -1) if R2.shape[-1] else gA


def _check_differentiable(mode: str, m: int, n: int) -> None:
    if mode == "r":
        raise RuntimeError(
            "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please "
            "use linalg.qr(A, mode='reduced') if you are going to differentiate through linalg.qr."
        )
    if mode == "complete" and m > n:
        raise RuntimeError(
            "The QR decomposition is not differentiable when mode='complete' and nrows > ncols."
        )


@primitive(A=_qr_rule)
def _qr(A: Any, *, mode: Any) -> Any:
    if mode == "r":
        return namespace(A).zeros(0, A.dtype), np.linalg.qr(A, "r")
    return tuple(np.linalg.qr(A, mode))


def qr(A: Any, mode: str = "reduced") -> Any:
    """Return ``Q, R`` with ``A = Q @ R``: orthogonal columns, and an upper triangle.

    Args:
        A: matrices.
        mode: "reduced"; "complete" for a square Q; "r" for R alone and an empty Q.

    Shapes: ``(..., m, n) -> (..., m, k), (..., k, n)``, k the smaller of m and n; for "complete"
    k is m.

    Derivative: not for "r", nor for "complete" if there are more rows than columns, whose last
    columns of Q are arbitrary.

    Raises:
        RuntimeError: for fewer than two dimensions, integers, another mode.

    Example:
        >>> import minigrad as mg
        >>> mg.linalg.qr(mg.tensor([[3.0, 1.0], [4.0, 2.0]])).R
        tensor([[-5.0000, -2.2000],
                [ 0.0000,  0.4000]])
    """
    check_floating("linalg.qr", A, half=NotImplementedError)
    check_matrix("linalg.qr", A)
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(
            f"qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), 'r', "
            "or 'complete'"
        )
    return linalg_qr(*_qr(A, mode=mode))


# --- reflections ----------------------------------------------------------------------------------


@primitive(A=undefined("geqrf"))
def _geqrf(A: Any) -> Any:
    a, tau = np.linalg.qr(A, "raw")
    return np.swapaxes(a, -2, -1), tau  # NumPy gives LAPACK's memory: columns first


def geqrf(input: Any) -> Any:
    """Return the QR decomposition in LAPACK's form, for ``householder_product`` and ``ormqr``.

    Shapes: ``(..., m, n) -> (..., m, n), (..., k)``: R above and on the diagonal, below it the
    vectors of reflections, and their factors. There is no derivative.
    """
    check_floating("geqrf", input, integers=NotImplementedError, half=NotImplementedError)
    check_matrix("torch.geqrf", input, "input")
    return factored(*_geqrf(input))


def householder_product(A: Any, tau: Any) -> Any:
    """Return the first columns of the product of the reflections ``I - tau[i] v[i] v[i]^H``.

    Args:
        A: matrices; ``v[i]`` has zeros, a one, and what is below the diagonal in column i.
        tau: factors, one for each of the first columns.

    Shapes: ``(..., m, n), (..., k) -> (..., m, n)``, with ``m >= n >= k``.

    Raises:
        RuntimeError: for other shapes, or different dtypes.
    """
    name = "torch.linalg.householder_product"
    check_floating(name, A, tau, half=NotImplementedError)
    check_matrix(name, A)
    m, n = A.shape[-2:]
    if m < n:
        raise RuntimeError(
            f"{name}: input.shape[-2] must be greater than or equal to input.shape[-1], got {m} "
            f"and {n}"
        )
    check_factors(name, A, tau)
    identity = namespace(A._array).eye(m, n, dtype=A.dtype)
    return _reflected(A, tau, identity + 0 * A, reversed(range(tau.shape[-1])))


def check_factors(name: str, A: Any, tau: Any) -> None:
    """Raise unless ``tau`` has factors for some of the columns of ``A``."""
    if A.shape[-1] < tau.shape[-1]:
        raise RuntimeError(
            f"{name}: input.shape[-1] must be greater than or equal to tau.shape[-1], got "
            f"{A.shape[-1]} and {tau.shape[-1]}"
        )
    if A.shape[:-2] != tau.shape[:-1]:
        raise RuntimeError(
            f"{name}: Expected batch dimensions of tau to be equal to input.shape[:-2], but got "
            f"{[*tau.shape[:-1]]}"
        )


def _reflected(A: Any, tau: Any, x: Any, order: Iterable[int]) -> Any:
    """Return ``x`` reflected, one reflection after another."""
    m, n = A.shape[-2:]
    vectors = tril(A, -1) + namespace(A._array).eye(m, n, dtype=A.dtype)
    for i in order:
        v, factor = vectors[..., i : i + 1], tau[..., i].reshape((*tau.shape[:-1], 1, 1))
        x = x - factor * v @ (adjoint(v) @ x)
    return x


def ormqr(input: Any, tau: Any, other: Any, left: bool = True, transpose: bool = False) -> Any:
    """Return ``Q @ other``, Q being the square product of the reflections in ``input``.

    Args:
        input, tau: what ``geqrf`` returned. See ``householder_product``.
        other: matrices.
        left: False returns ``other @ Q`` instead.
        transpose: take ``Q^H`` for Q.

    Shapes: ``(..., m, k), (..., k), (..., m, n) -> (..., m, n)``.

    Raises:
        RuntimeError: for shapes or dtypes that do not fit.
    """
    name = "torch.ormqr"
    check_floating(name, input, tau, other, half=NotImplementedError)
    check_matrix(name, input, "input")
    check_matrix(name, other, "other")
    dim = -2 if left else -1
    if other.shape[dim] != input.shape[-2]:
        raise RuntimeError(
            f"{name}: other.shape[{dim}] must be equal to input.shape[-2], got {other.shape[dim]} "
            f"and {input.shape[-2]}"
        )
    check_factors(name, input, tau)
    if not left:
        return adjoint(ormqr(input, tau, adjoint(other), True, not transpose))
    order = range(tau.shape[-1])
    if transpose:
        return _reflected(input, conjugated(tau), other, order)
    return _reflected(input, tau, other, reversed(order))
