"""Triangular systems of equations."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.fitting import cast
from ...autograd.primitive import primitive
from ...backend.factorizations import solve_triangle
from ..shaping.broadcasting import common_shape
from ..shaping.diagonals import tril, triu
from .checks import check_matrix, check_square


def triangle(x: Any, upper: bool, unit: bool) -> Any:
    """Return the triangle of ``x`` that a triangular system reads."""
    return triu(x, int(unit)) if upper else tril(x, -int(unit))


def _triangular_rule(g: Any, A: Any, out: Any, needs: Any, upper: bool, unitriangular: bool) -> Any:
    """dB = A^-T g, and dA = the triangle of -dB X^T."""
    dB = _solve_triangular(A.mT, g, upper=not upper, unitriangular=unitriangular)
    dA = triangle(-dB @ out.mT, upper, unitriangular) if needs[0] else None
    return dA, dB


@primitive(joint=_triangular_rule)
def _solve_triangular(A: Any, B: Any, *, upper: bool, unitriangular: bool) -> Any:
    A, B = batched(A, B)
    return solve_triangle(A, B, upper, unitriangular)


def batched(A: Any, B: Any) -> tuple[Any, Any]:
    """Return arrays of matrices with the batch dimensions of both."""
    batch = np.broadcast_shapes(A.shape[:-2], B.shape[:-2])
    return np.broadcast_to(A, batch + A.shape[-2:]), np.broadcast_to(B, batch + B.shape[-2:])


def solve_triangular(
    A: Any, B: Any, *, upper: bool, left: bool = True, unitriangular: bool = False
) -> Any:
    """Return the solution ``X`` of ``A @ X = B``, for triangular matrices ``A``.

    Args:
        A: square matrices, of which one triangle is read.
        B: the right-hand sides, as columns; converted to the dtype of ``A``, as PyTorch's.
        upper: whether ``A`` is upper triangular.
        left: False solves ``X @ A = B`` instead.
        unitriangular: take the diagonal of ``A`` to be ones.

    Shapes: ``(..., n, n), (..., n, k) -> (..., n, k)``, batch dimensions broadcast.

    Derivative: ``dB = A^-T g``, and the triangle of ``-dB X^T`` to ``A``.

    Raises:
        RuntimeError: for matrices that are not square, shapes or dtypes that do not fit.

    Example:
        >>> import minigrad as mg
        >>> L, b = mg.tensor([[2.0, 0.0], [1.0, 4.0]]), mg.tensor([[2.0], [9.0]])
        >>> mg.linalg.solve_triangular(L, b, upper=False)
        tensor([[1.],
                [2.]])
    """
    if A.dtype.kind not in "fc" or A.dtype.char == "e":
        raise NotImplementedError(f'"triangular_solve_cpu" not implemented for {A.dtype}')
    check_system("linalg.solve_triangular", A, B, left)
    if B.dtype != A.dtype:
        B = cast(B, dtype=A.dtype)
    if left:
        return _solve_triangular(A, B, upper=upper, unitriangular=unitriangular)
    return _solve_triangular(A.mT, B.mT, upper=not upper, unitriangular=unitriangular).mT


def check_system(name: str, A: Any, B: Any, left: bool) -> None:
    """Raise unless ``A @ X = B``, or ``X @ A = B``, is a system of equations."""
    check_square(name, A)
    check_matrix(name, B, "B")
    if A.shape[-1] != B.shape[-2 if left else -1]:
        shapes = f"{A.shape[-2]}x{A.shape[-1]} and {B.shape[-2]}x{B.shape[-1]}"
        raise RuntimeError(
            f"{name}: Incompatible shapes of A and B for the equation {'AX' if left else 'XA'} = B "
            f"({shapes})"
        )
    common_shape(A.shape[:-2], B.shape[:-2])
