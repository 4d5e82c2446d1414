"""Combining what an index brings to one place: sums, products, means and extrema.

Sums and means are made of what there is already; products and extrema are a primitive.
Source of the derivatives' conventions at ties and zeros: PyTorch's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.traced import Traced
from ...backend.arrays import namespace
from ..pointwise.division import div
from ..pointwise.elementwise import add
from .indexing import getitem, put_back
from .writing import overwrite

__all__: list[str] = []

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


def combined(x: Any, index: Any, src: Any, kind: str, include_self: bool) -> Any:
    """Return ``x`` with ``src`` summed, multiplied, averaged or compared into it at a full index.

    Raises:
        NotImplementedError: for the mean of bools.
    """
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
