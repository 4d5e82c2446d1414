"""Covariances and correlations of variables."""

from __future__ import annotations

import warnings
from typing import Any

from ...autograd.fitting import cast
from ...backend.dtypes import get_default_dtype
from ..contracting.matmul import matmul
from ..pointwise.complex_numbers import complex, conj, imag, real
from ..pointwise.elementwise import clamp
from ..pointwise.transcendental import sqrt
from ..shaping.diagonals import diagonal
from .reductions import sum

__all__ = ["corrcoef", "cov"]


def cov(input: Any, *, correction: int = 1, fweights: Any = None, aweights: Any = None) -> Any:
    """Return the covariance matrix of variables, the rows of ``input``.

    Args:
        input: (variables, observations), or the observations of one.
        correction: the sum of squares is divided by the sum of the weights less this.
        fweights: how often each observation was made, integers.
        aweights: how much each counts.

    Shapes: ``(n, m) -> (n, n)``; a number for a single variable.

    Raises:
        RuntimeError: for more than two dimensions, or weights that do not fit.
    """
    if input.ndim > 2:
        raise RuntimeError(
            "cov(): expected input to have two or fewer dimensions but got an input with "
            f"{input.ndim} dimensions"
        )
    if input.dtype.kind == "b":
        raise RuntimeError("cov(): bool dtype is not supported for input")
    if input.dtype.kind in "iu":
        input = cast(input, dtype=get_default_dtype())
    rows = input.reshape(1, -1) if input.ndim < 2 else input
    count = rows.shape[1]
    weights = _weights(count, fweights, aweights)
    if weights is None:
        total, norm = count, count - correction
        means = sum(rows, 1, True) / total if count else sum(rows, 1, True) * float("nan")
    else:
        total = sum(weights)
        means = sum(rows * weights, 1, True) / total
        lost = correction if aweights is None else correction * sum(weights * aweights) / total
        norm = total - lost
    if norm <= 0:
        warnings.warn(
            "cov(): degrees of freedom is <= 0. Correction should be strictly less than the number "
            "of observations.",
            stacklevel=2,
        )
        norm = 0.0
    centred = rows - means
    out = matmul(centred if weights is None else centred * weights, conj(centred).mT) / norm
    return out.reshape(()) if out.shape == (1, 1) else out


def _weights(count: int, fweights: Any, aweights: Any) -> Any:
    """Return the product of both kinds of weights, None if there is none.

    Raises:
        RuntimeError: for other dtypes than integers and floats, negative ones, another number.
    """
    for name, weights, kinds, dtype in (
        ("fweights", fweights, "iu", "integral"),
        ("aweights", aweights, "f", "floating point"),
    ):
        if weights is None:
            continue
        if weights.ndim > 1:
            raise RuntimeError(
                f"cov(): expected {name} to have one or fewer dimensions but got {weights.ndim}"
            )
        if weights.dtype.kind not in kinds:
            raise RuntimeError(
                f"cov(): expected {name} to have {dtype} dtype but got {weights.dtype}"
            )
        if weights.numel() != count:
            raise RuntimeError(
                f"cov(): expected {name} to have the same numel as there are observations in the "
                f"input but got {weights.numel()} != {count}"
            )
        if count and bool((weights < 0).any()):
            raise RuntimeError(f"cov(): {name} cannot be negative")
    if fweights is None or aweights is None:
        return fweights if aweights is None else aweights
    return fweights * aweights


def corrcoef(input: Any) -> Any:
    """Return the matrix of correlation coefficients of variables, the rows of ``input``.

    ``cov[i, j] / sqrt(cov[i, i] cov[j, j])``, held between -1 and 1.

    Raises:
        RuntimeError: for more than two dimensions.
    """
    if input.ndim > 2:
        raise RuntimeError(
            "corrcoef(): expected input to have two or fewer dimensions but got an input with "
            f"{input.ndim} dimensions"
        )
    covariance = cov(input)
    if covariance.ndim == 0:
        return covariance / covariance
    deviations = sqrt(real(diagonal(covariance)))
    out = covariance / deviations[:, None] / deviations[None, :]
    if out.dtype.kind == "c":
        return complex(clamp(real(out), -1, 1), clamp(imag(out), -1, 1))
    return clamp(out, -1, 1)
