"""Inverses of matrices."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...backend.arrays import namespace
from .checks import check_floating, check_info, check_square
from .results import linalg_inv_ex
from .solve import eliminate

SINGULAR = (
    "The diagonal element {info} is zero, the inversion could not be completed because the input "
    "matrix is singular."
)


@primitive(A=lambda g, out: -out[0].mT @ g[0] @ out[0].mT)
def _inv_ex(A: Any) -> Any:
    """Return the inverse, and for each matrix the number of the pivot that is 0."""
    try:
        return np.linalg.inv(A), namespace(A).zeros(A.shape[:-2], np.int32)
    except np.linalg.LinAlgError:
        eye = namespace(A).eye(A.shape[-1], dtype=A.dtype)
        return eliminate(A, np.broadcast_to(eye, A.shape))


def inv(A: Any) -> Any:
    """Return the inverses of square matrices.

    Shapes: ``(..., n, n) -> (..., n, n)``.

    Derivative: ``-A^-T g A^-T``.

    Raises:
        LinAlgError: for a singular matrix.
        RuntimeError: for matrices that are not square, integers or float16.

    Example:
        >>> import minigrad as mg
        >>> mg.linalg.inv(mg.tensor([[2.0, 0.0], [0.0, 4.0]]))
        tensor([[0.5000, 0.0000],
                [0.0000, 0.2500]])
    """
    inverse, info = _checked("linalg.inv", A)
    check_info("linalg.inv", info, SINGULAR)
    return inverse


def inv_ex(A: Any, *, check_errors: bool = False) -> Any:
    """Return ``inv(A)`` and ``info``, infinite or NaN and a number where singular.

    Args:
        A: square matrices.
        check_errors: raise as ``inv`` does.
    """
    inverse, info = _checked("linalg.inv", A)
    if check_errors:
        check_info("linalg.inv_ex", info, SINGULAR)
    return linalg_inv_ex(inverse, info)


def _checked(name: str, A: Any) -> Any:
    check_floating(name, A)
    check_square(name, A)
    return _inv_ex(A)


def tensorinv(A: Any, ind: int = 2) -> Any:
    """Return the inverse of the map that ``tensordot`` with ``A`` is.

    Args:
        A: a tensor whose first ``ind`` dimensions have the same product of sizes as the others.
        ind: how many dimensions come first.

    Raises:
        LinAlgError: if ``A``, as a matrix, is singular.
        RuntimeError: if the sizes do not fit, or ``ind`` is not positive.
    """
    if ind <= 0:
        raise RuntimeError(f"Expected a strictly positive integer for 'ind', but got {ind}")
    rows, columns = A.shape[:ind], A.shape[ind:]
    if math.prod(rows) != math.prod(columns):
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[ind:]) == "
            f"prod(self.shape[:ind]), but got {math.prod(columns)} != {math.prod(rows)}"
        )
    return inv(A.reshape((math.prod(rows), math.prod(columns)))).reshape((*columns, *rows))
