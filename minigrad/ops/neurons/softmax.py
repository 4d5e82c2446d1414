"""Softmax: numbers turned into probabilities along a dimension."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.fitting import cast
from ...autograd.primitive import primitive
from ...backend.dtypes import as_dtype
from ...backend.sums import total
from ..dims import normalize_dim
from ..pointwise.transcendental import exp
from ..reducing.reductions import sum

__all__ = ["log_softmax", "softmax", "softmin"]


@primitive(
    x=lambda g, out, dim: out * (g - sum(g * out, dim, True)),
    dtypes="real floating",
)
def _softmax(x: Any, *, dim: int) -> Any:
    out = _shifted(x, dim)
    out = np.exp(out, out=out)
    out /= total(out, (dim,), True)
    return out


@primitive(
    x=lambda g, out, dim: g - exp(out) * sum(g, dim, True),
    dtypes="real floating",
)
def _log_softmax(x: Any, *, dim: int) -> Any:
    out = _shifted(x, dim)
    out -= np.log(total(np.exp(out), (dim,), True))
    return out


def _shifted(x: Any, dim: int) -> Any:
    """Subtract the maximum along ``dim``, so that exp does not overflow."""
    return x - x.max(axis=dim, keepdims=True) if x.size else x.copy()


def softmax(x: Any, dim: int, *, dtype: Any = None) -> Any:
    """Return ``exp(x)`` divided by its sum along ``dim``.

    Args:
        x: a tensor.
        dim: the dimension along which the results sum to 1.
        dtype: convert ``x`` first.

    Derivative: ``out * (g - sum(g * out))``.

    Raises:
        IndexError: for a dimension out of range.
        NotImplementedError: for integers, unless ``dtype`` makes them floats.

    Example:
        >>> import minigrad as mg
        >>> mg.softmax(mg.tensor([0.0, 0.0]), dim=0)
        tensor([0.5000, 0.5000])
    """
    return _along(_softmax, x, dim, dtype)


def log_softmax(x: Any, dim: int, *, dtype: Any = None) -> Any:
    """Return the logarithm of ``softmax``, accurate where that is tiny.

    Args:
        x: a tensor.
        dim: the dimension along which the exponentials of the results sum to 1.
        dtype: convert ``x`` first.

    Derivative: ``g - exp(out) * sum(g)``.

    Raises:
        IndexError: for a dimension out of range.
        NotImplementedError: for integers, unless ``dtype`` makes them floats.
    """
    return _along(_log_softmax, x, dim, dtype)


def softmin(x: Any, dim: int, *, dtype: Any = None) -> Any:
    """Return ``softmax(-x)``."""
    return softmax(-x, dim, dtype=dtype)


def _along(function: Callable[..., Any], x: Any, dim: int, dtype: Any) -> Any:
    """Call a primitive along a dimension, of which a 0-d tensor counts as having one."""
    if dtype is not None:
        x = cast(x, dtype=as_dtype(dtype))
    dim = normalize_dim(dim, x.ndim)
    return function(x, dim=dim) if x.ndim else function(x.reshape(1), dim=dim).reshape(())
