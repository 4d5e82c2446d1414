"""Determinants."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.fitting import real
from ...autograd.primitive import primitive
from ...autograd.traced import Traced
from ...backend.arrays import namespace
from ..pointwise.comparison import lt, where
from ..pointwise.transcendental import log
from ..reducing.reductions import _prod_rule
from .checks import check_floating, check_square
from .inverse import _inv_ex
from .results import linalg_slogdet

# --- the determinant ------------------------------------------------------------------------------


def _det_rule(g: Any, A: Any, out: Any) -> Any:
    """dA = g times the cofactors of A: det A^-T, and what that tends to where A is singular."""
    values, matrices = (x._array if isinstance(x, Traced) else x for x in (out, A))
    singular = _is_singular(matrices, values)[..., None, None]
    g, out = (x.reshape((*x.shape, 1, 1)) for x in (g, out))
    if not singular.any():
        return g * out * _inv_ex(A)[0].mT
    # Each formula sees a harmless matrix in place of those that are the other's.
    eye = namespace(values).eye(A.shape[-1], dtype=A.dtype)
    regular = _inv_ex(where(singular, eye, A))[0].mT
    others = where(singular, A, eye)
    cofactors = _minors(others) if isinstance(A, Traced) else _cofactors(others)
    return g * where(singular, cofactors, out * regular)


def _is_singular(A: Any, determinant: Any) -> Any:
    """Return where a determinant is 0 but for rounding: beside Hadamard's bound, the rows' lengths.

    There ``det A^-T`` still is what it should be, but its own derivative is rounding noise.
    """
    rows = np.sqrt((A.real * A.real + A.imag * A.imag).sum(-1))
    smallest = A.shape[-1] * np.finfo(A.dtype).eps
    return np.abs(determinant) <= smallest * np.multiply.reduce(rows, -1)


def _cofactors(A: Any) -> Any:
    """Return ``det(U V^H) conj(U P V^H)``: P has the products of all singular values but one.

    Source: N. Higham, What Is the Adjugate of a Matrix? (2020).
    """
    U, S, Vh = np.linalg.svd(A)
    ones = namespace(A).ones(S.shape[:-1], S.dtype)
    others = _prod_rule(ones, S, S.shape, S.ndim - 1, False)
    phase = np.linalg.det(np.matmul(U, Vh))[..., None, None]
    return phase * np.conjugate(np.matmul(U * others[..., None, :], Vh))


def _minors(A: Any) -> Any:
    """Return the cofactors by their definition, as polynomials: for derivatives of every order.

    Those of ``U``, ``S`` and ``V`` do not exist where singular values coincide, as zeros do.
    """
    n = A.shape[-1]
    others = np.array([[j for j in range(n) if j != i] for i in range(n)], np.int64).reshape(n, -1)
    rows, columns = others[:, None, :, None], others[None, :, None, :]
    signs = namespace(A._array).ones((n, n), A._array.real.dtype)
    signs[1::2, ::2] = signs[::2, 1::2] = -1
    return _det(A[..., rows, columns]) * signs


@primitive(A=_det_rule)
def _det(A: Any) -> Any:
    return np.linalg.det(A)


def det(A: Any) -> Any:
    """Return the determinants of square matrices.

    Shapes: ``(..., n, n) -> (...)``.

    Derivative: ``g`` times the cofactors, ``det(A) A^-T``; defined for singular matrices, too.

    Raises:
        RuntimeError: for matrices that are not square, integers.

    Example:
        >>> import minigrad as mg
        >>> mg.linalg.det(mg.tensor([[2.0, 1.0], [1.0, 3.0]]))
        tensor(5.)
    """
    check_floating("linalg.det", A, half=NotImplementedError)
    check_square("linalg.det", A)
    return _det(A)


# --- its logarithm --------------------------------------------------------------------------------


def _slogdet_rule(g: Any, A: Any, out: Any) -> Any:
    """dA = g A^-T, for the logarithm; the sign of a real matrix is constant.

    That of a complex one is ``exp(i angle)``, and angle the imaginary part of ``tr(A^-1 dA)``.
    """
    turned, g = g
    if A.dtype.kind == "c":
        g = g + 1j * real(-1j * turned * out[0])
    return g.reshape((*g.shape, 1, 1)) * _inv_ex(A)[0].mT


@primitive(A=_slogdet_rule)
def _slogdet(A: Any) -> Any:
    return tuple(np.linalg.slogdet(A))


def slogdet(A: Any) -> Any:
    """Return sign and logarithm of the absolute value of determinants, without overflow.

    Shapes: ``(..., n, n) -> (...), (...)``. The sign is 0, the logarithm -inf for singular
    matrices; the sign of a complex determinant is a number of absolute value 1.

    Derivative: ``g A^-T`` for the logarithm, infinite for singular matrices.

    Raises:
        RuntimeError: for matrices that are not square, integers or float16.

    Example:
        >>> import minigrad as mg
        >>> sign, logabsdet = mg.linalg.slogdet(mg.tensor([[0.0, 1.0], [2.0, 0.0]]))
        >>> sign, logabsdet
        (tensor(-1.), tensor(0.6931))
    """
    check_floating("linalg.slogdet", A)
    check_square("linalg.slogdet", A)
    return linalg_slogdet(*_slogdet(A))


def logdet(A: Any) -> Any:
    """Return the logarithms of determinants: NaN for negative ones, -inf for 0.

    Raises:
        RuntimeError: as ``slogdet``.
    """
    sign, logabsdet = slogdet(A)
    if A.dtype.kind == "c":
        return log(sign) + logabsdet
    return where(lt(sign, 0), np.nan, logabsdet)
