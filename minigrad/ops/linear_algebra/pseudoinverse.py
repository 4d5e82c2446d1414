"""Pseudoinverses, ranks and least squares: answers for matrices of any shape."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.fitting import conjugated, real
from ...autograd.primitive import primitive
from ...autograd.stand_in import open_to_transforms
from ...autograd.traced import Traced
from ...backend.arrays import namespace
from ..pointwise.elementwise import abs
from ..reducing.reductions import sum
from ..shaping.broadcasting import common_shape
from .adjoints import adjoint, steepest
from .checks import check_floating, check_matrix
from .eigen import eigvalsh
from .results import linalg_lstsq
from .svd import _decomposed, svdvals

# --- what counts as zero --------------------------------------------------------------------------


def _cutoff(largest: Any, atol: Any, rtol: Any, shape: tuple[int, ...]) -> Any:
    """Return the size up to which singular values count as zero: max(atol, rtol * largest).

    Args:
        largest: the largest singular value of each matrix.
        atol, rtol: arrays, numbers or None. By default rtol is the rounding error of a matrix of
            ``shape``, or 0 where a positive ``atol`` is given.
    """
    if rtol is None:
        rtol = np.finfo(largest.dtype).eps * max(shape[-2:])
        if atol is not None:
            rtol = np.where(np.greater(atol, 0), 0, rtol)
    return np.maximum(0 if atol is None else atol, rtol * largest).astype(largest.dtype)


def _array(value: Any) -> Any:
    return value._array if isinstance(value, Traced) else value


@primitive()
def _matrix_rank(sizes: Any, *, atol: Any, rtol: Any, shape: tuple[int, ...]) -> Any:
    if not sizes.shape[-1]:
        return namespace(sizes).zeros(sizes.shape[:-1], np.int64)
    cutoff = _cutoff(np.max(sizes, -1), atol, rtol, shape)
    return np.count_nonzero(sizes > cutoff[..., None], -1)


def matrix_rank(
    A: Any, tol: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None
) -> Any:
    """Return how many singular values of each matrix exceed ``max(atol, rtol * largest)``.

    Args:
        A: matrices.
        tol: NumPy's name of ``atol``, by position; ``rtol`` is 0 then.
        hermitian: take the absolute eigenvalues of symmetric matrices instead.
        atol, rtol: numbers or tensors, one for each matrix. By default ``rtol`` is the dtype's
            rounding error times the larger size, or 0 where a positive ``atol`` is given.

    Shapes: ``(..., m, n) -> (...)``, int64.

    Raises:
        LinAlgError: for matrices with NaN among their elements.
        RuntimeError: for fewer than two dimensions, integers.
    """
    check_floating("linalg.matrix_rank", A)
    check_matrix("torch.linalg.matrix_rank", A, "input")
    if tol is not None:
        atol, rtol = tol, 0.0
    A = A.detach()
    sizes = abs(eigvalsh(A)) if hermitian else svdvals(A)
    return _matrix_rank(sizes, atol=_array(atol), rtol=_array(rtol), shape=A.shape)


# --- pseudoinverse --------------------------------------------------------------------------------


@steepest
def _pinv_rule(g: Any, A: Any, out: Any) -> Any:
    """dA = -P^H g P^H + (I - A P) g^H P P^H + P^H P g^H (I - P A), where the rank is constant.

    Source: G. Golub, V. Pereyra, The differentiation of pseudo-inverses and nonlinear least squares
    problems whose variables separate (1973), 4.12.
    """
    P, Ph, Gh = out, adjoint(out), adjoint(g)
    left = Gh @ P
    return (left - A @ (P @ left)) @ Ph + Ph @ (P @ (Gh - left @ A)) - Ph @ g @ Ph


@primitive(A=_pinv_rule)
def _pinv(A: Any, *, atol: Any, rtol: Any, hermitian: bool) -> Any:
    if hermitian:
        S, U = np.linalg.eigh(A)
        Vh = np.conjugate(np.swapaxes(U, -2, -1))
    else:
        U, S, Vh = _decomposed(A, False)
    size = np.abs(S)
    if not S.shape[-1]:
        return np.matmul(Vh.conj().swapaxes(-2, -1), U.conj().swapaxes(-2, -1))
    keep = size > _cutoff(np.max(size, -1), atol, rtol, A.shape)[..., None]
    inverse = np.where(keep, 1 / np.where(keep, S, 1), 0)[..., None, :]
    return np.matmul(Vh.conj().swapaxes(-2, -1) * inverse, U.conj().swapaxes(-2, -1))


def pinv(
    A: Any, rcond: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None
) -> Any:
    """Return the Moore-Penrose inverses of matrices.

    Args:
        A: matrices.
        rcond: NumPy's name of ``rtol``, by position.
        hermitian: decompose symmetric matrices by their eigenvalues.
        atol, rtol: singular values up to ``max(atol, rtol * largest)`` count as zero. See
            ``matrix_rank``.

    Shapes: ``(..., m, n) -> (..., n, m)``.

    Derivative: where the rank is constant (Golub and Pereyra 1973).

    Raises:
        LinAlgError: for matrices with NaN among their elements.
        RuntimeError: for fewer than two dimensions, integers.

    Example:
        >>> import minigrad as mg
        >>> mg.linalg.pinv(mg.tensor([[2.0], [0.0]]))
        tensor([[0.5000, 0.0000]])
    """
    check_floating("linalg.pinv", A)
    check_matrix("linalg.pinv", A)
    if rcond is not None:
        rtol = rcond
    return _pinv(A, atol=_array(atol), rtol=_array(rtol), hermitian=hermitian)


# --- least squares --------------------------------------------------------------------------------

_DRIVERS = ("gels", "gelsy", "gelsd", "gelss")


@open_to_transforms
def lstsq(A: Any, B: Any, rcond: float | None = None, *, driver: str | None = None) -> Any:
    """Return the shortest ``X`` that makes the squares of ``A @ X - B`` least.

    Args:
        A: matrices.
        B: the right-hand sides, as columns; or vectors.
        rcond: singular values up to ``rcond`` times the largest count as zero; by default the
            dtype's rounding error times the larger size of ``A``.
        driver: LAPACK's name of a method. All are computed alike, by the pseudoinverse; the choice
            says which of the other results are filled in, as in PyTorch.

    Shapes: ``(..., m, n), (..., m, k) -> (..., n, k)``.

    Returns:
        The solution; the sums of squared residuals, if ``m > n`` and all matrices have full rank
        (not for "gelsy", the default); their ranks (not for "gels"); their singular values (for
        "gelsd" and "gelss").

    Derivative: of the solution and residuals, where the rank is constant.

    Raises:
        RuntimeError: for shapes or dtypes that do not fit, or another driver.
    """
    name = "torch.linalg.lstsq"
    check_floating(name, A, B)
    check_matrix(name, A, "input")
    driver = driver or "gelsy"
    if driver not in _DRIVERS:
        raise RuntimeError(
            f"{name}: parameter `driver` should be one of (gels, gelsy, gelsd, gelss), got "
            f"{driver!r}"
        )
    vector = B.ndim == 1 or B.ndim == A.ndim - 1
    columns = B.reshape((*B.shape, 1)) if vector else B
    m, n = A.shape[-2:]
    if columns.shape[-2] != m:
        raise RuntimeError(
            f"{name}: input.size(-2) should match other.size(-2), got {m} and {columns.shape[-2]}"
        )
    common_shape(A.shape[:-2], columns.shape[:-2])
    solution = pinv(A, rtol=rcond) @ columns
    ranks = matrix_rank(A, rtol=rcond)
    empty = real(A.detach()).reshape((-1,))[:0]
    residuals = real(solution).reshape((-1,))[:0]
    if m > n and driver != "gelsy" and (driver == "gels" or (ranks == n).all()):
        rest = A @ solution - columns
        residuals = sum(real(rest * conjugated(rest)), -2)
    return linalg_lstsq(
        solution.reshape(solution.shape[:-1]) if vector else solution,
        residuals,
        ranks.reshape((-1,))[:0] if driver == "gels" else ranks,
        svdvals(A.detach()) if driver in ("gelsd", "gelss") else empty,
    )
