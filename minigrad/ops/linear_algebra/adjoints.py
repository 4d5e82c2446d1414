"""Conjugate transposes, and rules that are written with them.

Inside a backward pass gradients are linear forms, and rules of holomorphic functions (products,
solutions, inverses, determinants) transpose and never conjugate. Decompositions are not
holomorphic: their factors are orthogonal or real. The literature gives their derivatives for the
direction of steepest ascent, the conjugate of the linear form; ``steepest`` lets us write them so.
For real matrices all of this does nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.fitting import conjugated
from ...autograd.stand_in import StandIn
from ...autograd.traced import Traced
from ..pointwise.comparison import eq, logical_and, where
from ..shaping.diagonals import triu


def adjoint(x: Any) -> Any:
    """Return the conjugate transpose of matrices."""
    return conjugated(x).mT


def steepest(rule: Callable[..., Any]) -> Callable[..., Any]:
    """Make a rule of one written for directions of steepest ascent, as PyTorch's are."""

    @functools.wraps(rule)  # the signature, which is the save list, stays
    def linear(g: Any, *arguments: Any) -> Any:
        if isinstance(g, tuple):
            g = tuple(None if part is None else conjugated(part) for part in g)
        else:
            g = conjugated(g)
        return conjugated(rule(g, *arguments))

    return linear


def check_phases(name: str, products: Any) -> None:
    """Raise if a loss depends on what has no derivative: the phases of complex vectors.

    Args:
        name: of the decomposition.
        products: the scalar product of each vector with its gradient. A turn of the vector by a
            phase changes the loss by the imaginary part.
    """
    values = products._array if isinstance(products, Traced) else products
    if isinstance(values, StandIn) or values.dtype.kind != "c":
        return
    if (np.abs(values.imag) > 1e-2).any():  # PyTorch's tolerance
        raise RuntimeError(
            f"{name}_backward: The vectors in the complex case are specified up to "
            "multiplication by e^{i phi}. The specified loss function depends on this quantity, "
            "so it is ill-defined."
        )


def skew(x: Any) -> Any:
    """Return ``x - x^H``."""
    return x - adjoint(x)


def half_upper(x: Any) -> Any:
    """Return the upper triangle of ``x`` with half of its diagonal."""
    return (triu(x) + triu(x, 1)) * 0.5


def ratio(x: Any, y: Any) -> Any:
    """Return ``x / y``, where 0 / 0 counts as 0: what nothing flows into sends nothing back.

    Gradients of degenerate singular values or eigenvalues are finite, those of their vectors are
    not; a factor that received no gradient must not spoil what came to the others.
    """
    return x / where(logical_and(eq(x, 0), eq(y, 0)), 1, y)
