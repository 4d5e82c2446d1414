"""Distances of all pairs: of the vectors in two sets, or within one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.traced import Traced
from ...backend.arrays import namespace
from ...backend.sums import total
from ..contracting.matmul import matmul
from ..indices.indexing import getitem
from ..pointwise.comparison import eq, where
from ..pointwise.elementwise import abs, sign
from ..pointwise.powers import pow
from ..pointwise.rounding import zero
from ..shaping.broadcasting import common_shape, expand
from .reductions import sum

__all__ = ["cdist", "pdist"]

_BLOCK = 1 << 16  # differences of coordinates at a time
_FEW = 25  # vectors up to which PyTorch prefers differences to a matrix product

_MODES = (
    "use_mm_for_euclid_dist_if_necessary",
    "use_mm_for_euclid_dist",
    "donot_use_mm_for_euclid_dist",
)

# --- distances ------------------------------------------------------------------------------------


def _distances(x: Any, y: Any, p: float) -> Any:
    """Return the norms of all differences x[i] - y[j], some i at a time."""
    out = namespace(x).empty((*x.shape[:-1], y.shape[-2]), x.dtype)
    for part in _parts(x.shape[-2], y.size):
        out[..., part, :] = _norms(x[..., part, None, :] - y[..., None, :, :], p)
    return out


def _parts(rows: int, each: int) -> list[slice]:
    step = max(1, _BLOCK // max(each, 1))
    return [slice(first, first + step) for first in range(0, rows, step)]


def _norms(x: Any, p: float) -> Any:
    """Return the norms along the last dimension of an array, which is overwritten."""
    last = (x.ndim - 1,)
    if p == 2:
        x *= x
        return np.sqrt(total(x, last))
    if p == 0:
        return total(x != 0, last, dtype=x.dtype)
    size = np.abs(x, out=x)
    if math.isinf(p):
        return size.max(axis=-1, initial=0)
    return total(size, last) if p == 1 else total(size**p, last) ** (1 / p)


def _by_product(x: Any, y: Any) -> Any:
    """Return Euclidean distances from |x|^2 - 2 x y + |y|^2: fast, but blind to tiny ones."""
    squares = np.matmul(x * -2, y.swapaxes(-1, -2))
    squares += total(x * x, (x.ndim - 1,), True)
    squares += total(y * y, (y.ndim - 1,), True).swapaxes(-1, -2)
    return np.sqrt(np.maximum(squares, 0, out=squares), out=squares)


# --- derivatives ----------------------------------------------------------------------------------


def _euclidean(g: Any, x: Any, y: Any, out: Any) -> tuple[Any, Any]:
    """dx[i] = sum_j r[i, j] (x[i] - y[j]), with r = g / out, and 0 where the distance is 0."""
    none = eq(out, 0)
    ratio = where(none, 0, g / where(none, 1, out))
    dx = x * sum(ratio, (-1,), True) - matmul(ratio, y)
    return dx, y * sum(ratio, (-2,), True).mT - matmul(ratio.mT, x)


def _slopes(g: Any, difference: Any, out: Any, p: float) -> Any:
    """g * sign(d) * (|d| / out) ** (p - 1) for each coordinate; 0 where d or the distance is 0.

    Of the largest distance, each coordinate that is the largest gets all of the gradient.
    """
    if p == 0:
        return zero(difference)
    g, out = (a.reshape((*a.shape, 1)) for a in (g, out))
    if p == 1:
        return g * sign(difference)
    size = abs(difference)
    if math.isinf(p):
        return where(eq(size, out), g * sign(difference), 0)
    none = eq(size, 0)  # so it is in every coordinate if the distance is 0
    share = where(none, 1, size) / where(eq(out, 0), 1, out)
    return where(none, 0, g * sign(difference) * pow(share, p - 1))


def _differences(x: Any, y: Any) -> Any:
    shapes = ((*x.shape[:-1], 1, x.shape[-1]), (*y.shape[:-2], 1, *y.shape[-2:]))
    return x.reshape(shapes[0]) - y.reshape(shapes[1])


def _cdist_rule(g: Any, x: Any, y: Any, out: Any, p: float) -> tuple[Any, Any]:
    """dx[i] = sum_j of the slopes of d = x[i] - y[j], dy[j] = -sum_i of them."""
    if p == 2:
        return _euclidean(g, x, y, out)
    if isinstance(g, Traced):  # the twin for higher derivatives has all differences at once
        slopes = _slopes(g, _differences(x, y), out, p)
        return sum(slopes, -2), -sum(slopes, -3)
    dx, dy = namespace(x).empty(x.shape, x.dtype), namespace(y).zeros(y.shape, y.dtype)
    for part in _parts(x.shape[-2], y.size):
        some = (..., part, slice(None))
        slopes = _slopes(g[some], _differences(x[some], y), out[some], p)
        dx[some] = sum(slopes, -2)
        dy -= sum(slopes, -3)
    return dx, dy


@primitive(joint=_cdist_rule)
def _cdist(x: Any, y: Any, *, p: float, product: bool) -> Any:
    return _by_product(x, y) if product else _distances(x, y, p)


# --- functions ------------------------------------------------------------------------------------


def cdist(x1: Any, x2: Any, p: float = 2.0, compute_mode: str = _MODES[0]) -> Any:
    """Return the distances of all vectors in ``x1`` to all in ``x2``.

    Shapes:
        x1 (..., P, M), x2 (..., R, M), whose leading dimensions broadcast; result (..., P, R).

    Args:
        x1, x2: vectors, the rows of matrices.
        p: which norm; inf for the largest difference, 0 for how many differ.
        compute_mode: whether Euclidean distances may come from a matrix product, which is faster
            but not exact for small ones; by default, for more than 25 vectors.

    Derivative: ``g * sign(d) * (|d| / out) ** (p - 1)`` for each difference d, and 0 where the
    distance is 0.

    Raises:
        ValueError: for an unknown mode.
        RuntimeError: for shapes or dtypes that do not fit, or a negative ``p``.
    """
    if compute_mode not in _MODES:
        raise ValueError(f"{compute_mode} is not a valid value for compute_mode")
    for name, x in (("x1", x1), ("x2", x2)):
        if not hasattr(x, "shape"):
            raise TypeError(f"cdist(): argument '{name}' must be Tensor, not {type(x).__name__}")
        if x.ndim < 2:
            raise RuntimeError(f"cdist only supports at least 2D tensors, {name} got: {x.ndim}D")
        _check("cdist", x, p)
    if x1.shape[-1] != x2.shape[-1]:
        raise RuntimeError(
            f"x1 and x2 must have the same number of columns. x1: {x1.shape[-1]} x2: {x2.shape[-1]}"
        )
    if x1.dtype != x2.dtype:
        raise RuntimeError(f"cdist: expected dtype {x1.dtype} but found {x2.dtype}")
    batch = common_shape(x1.shape[:-2], x2.shape[:-2])
    x1, x2 = (expand(x, (*batch, *x.shape[-2:])) for x in (x1, x2))
    many = max(x1.shape[-2], x2.shape[-2]) > _FEW
    product = compute_mode == _MODES[1] or (compute_mode == _MODES[0] and many)
    return _cdist(x1, x2, p=float(p), product=p == 2 and product)


def pdist(input: Any, p: float = 2.0) -> Any:
    """Return the distances of all pairs of rows: ``cdist`` above its diagonal, row after row.

    Shapes:
        input (N, M); result (N * (N - 1) / 2,).

    Args:
        input: vectors.
        p: which norm, as in ``cdist``.

    Raises:
        RuntimeError: for other shapes, integers, or a negative ``p``.
    """
    if input.ndim != 2:
        raise RuntimeError(f"pdist only supports 2D tensors, got: {input.ndim}D")
    _check("pdist", input, p)
    upper = namespace(input._array).triu_indices(input.shape[0], 1)
    return getitem(_cdist(input, input, p=float(p), product=False), index=upper)


def _check(name: str, x: Any, p: float) -> None:
    if x.dtype.kind != "f":
        raise RuntimeError(f"{name} only supports floating-point dtypes, got: {x.dtype}")
    if not p >= 0:
        raise RuntimeError(f"{name} only supports non-negative p values, got {p}")
