"""Norms: the length of a vector, in several senses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...autograd.fitting import cast
from ...autograd.primitive import primitive
from ...backend.dtypes import as_dtype, promote_types
from ...backend.sums import total
from ..arguments import check_tensors
from ..dims import Dims, normalize_dims, numpy_names
from ..linear_algebra.svd import nuclear
from ..pointwise.comparison import eq, where
from ..pointwise.elementwise import abs, sign
from ..pointwise.powers import pow
from ..pointwise.rounding import zero
from .extrema import shared
from .reductions import kept

__all__ = ["dist", "norm", "renorm", "vector_norm"]


def _norm_rule(
    g: Any,
    x: Any,
    out: Any,
    x_shape: tuple[int, ...],
    p: float,
    dim: tuple[int, ...],
    keepdim: bool,
) -> Any:
    """dx = g * sign(x) * (|x| / norm) ** (p - 1), and 0 (a subgradient) where that is 0 / 0.

    An infinite norm is a maximum (a minimum), whose gradient equal elements share.
    """
    if p == 0:
        return zero(x)
    if math.isinf(p):
        return sign(x) * shared(g, abs(x), out, x_shape, dim, keepdim)
    g, length = (kept(a, x_shape, dim, keepdim) for a in (g, out))
    if p == 1:
        return g * sign(x)
    if p == 2:
        return where(eq(length, 0), 0, g / length) * x
    share = pow(abs(x), p - 1) * sign(x)
    if p < 1:
        share = where(eq(x, 0), 0, share)
    return where(eq(length, 0), 0, g * pow(length, 1 - p)) * share


@primitive(x=_norm_rule)
def _norm(x: Any, *, p: float, dim: tuple[int, ...], keepdim: bool) -> Any:
    if x.dtype.char == "e":  # squares of float16 overflow from 256 on
        return _norm(x.astype(np.float32), p=p, dim=dim, keepdim=keepdim).astype(x.dtype)
    if p == 2:
        if len(dim) == x.ndim and not keepdim:
            flat = x.reshape(-1)
            return np.sqrt(np.dot(flat, flat))
        return np.sqrt(total(x * x, dim, keepdim))
    if p == 0:
        return total(x != 0, dim, keepdim, x.dtype)
    size = np.abs(x)
    if math.isinf(p):
        return (np.max if p > 0 else np.min)(size, axis=dim, keepdims=keepdim)
    if p == 1:
        return total(size, dim, keepdim)
    return pow(total(pow(size, p), dim, keepdim), 1 / p)


@numpy_names
def vector_norm(
    x: Any, ord: float = 2, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """Return ``(sum |x| ** ord) ** (1 / ord)`` over ``dim``, its dimensions taken as one.

    Args:
        x: a tensor.
        ord: any number; inf for the largest, -inf for the smallest absolute value, 0 for the
            number of nonzero elements.
        dim: an int, a tuple, or all dimensions by default.
        keepdim: keep the reduced dimensions, as size 1.
        dtype: convert ``x`` to it first.

    Derivative: ``g * sign(x) * (|x| / out) ** (ord - 1)``, and 0 where the norm is 0.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for integers, a narrower ``dtype``, or a norm of no elements that is not 0.
        TypeError: if ``ord`` is not a number.
    """
    if isinstance(ord, str):
        raise TypeError(f"vector_norm(): ord must be a number, got {ord!r}")
    if x.dtype.kind not in "fc":
        raise RuntimeError(
            f"vector_norm: expected a floating point or complex tensor, got {x.dtype}"
        )
    if dtype is not None and promote_types(x.dtype, wanted := as_dtype(dtype)) != wanted:
        raise RuntimeError(
            f"vector_norm: the dtype of the input ({x.dtype}) should be convertible without "
            f"narrowing to dtype, got {wanted}"
        )
    dims = normalize_dims(dim, x.ndim)
    if (ord < 0 or ord == math.inf) and any(not x.shape[axis] for axis in dims):
        raise RuntimeError(
            f"vector_norm cannot compute the {ord} norm of no elements (shape {tuple(x.shape)}, "
            f"dim {dims}): the operation does not have an identity"
        )
    if dtype is not None:
        x = cast(x, dtype=wanted)
    if x.dtype.kind == "c":
        x = abs(x)
    return _norm(x, p=ord, dim=dims, keepdim=keepdim)


def norm(x: Any, p: Any = "fro", dim: Dims = None, keepdim: bool = False, dtype: Any = None) -> Any:
    """Return the norm over ``dim``: ``vector_norm`` of order ``p``, by default 2 ("fro").

    The order "nuc" is the sum of a matrix's singular values.

    Raises:
        RuntimeError: as ``vector_norm``; for another word, "fro" over more than two dimensions, or
            "nuc" over other than two.
    """
    if p == "nuc":
        dims = normalize_dims(dim, x.ndim)
        if len(dims) != 2:
            raise RuntimeError(f"norm: order 'nuc' is that of matrices: two dimensions, got {dims}")
        return nuclear(x if dtype is None else cast(x, dtype=as_dtype(dtype)), dims, keepdim)
    if isinstance(p, str):
        if p != "fro":
            raise RuntimeError(f"norm: order {p!r} is none of 'fro', 'nuc' and numbers")
        if isinstance(dim, Sequence) and len(dim) > 2:
            raise RuntimeError(f"norm: order 'fro' is that of vectors and matrices, got dim {dim}")
        p = 2
    return vector_norm(x, 2 if p is None else p, dim, keepdim, dtype=dtype)


def dist(x: Any, y: Any, p: float = 2) -> Any:
    """Return the norm of ``x - y``, all elements taken as one vector.

    Raises:
        RuntimeError: for integers, or shapes that do not broadcast.
    """
    check_tensors("dist", x=x, y=y)
    return vector_norm(x - y, p)


def renorm(input: Any, p: float, dim: int, maxnorm: float) -> Any:
    """Return ``input`` with the slices along ``dim`` whose norm is larger shrunk to ``maxnorm``.

    Raises:
        RuntimeError: for fewer than two dimensions, or a negative ``p`` or ``maxnorm``.
        IndexError: if ``dim`` is out of range.
    """
    if not p > 0:
        raise RuntimeError(f"renorm: non-positive-norm not supported, got p={p}")
    if maxnorm < 0:
        raise RuntimeError(f"renorm: expected maxnorm to be >= 0 but got {maxnorm}")
    if input.ndim < 2:
        raise RuntimeError(f"renorm: input needs at least 2 dimensions, got {input.ndim}")
    others = [d for d in range(input.ndim) if d != normalize_dims(dim, input.ndim)[0]]
    lengths = vector_norm(input, p, others, True)
    # PyTorch's 1e-7 keeps the quotient finite.
    return input * where(lengths > maxnorm, maxnorm / (lengths + 1e-7), 1)
