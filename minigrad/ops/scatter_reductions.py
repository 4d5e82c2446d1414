"""Scattering that combines what meets in one place: sums, products, means and extrema.

Sums and means are made of what there is already; products and extrema are a primitive.
Source of the derivatives' conventions at ties and zeros: PyTorch's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd.primitive import primitive
from ..autograd.traced import Traced
from ..backend.arrays import namespace
from .broadcasting import atleast_1d
from .dims import along, normalize_dim
from .division import div
from .elementwise import add
from .indexing import getitem, put_back
from .masks import index_array
from .scatter import _check_bounds, _grid, _shaped, _source
from .writing import overwrite

__all__ = ["index_reduce", "scatter_reduce"]

_UFUNCS = {"prod": np.multiply, "amax": np.maximum, "amin": np.minimum}


def _at(g: Any, index: Any) -> Any:
    return getitem(g, index=index)


def _combine_rule(
    g: Any, x: Any, src: Any, out: Any, index: Any, kind: str, include_self: bool
) -> tuple[Any, Any]:
    """Extrema: g, evenly to all that equal the result. Products: g times all other factors."""
    rule = _product_rule if kind == "prod" else _extremum_rule
    to_x, to_src = rule(g, x, src, out, index, kind, include_self)
    if not include_self:
        to_x = overwrite(to_x, 0, steps=None, index=index)
    return to_x, to_src


def _extremum_rule(
    g: Any, x: Any, src: Any, out: Any, index: Any, kind: str, include_self: bool
) -> tuple[Any, Any]:
    wins_x = _number(x == out, g)
    wins_src = _number(src == _at(out, index), g)
    shared = g / (wins_x + put_back(wins_src, shape=tuple(x.shape), index=index))
    return shared * wins_x, _at(shared, index) * wins_src


def _product_rule(
    g: Any, x: Any, src: Any, out: Any, index: Any, kind: str, include_self: bool
) -> tuple[Any, Any]:
    """Where one factor is zero, its gradient is the product of the others, computed apart."""
    one = _number(x == x, g)
    to_x = g * _combine(one, src, index=index, kind=kind, include_self=True)
    zero = _number(src == 0, g)
    zeros = _at(put_back(zero, shape=tuple(x.shape), index=index), index)
    if isinstance(g, Traced) and bool((_values(zeros) > 1).any()):
        raise RuntimeError(
            "scatter_reduce(): Double backward is unsupported for src when >1 zeros in src are "
            "scattered to the same position in self"
        )
    single = zero * _number(zeros == 1, g)
    factors = src * (1 - single) + single
    others = _combine(x, factors, index=index, kind=kind, include_self=include_self)
    rest = _at(g * out, index) / (src + zero)
    return to_x, rest * (1 - single) + _at(g * others, index) * single


def _number(mask: Any, like: Any) -> Any:
    """Return a condition as the numbers 0 and 1, which have no derivative."""
    return _values(mask).astype(like.dtype)


def _values(x: Any) -> Any:
    return x._array if isinstance(x, Traced) else x


@primitive(
    joint=lambda g, x, src, out, index, kind, include_self: _combine_rule(
        g, x, src, out, index, kind, include_self
    )
)
def _combine(x: Any, src: Any, *, index: Any, kind: str, include_self: bool) -> Any:
    """``x`` with the elements of ``src`` multiplied in, or compared, where an index points."""
    out = x.copy()
    if not include_self:
        if kind == "prod":
            out[index] = 1
        else:  # any of those that come here does to begin with
            out[index] = src
    _UFUNCS[kind].at(out, index, src)
    return out


def scatter_reduce(
    x: Any, dim: int, index: Any, src: Any, reduce: str, *, include_self: bool = True
) -> Any:
    """Return ``x`` with elements of ``src`` combined into it at ``index`` along ``dim``.

    Args:
        x: a tensor.
        dim: the dimension along which ``index`` points.
        index: places of elements, as for ``scatter``.
        src: what comes there.
        reduce: "sum", "prod", "mean", "amax" or "amin".
        include_self: combine with the elements of ``x`` too; else replace them.

    Shapes: as for ``scatter``.

    Derivative: as that of the reduction, over all that met in one place; extrema share it evenly.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for another reduction, an index out of range, or shapes or dtypes that do not
            fit.
        NotImplementedError: for the mean of bools.
    """
    if reduce not in ("sum", "prod", "mean", "amax", "amin"):
        raise RuntimeError(
            f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}"
        )
    grid = _grid("scatter_reduce", x, dim, index)
    given = _source("scatter_reduce", x, index, src)
    return _shaped(_reduced(atleast_1d(x), grid, given, reduce, include_self), x.shape)


def _reduced(x: Any, index: Any, src: Any, kind: str, include_self: bool) -> Any:
    if kind in _UFUNCS:
        return _combine(x, src, index=index, kind=kind, include_self=include_self)
    if kind == "mean" and x.dtype.kind == "b":
        raise NotImplementedError("the mean of bools is not defined: convert them to a float dtype")
    if not include_self:
        x = overwrite(x, 0, steps=None, index=index)
    total = add(x, put_back(src, shape=tuple(x.shape), index=index))
    if kind == "sum":
        return total
    xp = namespace(_values(x))
    counts = put_back(xp.ones(src.shape, np.int64), shape=tuple(x.shape), index=index)
    counts = xp.maximum(counts + include_self, 1).astype(x.dtype)
    return div(total, counts, rounding_mode=None if x.dtype.kind in "fc" else "floor")


def index_reduce(
    x: Any, dim: int, index: Any, source: Any, reduce: str, *, include_self: bool = True
) -> Any:
    """Return ``x`` with slices of ``source`` combined into those that ``index`` names.

    Args:
        x: a tensor.
        dim: the dimension along which ``index`` points.
        index: a vector of places of slices.
        source: as many slices, of the shape of those of ``x``.
        reduce: "prod", "mean", "amax" or "amin".
        include_self: combine with the slices of ``x`` too; else replace them.

    Derivative: as of ``scatter_reduce``.

    Raises:
        IndexError: for a dimension or an index out of range, or an index of more dimensions.
        RuntimeError: for another reduction, or shapes or dtypes that do not fit.
    """
    if reduce not in ("prod", "mean", "amax", "amin"):
        raise RuntimeError(
            f"index_reduce(): expected reduce to be prod, mean, amax or amin, but got {reduce}"
        )
    dim = normalize_dim(dim, x.ndim)
    array = index_array("index_reduce", index)
    if array.ndim > 1:
        raise IndexError(f"index_reduce(): index must be a vector, got shape {list(array.shape)}")
    if array.dtype.kind != "i" or array.dtype.itemsize < 4:
        raise RuntimeError(f"index_reduce(): expected int32 or int64 for index, got {array.dtype}")
    if source.dtype != x.dtype:
        raise RuntimeError(
            f"index_reduce(): self ({x.dtype}) and source ({source.dtype}) must have the same dtype"
        )
    array = array.reshape(-1)
    expected = (*x.shape[:dim], array.size, *x.shape[dim + 1 :]) if x.ndim else ()
    if tuple(source.shape) != expected:
        raise RuntimeError(
            f"index_reduce(): source must have shape {list(expected)} (that of self but for dim "
            f"{dim}), got {list(source.shape)}"
        )
    wide, slices = atleast_1d(x), atleast_1d(source)
    _check_bounds(array, wide.shape[dim], dim, IndexError)
    return _shaped(_reduced(wide, (*along(dim, array), ...), slices, reduce, include_self), x.shape)
