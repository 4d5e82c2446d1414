"""Functions of square matrices: powers and the exponential."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...backend.arrays import namespace
from ..pointwise.comparison import where
from ..pointwise.rounding import zero
from ..shaping.joining import cat
from .checks import check_floating, check_square
from .inverse import inv

# --- the exponential ------------------------------------------------------------------------------

# Coefficients of the Pade approximation of order 13, and the largest norm for which its error is
# below double precision (Higham 2005, table 2.3).
_PADE = (
    *(64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0),
    *(129060195264000.0, 10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0),
    *(40840800.0, 960960.0, 16380.0, 182.0, 1.0),
)
_RADIUS = 5.371920351148152


def _matrix_exp_rule(g: Any, A: Any) -> Any:
    """dA = the upper right block of exp((A^T g; 0 A^T)).

    That block is the derivative of exp at A^T in the direction g, and the adjoint of the derivative
    at A is the derivative at A^T.

    Source: N. Higham, Functions of Matrices (2008), 3.16.
    """
    n = A.shape[-1]
    rows = [cat([A.mT, g], -1), cat([zero(g), A.mT], -1)]
    return _matrix_exp(cat(rows, -2))[..., :n, n:]


@primitive(A=_matrix_exp_rule)
def _matrix_exp(A: Any) -> Any:
    if A.dtype.char == "e":
        return _matrix_exp(A.astype(np.float32)).astype(A.dtype)
    if not A.size:
        return A.copy()
    norm = np.max(np.add.reduce(np.abs(A), -2), -1)
    halvings = np.ceil(np.log2(np.maximum(norm, _RADIUS) / _RADIUS))
    halvings = np.where(np.isfinite(halvings), halvings, 0)[..., None, None].astype(np.int64)
    out = _pade(A / (2.0**halvings).astype(A.real.dtype))
    for i in range(int(np.max(halvings))):
        out = np.where(i < halvings, np.matmul(out, out), out)  # undo each one by a squaring
    return out


def _pade(A: Any) -> Any:
    """Return exp(A) for matrices of small norm: a quotient of polynomials, p(A) / p(-A).

    Source: N. Higham, The Scaling and Squaring Method for the Matrix Exponential Revisited (2005).
    """
    eye = namespace(A).eye(A.shape[-1], dtype=A.dtype)
    A2 = np.matmul(A, A)
    A4 = np.matmul(A2, A2)
    A6 = np.matmul(A4, A2)

    def polynomial(b: tuple[float, ...]) -> Any:
        """Return ``sum(b[i] * A2**i)``, for i from 0 to 6, by four products."""
        low = b[3] * A6 + b[2] * A4 + b[1] * A2 + b[0] * eye
        return np.matmul(A6, b[6] * A6 + b[5] * A4 + b[4] * A2) + low

    even, odd = polynomial(_PADE[::2]), np.matmul(A, polynomial(_PADE[1::2]))
    return np.linalg.solve(even - odd, even + odd)


def matrix_exp(A: Any) -> Any:
    """Return the exponentials of square matrices, ``sum(A**k / k!)``.

    Shapes: ``(..., n, n) -> (..., n, n)``.

    Derivative: a block of the exponential of a matrix of twice the size (Higham 2008, 3.16).

    Raises:
        RuntimeError: for matrices that are not square, integers.

    Example:
        >>> import minigrad as mg
        >>> mg.linalg.matrix_exp(mg.tensor([[0.0, 1.0], [0.0, 0.0]]))
        tensor([[1., 1.],
                [0., 1.]])

    Source: N. Higham, The Scaling and Squaring Method for the Matrix Exponential Revisited (2005).
    """
    if A.dtype.char != "e":
        check_floating("linalg.matrix_exp", A)
    check_square("linalg.matrix_exp", A)
    return _matrix_exp(A)


# --- powers ---------------------------------------------------------------------------------------


def matrix_power(A: Any, n: int) -> Any:
    """Return square matrices to an integer power, by repeated squaring.

    Args:
        A: square matrices.
        n: the exponent; a negative one is that of the inverse.

    Shapes: ``(..., m, m) -> (..., m, m)``.

    Raises:
        LinAlgError: for a singular matrix and a negative exponent.
        RuntimeError: for matrices that are not square.
        TypeError: for an exponent that is no integer.

    Example:
        >>> import minigrad as mg
        >>> mg.linalg.matrix_power(mg.tensor([[1, 1], [1, 0]]), 10)
        tensor([[89, 55],
                [55, 34]])
    """
    try:
        n = operator.index(n)
    except TypeError:
        raise TypeError(
            f"linalg_matrix_power(): argument 'n' must be int, not {type(n).__name__}"
        ) from None
    check_square("linalg.matrix_power", A)
    if n < 0:
        A, n = inv(A), -n
    if n == 0:
        xp = namespace(A._array)
        return where(xp.ones(A.shape, bool), xp.eye(A.shape[-1], dtype=A.dtype), A)
    result = None
    while n:
        if n & 1:
            result = A if result is None else result @ A
        n >>= 1
        if n:
            A = A @ A
    return result.clone() if result is A else result
