"""The singular value decomposition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.fitting import conjugated
from ...autograd.primitive import primitive
from ...backend.arrays import namespace
from ..reducing.reductions import sum
from ..shaping.diagonals import diag_embed
from ..shaping.diagonals import diagonal as diagonal_of
from ..shaping.shapes import movedim, unsqueeze
from .adjoints import adjoint, check_phases, skew, steepest
from .checks import LinAlgError, check_floating, check_matrix
from .results import linalg_svd


def _gaps(values: Any) -> Any:
    """Return ``values[j] - values[i]``, and ones on the diagonal."""
    n = values.shape[-1]
    rows, columns = (values.reshape((*values.shape[:-1], *size)) for size in ((1, n), (n, 1)))
    return rows - columns + namespace(values).eye(n, dtype=values.dtype)


@steepest
def _svd_rule(g: Any, out: Any) -> Any:
    """dA = U [skew(U^H gU)/E S + S skew(V^H gV)/E + gS] V^H, and the parts outside of U and V.

    E[i, j] = S[j]^2 - S[i]^2. Only the first min(m, n) columns of U and V are functions of A: the
    others are any basis of the rest, and what comes back from them is not looked at.

    Source: J. Townsend, Differentiating the Singular Value Decomposition (2016).
    """
    (gU, gS, gVh), (U, S, Vh) = g, out
    k = S.shape[-1]
    U, Vh = U[..., :k], Vh[..., :k, :]
    row, column = (S.reshape((*S.shape[:-1], *size)) for size in ((1, k), (k, 1)))
    gaps = _gaps(S * S)
    inner, gA, phases = 0, 0, 0  # what lies between U and V^H, and the rest; U^H gU + V^H gV
    if gS is not None:
        gA = (U * gS.reshape(row.shape)) @ Vh
    if gU is not None:
        gU = gU[..., :k]
        turned = adjoint(U) @ gU
        phases = diagonal_of(turned, 0, -2, -1)
        inner = skew(turned) / gaps * row
        if U.dtype.kind == "c":
            # The phases of U's columns: those of V's turn with them.
            inner = inner + diag_embed((phases - conjugated(phases)) / (2 * S))
        if U.shape[-2] > k:
            gA = gA + (gU - U @ turned) / row @ Vh
    if gVh is not None:
        gVh = gVh[..., :k, :]
        turned = Vh @ adjoint(gVh)
        phases = phases + diagonal_of(turned, 0, -2, -1)
        inner = inner + column * (skew(turned) / gaps)
        if Vh.shape[-1] > k:
            gA = gA + U @ ((gVh - adjoint(turned) @ Vh) / column)
    if gU is gVh is None:
        return gA
    check_phases("svd", phases)
    return gA + U @ inner @ Vh


@primitive(A=_svd_rule)
def _svd(A: Any, *, full_matrices: bool) -> Any:
    return tuple(_decomposed(A, full_matrices))


# The singular values' gradient is finite where that of the vectors is not, even if the latter is 0.
_svd.primitive.fills = False


def _decomposed(A: Any, full_matrices: bool) -> Any:
    """Call NumPy's function, whose error is not ours."""
    try:
        return np.linalg.svd(A, full_matrices)
    except np.linalg.LinAlgError:
        reason = (
            "the input matrix is ill-conditioned or has too many repeated singular values"
            if np.isfinite(A).all()
            else "the input matrix contained non-finite values"
        )
        raise LinAlgError(
            f"linalg.svd: The algorithm failed to converge because {reason}."
        ) from None


def svd(A: Any, full_matrices: bool = True, *, driver: str | None = None) -> Any:
    """Return ``U, S, Vh`` with ``A = U @ diag(S) @ Vh``, U and V orthogonal, S descending.

    Args:
        A: matrices.
        full_matrices: return square U and Vh, not just the columns and rows that S belongs to.
        driver: LAPACK's method cannot be chosen; must be None.

    Shapes: ``(..., m, n) -> (..., m, m), (..., k), (..., n, n)``, k the smaller of m and n; U is
    ``(..., m, k)`` and Vh ``(..., k, n)`` unless ``full_matrices``.

    Derivative: finite for U and V only if the singular values differ, and none is 0 where
    ``m != n``. The signs (phases) of the columns of U and V are arbitrary, and differ from one
    library to another: a loss must not depend on them.

    Raises:
        LinAlgError: for matrices with NaN among their elements.
        RuntimeError: for fewer than two dimensions, integers, a ``driver``.

    Example:
        >>> import minigrad as mg
        >>> mg.linalg.svd(mg.tensor([[3.0, 0.0], [0.0, 4.0]])).S
        tensor([4., 3.])
    """
    check_floating("linalg.svd", A, half=NotImplementedError)
    check_matrix("linalg.svd", A)
    if driver is not None:
        raise RuntimeError(
            "torch.linalg.svd: keyword argument `driver=` is only supported on CUDA inputs with "
            f"cuSOLVER backend, got {driver!r}"
        )
    return linalg_svd(*_svd(A, full_matrices=full_matrices))


def svdvals(A: Any, *, driver: str | None = None) -> Any:
    """Return the singular values of matrices, descending.

    Shapes: ``(..., m, n) -> (..., min(m, n))``.

    Derivative: ``U diag(g) V^H``, finite for repeated values, too.

    Raises:
        LinAlgError, RuntimeError: as ``svd``.
    """
    return svd(A, full_matrices=False, driver=driver).S


def over_singular_values(
    A: Any, dims: tuple[int, int], keepdim: bool, reduce: Callable[[Any], Any]
) -> Any:
    """Reduce the singular values of the matrices that two dimensions span."""
    out = reduce(svdvals(movedim(A, dims, (-2, -1))))
    if keepdim:
        for d in sorted(dims):
            out = unsqueeze(out, d)
    return out


def nuclear(A: Any, dims: tuple[int, int], keepdim: bool) -> Any:
    """Return the sums of the singular values of the matrices that two dimensions span."""
    return over_singular_values(A, dims, keepdim, lambda S: sum(S, -1))
