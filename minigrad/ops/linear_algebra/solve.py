"""Systems of linear equations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...backend.arrays import namespace
from ...backend.factorizations import first_zero, lu, permutation, solve_triangle
from ..shaping.shapes import movedim
from .checks import check_floating, check_info, check_square
from .results import linalg_solve_ex
from .triangular import batched, check_system


def _solve_rule(g: Any, A: Any, out: Any, needs: Any) -> Any:
    """dB = A^-T g, and dA = -dB X^T."""
    dB, _ = _solve_ex(A.mT, g[0])
    return -dB @ out[0].mT if needs[0] else None, dB


@primitive(joint=_solve_rule)
def _solve_ex(A: Any, B: Any) -> Any:
    """Return the solution, and for each matrix the number of the pivot that is 0."""
    try:
        return np.linalg.solve(*batched(A, B)), namespace(A).zeros(A.shape[:-2], np.int32)
    except np.linalg.LinAlgError:  # it refuses the whole batch for one singular matrix
        return eliminate(A, B)


def eliminate(A: Any, B: Any) -> tuple[Any, Any]:
    """Return what ``_solve_ex`` does, infinite or NaN where a pivot is 0, for arrays."""
    LU, pivots = lu(A)
    rows = permutation(pivots, A.shape[-1])[..., None]
    factors, B = batched(LU, B)
    B = np.take_along_axis(B, np.broadcast_to(rows, (*B.shape[:-1], 1)), -2)
    Y = solve_triangle(factors, B, upper=False, unit=True)
    return solve_triangle(factors, Y, upper=True), first_zero(LU)


def solve(A: Any, B: Any, *, left: bool = True) -> Any:
    """Return the solution ``X`` of ``A @ X = B``.

    Args:
        A: square matrices.
        B: the right-hand sides: columns of matrices, or vectors.
        left: False solves ``X @ A = B`` instead.

    Shapes: ``(..., n, n), (..., n, k) -> (..., n, k)``, batch dimensions broadcast; or vectors,
    ``(..., n, n), (..., n) -> (..., n)``, for ``B`` of one dimension or the batch shape of ``A``.

    Derivative: ``dB = A^-T g`` and ``dA = -dB X^T`` (Giles 2008, 2.3.1).

    Raises:
        LinAlgError: for a singular matrix.
        RuntimeError: for matrices that are not square, shapes or dtypes that do not fit.

    Example:
        >>> import minigrad as mg
        >>> A, b = mg.tensor([[2.0, 1.0], [1.0, 3.0]]), mg.tensor([3.0, 5.0])
        >>> mg.linalg.solve(A, b)
        tensor([0.8000, 1.4000])
    """
    result, info = _solution("linalg.solve", A, B, left)
    check_info(
        "torch.linalg.solve", info, "The solver failed because the input matrix is singular."
    )
    return result


def solve_ex(A: Any, B: Any, *, left: bool = True, check_errors: bool = False) -> Any:
    """Return ``solve(A, B)`` and ``info``, infinite or NaN and a number where singular.

    Args:
        A, B, left: as ``solve``.
        check_errors: raise as ``solve`` does.
    """
    result, info = _solution("linalg.solve", A, B, left)
    if check_errors:
        check_info("torch.linalg.solve_ex", info, "The solver failed: the matrix is singular.")
    return linalg_solve_ex(result, info)


def _solution(name: str, A: Any, B: Any, left: bool) -> tuple[Any, Any]:
    check_floating(name, A, B)
    check_square(name, A)
    vector = B.ndim == 1 or (A.ndim - 1 == B.ndim and B.shape == A.shape[:-1])
    if vector:
        if not left:
            raise RuntimeError(
                f"{name}: Vector broadcasting of the left hand side is not supported for "
                "left=False. In this case linalg.solve is equivalent to B / A.squeeze(-1)"
            )
        B = B.reshape((*B.shape, 1))
    check_system(name, A, B, left)
    if left:
        result, info = _solve_ex(A, B)
    else:
        result, info = _solve_ex(A.mT, B.mT)
        result = result.mT
    return result.reshape(result.shape[:-1]) if vector else result, info


def tensorsolve(A: Any, B: Any, dims: Sequence[int] | None = None) -> Any:
    """Return ``X`` with ``tensordot(A, X, X.ndim) = B``.

    Args:
        A: a tensor whose first dimensions, those of ``B``, and whose last, those of ``X``, have
            the same product of sizes.
        B: a tensor.
        dims: dimensions of ``A`` to move to its end first.

    Raises:
        LinAlgError: if ``A``, as a matrix, is singular.
        RuntimeError: if the sizes do not fit.
    """
    if dims is not None:
        A = movedim(A, dims, tuple(range(A.ndim - len(dims), A.ndim)))
    rows, columns = A.shape[: B.ndim], A.shape[B.ndim :]
    if math.prod(rows) != math.prod(columns):
        raise RuntimeError(
            "Expected self to satisfy the requirement prod(self.shape[other.ndim:]) == "
            f"prod(self.shape[:other.ndim]), but got {math.prod(columns)} != {math.prod(rows)}"
        )
    matrix = A.reshape((math.prod(rows), math.prod(columns)))
    return solve(matrix, B.reshape((-1,))).reshape(columns)
