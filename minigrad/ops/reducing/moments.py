"""Variance and standard deviation: of complex numbers, by squared absolute distances, real."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.fitting import conjugated
from ...autograd.primitive import primitive
from ...backend.sums import total
from ..dims import Dims, normalize_dims, numpy_names
from ..pointwise.comparison import eq, where
from .reductions import _mean, count, floating, kept, mean

__all__ = ["std", "std_mean", "var", "var_mean"]


def _freedom(shape: tuple[int, ...], dim: tuple[int, ...], correction: float) -> float:
    """Return the divisor of a variance."""
    return max(count(shape, dim) - correction, 0)


def _var_rule(
    g: Any, x: Any, x_shape: tuple[int, ...], dim: tuple[int, ...], keepdim: bool, correction: float
) -> Any:
    """dx = g * 2 * conj(x - mean(x)) / (n - correction)."""
    freedom = _freedom(x_shape, dim, correction)
    scale = 2 / freedom if freedom else math.inf
    center = x - _mean(x, dim=dim, keepdim=True, dtype=None)
    return kept(g, x_shape, dim, keepdim) * scale * conjugated(center)


@primitive(x=_var_rule)
def _var(x: Any, *, dim: tuple[int, ...], keepdim: bool, correction: float) -> Any:
    if x.dtype.char == "e":  # squares of float16 overflow from 256 on
        wide = x.astype(np.float32)
        return _var(wide, dim=dim, keepdim=keepdim, correction=correction).astype(x.dtype)
    center = x - _mean(x, dim=dim, keepdim=True, dtype=None)
    if x.dtype.kind == "c":
        center = np.square(center.real) + np.square(center.imag)
    else:
        center *= center
    return total(center, dim, keepdim) / _freedom(x.shape, dim, correction)


def _std_rule(
    g: Any,
    x: Any,
    out: Any,
    x_shape: tuple[int, ...],
    dim: tuple[int, ...],
    keepdim: bool,
    correction: float,
) -> Any:
    """dx = g / (2 * std) * dvar/dx, and 0 where the deviation is 0."""
    half = where(eq(out, 0), 0, g / (2 * out))
    return _var_rule(half, x, x_shape, dim, keepdim, correction)


@primitive(x=_std_rule)
def _std(x: Any, *, dim: tuple[int, ...], keepdim: bool, correction: float) -> Any:
    wide = x.astype(np.float32) if x.dtype.char == "e" else x
    return np.sqrt(_var(wide, dim=dim, keepdim=keepdim, correction=correction)).astype(x.real.dtype)


def _moment(name: str, x: Any, dim: Any, unbiased: Any, keepdim: bool, correction: Any) -> Any:
    """Return the attributes of a moment, from PyTorch's three forms of the call."""
    floating(name, x.dtype)
    if isinstance(dim, bool):  # var(x, False)
        dim, unbiased = None, dim
    if unbiased is not None and correction is not None:
        raise TypeError(f"{name}(): give either unbiased or correction, not both")
    if correction is None:
        correction = 1 if unbiased is None else int(unbiased)
    return {
        "dim": normalize_dims(dim, x.ndim),
        "keepdim": keepdim,
        "correction": correction,
    }


@numpy_names
def var(
    x: Any,
    dim: Dims | bool = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> Any:
    """Return the variance over ``dim``: the squared distances from the mean over n - correction.

    Args:
        x: a tensor.
        dim: an int, a tuple, or all dimensions by default; may be left out before ``unbiased``.
        unbiased: True for correction 1 (the default), False for 0.
        keepdim: keep the reduced dimensions, as size 1.
        correction: subtracted from the number of elements.

    Derivative: ``g * 2 * (x - mean) / (n - correction)``.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for integers.
        TypeError: for both ``unbiased`` and ``correction``.
    """
    return _var(x, **_moment("var", x, dim, unbiased, keepdim, correction))


@numpy_names
def std(
    x: Any,
    dim: Dims | bool = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> Any:
    """Return the standard deviation over ``dim``: the root of ``var``, with the same arguments.

    Derivative: ``g * (x - mean) / (std * (n - correction))``, and 0 where the deviation is 0.
    """
    return _std(x, **_moment("std", x, dim, unbiased, keepdim, correction))


@numpy_names
def var_mean(
    x: Any,
    dim: Dims | bool = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Any, Any]:
    """Return the variance and the mean over ``dim``, with the arguments of ``var``."""
    given = _moment("var_mean", x, dim, unbiased, keepdim, correction)
    return _var(x, **given), mean(x, given["dim"], keepdim)


@numpy_names
def std_mean(
    x: Any,
    dim: Dims | bool = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Any, Any]:
    """Return the standard deviation and the mean over ``dim``, with the arguments of ``var``."""
    given = _moment("std_mean", x, dim, unbiased, keepdim, correction)
    return _std(x, **given), mean(x, given["dim"], keepdim)
