"""Running sums, products and extrema, and the linear recurrence that differentiates them.

Nothing here divides, so zeros need no care: every derivative of every order is exact.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...backend.arrays import namespace
from ...backend.dtypes import as_dtype, bool_, float32, int64
from ..dims import along, normalize_dim, numpy_names, scalar_as_vector
from ..pointwise.transcendental import exp, log_sum

__all__ = ["cumprod", "cumsum", "logcumsumexp"]


@primitive(x=lambda g, dim, reverse: shift(g, dim=dim, reverse=not reverse, fill=0))
def shift(x: Any, *, dim: int, reverse: bool, fill: float) -> Any:
    """Move the elements one place on (back, if ``reverse``), with ``fill`` in the place left."""
    out = namespace(x).empty_like(x)
    ahead, behind = along(dim, slice(1, None)), along(dim, slice(None, -1))
    source, target = (ahead, behind) if reverse else (behind, ahead)
    out[target] = x[source]
    out[along(dim, slice(-1, None)) if reverse else along(dim, slice(None, 1))] = fill
    return out


@primitive(x=lambda g, dim, reverse: _cumsum(g, dim=dim, reverse=not reverse, dtype=g.dtype))
def _cumsum(x: Any, *, dim: int, reverse: bool, dtype: Any) -> Any:
    return _flipped(np.cumsum(_flipped(x, dim, reverse), axis=dim, dtype=dtype), dim, reverse)


def _cumprod_rule(g: Any, x: Any, out: Any, dim: int, reverse: bool) -> Any:
    """dx[k] = out[k - 1] * r[k], with r[k] = g[k] + x[k + 1] * r[k + 1].

    ``x[k]`` is a factor of all later results: sum_{i >= k} g[i] * prod_{j <= i, j != k} x[j]. What
    comes before k is common to the terms; of the rest, r is Horner's scheme.
    """
    before = shift(out, dim=dim, reverse=reverse, fill=1)
    following = shift(x, dim=dim, reverse=not reverse, fill=0)
    return before * recurrence(following, g, dim=dim, reverse=not reverse)


@primitive(x=_cumprod_rule)
def _cumprod(x: Any, *, dim: int, reverse: bool, dtype: Any) -> Any:
    return _flipped(np.cumprod(_flipped(x, dim, reverse), axis=dim, dtype=dtype), dim, reverse)


def _recurrence_rule(
    g: Any, a: Any, out: Any, needs: tuple[bool, bool], dim: int, reverse: bool
) -> tuple[Any, Any]:
    """db[k] = s[k], da[k] = s[k] * r[k - 1], with s[k] = g[k] + a[k + 1] * s[k + 1]."""
    following = shift(a, dim=dim, reverse=not reverse, fill=0)
    s = recurrence(following, g, dim=dim, reverse=not reverse)
    return s * shift(out, dim=dim, reverse=reverse, fill=0) if needs[0] else None, s


@primitive(joint=_recurrence_rule)
def recurrence(a: Any, b: Any, *, dim: int, reverse: bool) -> Any:
    """Return r with ``r[k] = a[k] * r[k - 1] + b[k]`` along ``dim``; from the end if ``reverse``.

    Two neighbouring steps make one step of the same form, with factor ``a[k] * a[k - 1]``; doubling
    the stride takes log2(n) passes over whole arrays (Hillis and Steele 1986).
    """
    a, b = _flipped(a, dim, reverse).copy(), _flipped(b, dim, reverse).copy()
    stride = 1
    while stride < b.shape[dim]:
        later, earlier = along(dim, slice(stride, None)), along(dim, slice(None, -stride))
        b[later] += a[later] * b[earlier]
        a[later] = a[later] * a[earlier]
        stride *= 2
    return _flipped(b, dim, reverse)


def _flipped(x: Any, dim: int, reverse: bool) -> Any:
    return x[along(dim, slice(None, None, -1))] if reverse else x


@numpy_names
@scalar_as_vector
def cumsum(x: Any, dim: int, *, dtype: Any = None) -> Any:
    """Return the sums of the elements so far, along ``dim``; of integers and bools in int64.

    Derivative: the running sum of ``g`` from the end.

    Raises:
        IndexError: for a dimension out of range.
        NotImplementedError: for ``dtype`` bool.
    """
    return _cumsum(x, dim=normalize_dim(dim, x.ndim), reverse=False, dtype=_result(x, dtype))


@numpy_names
@scalar_as_vector
def cumprod(x: Any, dim: int, *, dtype: Any = None) -> Any:
    """Return the products of the elements so far, along ``dim``; of integers and bools in int64.

    Derivative: ``out[k - 1] * r[k]`` with ``r[k] = g[k] + x[k + 1] * r[k + 1]``, exact at zeros.

    Raises:
        IndexError: for a dimension out of range.
        NotImplementedError: for ``dtype`` bool.
    """
    return _cumprod(x, dim=normalize_dim(dim, x.ndim), reverse=False, dtype=_result(x, dtype))


def _result(x: Any, dtype: Any) -> Any:
    if dtype is not None:
        found = as_dtype(dtype)
        if found == bool_:
            raise NotImplementedError("running sums and products are not implemented for bool")
        return found
    return int64 if x.dtype.kind in "biu" else x.dtype


def check_in_place(name: str, x: Any, dim: int, dtype: Any) -> None:
    """Raise unless a running sum or product of a dtype can take the place of ``x``.

    As in PyTorch that of a 0-d bool (or of none) can, and is the bool itself.
    """
    normalize_dim(dim, x.ndim)
    if dtype is not None and as_dtype(dtype) != x.dtype:
        raise RuntimeError(
            f"{name}: Bad in-place call: input tensor dtype {x.dtype} and output tensor dtype "
            f"{as_dtype(dtype)} should match"
        )
    if x.dtype == bool_ and x.ndim and 0 not in x.shape:
        raise NotImplementedError(f"{name} is not implemented for bool")


# --- logarithms of sums -------------------------------------------------------------------------


def _logcumsumexp_rule(g: Any, x: Any, out: Any, dim: int) -> Any:
    """dx[k] = exp(x[k] - out[k]) * r[k], with r[k] = g[k] + exp(out[k] - out[k + 1]) * r[k + 1].

    That is sum_{i >= k} g[i] * exp(x[k] - out[i]) in steps none of which can overflow, for ``out``
    never falls.
    """
    ratio = exp(shift(out, dim=dim, reverse=False, fill=-math.inf) - out)
    following = shift(ratio, dim=dim, reverse=True, fill=0)
    return exp(x - out) * recurrence(following, g, dim=dim, reverse=True)


@primitive(x=_logcumsumexp_rule, dtypes="floating")
def _logcumsumexp(x: Any, *, dim: int) -> Any:
    if x.dtype.kind == "c":
        rows = np.moveaxis(x.copy(), dim, 0)
        for i in range(1, len(rows)):
            rows[i] = log_sum(rows[i - 1], rows[i])
        return np.moveaxis(rows, 0, dim)
    wide = x.astype(float32) if x.dtype.char == "e" else x
    return np.logaddexp.accumulate(wide, dim).astype(x.dtype, copy=False)


@numpy_names
@scalar_as_vector
def logcumsumexp(x: Any, dim: int) -> Any:
    """Return ``log(cumsum(exp(x)))`` along ``dim``, without overflow.

    Derivative: ``g[i] * exp(x[k] - out[i])``, summed over all i from k on.

    Raises:
        IndexError: for a dimension out of range.
        NotImplementedError: for integers.
    """
    return _logcumsumexp(x, dim=normalize_dim(dim, x.ndim))
