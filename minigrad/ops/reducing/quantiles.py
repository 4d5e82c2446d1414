"""Quantiles, and the most frequent element."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.fitting import cast
from ...autograd.primitive import primitive
from ...autograd.stand_in import open_to_transforms
from ...autograd.traced import Traced
from ...backend.arrays import to_host
from ...ops import return_types
from ..dims import normalize_dim, numpy_names, scalar_as_vector
from ..indices.scatter import gather
from ..pointwise.comparison import eq, isnan, logical_and, logical_or
from ..pointwise.elementwise import lerp
from ..shaping.shapes import movedim, reshape
from .reductions import sum
from .sorting import check_not_empty, chosen, found, sort

__all__ = ["mode", "msort", "nanmedian", "nanquantile", "quantile"]

_METHODS = ("linear", "lower", "higher", "midpoint", "nearest")


# --- quantiles ------------------------------------------------------------------------------------


@open_to_transforms
@numpy_names
def quantile(
    input: Any,
    q: Any,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
) -> Any:
    """Return the elements at the fractions ``q`` of the sorted elements, of all or along ``dim``.

    Args:
        input: a tensor of float32 or float64; NaN if there is one.
        q: a number from 0 to 1, or a 0-d or 1-d tensor of them, of the same dtype.
        dim: the dimension; all elements by default.
        keepdim: keep it, with size 1.
        interpolation: between two elements: "linear", "lower", "higher", "midpoint" or "nearest".

    Shapes: that of a reduction, behind the size of ``q`` if that is 1-d.

    Derivative: ``g``, shared by the two elements as their weights say.

    Raises:
        RuntimeError: for other dtypes or fractions, no elements, an unknown interpolation.
        IndexError: for a dimension out of range.
    """
    return _quantile("quantile", input, q, dim, keepdim, interpolation)


@open_to_transforms
@numpy_names
def nanquantile(
    input: Any,
    q: Any,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
) -> Any:
    """Return the quantiles of the elements that are not NaN. See ``quantile``."""
    return _quantile("nanquantile", input, q, dim, keepdim, interpolation)


def _quantile(
    name: str, input: Any, q: Any, dim: int | None, keepdim: bool, interpolation: str
) -> Any:
    fractions = _fractions(name, input, q)
    if interpolation not in _METHODS:
        raise RuntimeError(
            f"{name}() interpolation must be one of {', '.join(_METHODS)}, but got {interpolation}"
        )
    axis = None if dim is None else normalize_dim(dim, input.ndim)
    if 0 in input.shape:
        raise RuntimeError(f"{name}() input tensor must be non-empty, got {tuple(input.shape)}")
    kept = (1,) * input.ndim
    if axis is None or not input.ndim:
        rows = reshape(input, (-1,))
    else:
        rows = movedim(input, axis, -1)
        kept = (*input.shape[:axis], 1, *input.shape[axis + 1 :])
    ordered = sort(rows, -1).values
    ranks = _ranks(name, ordered._array, fractions.reshape(-1))
    found = movedim(_between(ordered, ranks, interpolation), -1, 0)
    if keepdim:
        found = reshape(found, (-1, *kept))
    return found if fractions.ndim else found[0]


def _fractions(name: str, input: Any, q: Any) -> Any:
    if input.dtype.name not in ("float32", "float64"):
        raise RuntimeError(
            f"{name}() input tensor must be either float or double dtype, got {input.dtype}"
        )
    if isinstance(q, Traced):
        if q.dtype != input.dtype:
            raise RuntimeError(
                f"{name}() q tensor must be same dtype as the input tensor, got {q.dtype} and "
                f"{input.dtype}"
            )
        fractions = q._array
    else:
        fractions = np.asarray(q, input.dtype)
    if fractions.ndim > 1:
        raise RuntimeError(f"{name}() q must be a scalar or 1D tensor, got {fractions.shape}")
    host = to_host(fractions)
    if not ((host >= 0) & (host <= 1)).all():
        raise RuntimeError(f"{name}() q values must be in the range [0, 1], got {host.tolist()}")
    return fractions


def _ranks(name: str, ordered: Any, fractions: Any) -> Any:
    """Return the places, not whole ones, of fractions of the rows of sorted elements."""
    last = ordered.shape[-1] - 1
    if name == "nanquantile":
        last = np.maximum((ordered == ordered).sum(-1, keepdims=True) - 1, 0)
        return fractions * last.astype(ordered.dtype)
    # NaN is sorted to the end: who asks there finds it.
    unordered = ordered[..., -1:] != ordered[..., -1:]
    return np.where(unordered, ordered.dtype.type(last), fractions * ordered.dtype.type(last))


def _between(ordered: Any, ranks: Any, interpolation: str) -> Any:
    """Return what lies at ranks of the last dimension."""
    if interpolation == "nearest":
        ranks = np.rint(ranks)
    elif interpolation == "higher":
        ranks = np.ceil(ranks)
    below = np.floor(ranks)
    low = gather(ordered, -1, ordered._wrap(below.astype(np.int64)))
    if interpolation not in ("linear", "midpoint"):
        return low
    weight = ranks - below if interpolation == "linear" else np.full_like(ranks, 0.5)
    high = gather(ordered, -1, ordered._wrap(np.ceil(ranks).astype(np.int64)))
    return lerp(low, high, ordered._wrap(weight))


# --- the middle, and the most frequent ------------------------------------------------------------


def _shared_by_all(g: Any, x: Any, out: Any) -> Any:
    """dx = g, in equal shares, for the elements equal to the median (a NaN to any)."""
    equal = cast(logical_or(eq(x, out), logical_and(isnan(x), isnan(out))), dtype=g.dtype)
    return g / sum(equal) * equal


@primitive(x=_shared_by_all, dtypes="real number")
def _nanmedian(x: Any) -> Any:
    ordered = np.sort(x.reshape(-1))
    count = np.maximum((ordered == ordered).sum(), 1)
    return np.take(ordered, (count - 1) // 2)


@primitive(x=found, dtypes="real number")
def _nanmedian_dim(x: Any, *, dim: int, keepdim: bool) -> Any:
    order = np.argsort(x, axis=dim, kind="stable")
    count = np.maximum((x == x).sum(dim, keepdims=True), 1)
    return chosen(x, np.take_along_axis(order, (count - 1) // 2, dim), dim, keepdim)


@open_to_transforms
@numpy_names
def nanmedian(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """Return the middle one of the elements that are not NaN. See ``median``."""
    if dim is None:
        return _nanmedian(x) if x._array.size else x.new_full((), float("nan"))
    return _along(x, _nanmedian_dim, "nanmedian", dim, keepdim)


@primitive(x=found, dtypes="real")
def _mode(x: Any, *, dim: int, keepdim: bool) -> Any:
    order = np.argsort(x, axis=dim, kind="stable")
    ordered = np.moveaxis(np.take_along_axis(x, order, dim), dim, -1)
    # Of a run of equal elements, the last one knows how many there are.
    begins = np.ones(ordered.shape, bool)
    begins[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    places = np.arange(ordered.shape[-1])
    counts = places - np.maximum.accumulate(np.where(begins, places, 0), axis=-1)
    longest = np.moveaxis(np.argmax(counts, axis=-1)[..., None], -1, dim)
    return chosen(x, np.take_along_axis(order, longest, dim), dim, keepdim)


@numpy_names
def mode(x: Any, dim: int = -1, keepdim: bool = False) -> Any:
    """Return the most frequent element along ``dim``, the smallest such, and its last index.

    Returns:
        A named tuple (values, indices).

    Derivative: ``g`` for the element at the index.

    Raises:
        IndexError: for a dimension out of range, or of size 0.
    """
    return _along(x, _mode, "mode", dim, keepdim)


@scalar_as_vector
def _along(x: Any, primitive: Any, name: str, dim: int, keepdim: bool) -> Any:
    axis = normalize_dim(dim, x.ndim)
    check_not_empty(name, x, (axis,))
    return getattr(return_types, name)(*primitive(x, dim=axis, keepdim=keepdim))


def msort(x: Any) -> Any:
    """Return ``x`` sorted along its first dimension. See ``sort``."""
    return sort(x, 0).values
