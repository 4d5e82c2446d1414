"""Matrix products, and what is made of them."""

from __future__ import annotations

import functools
from string import ascii_uppercase
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ..shaping.broadcasting import expand
from ..shaping.shapes import _reshape
from .contraction import alike, contract

__all__ = ["addmm", "addmv", "baddbmm", "bmm", "dot", "matmul", "mm", "mv"]


def _matmul_x(g: Any, y: Any) -> Any:
    """dx = g @ y.mT, and for a vector y the outer product of g and y."""
    return _matmul(g, y.mT) if y.ndim == 2 else g.reshape((*g.shape, 1)) * y


def _matmul_y(g: Any, x: Any) -> Any:
    """dy = x.mT @ g, and for a vector x the outer product of x and g."""
    return _matmul(x.mT, g) if x.ndim == 2 else x.reshape((*x.shape, *(1,) * g.ndim)) * g


@primitive(
    x=_matmul_x,
    y=_matmul_y,
    dtypes=alike,
)
def _matmul(x: Any, y: Any) -> Any:
    """Multiply vectors and matrices; batches are left to ``contract``."""
    return np.dot(x, y)  # unlike np.matmul it copies what BLAS cannot read, in every NumPy


def matmul(x: Any, y: Any) -> Any:
    """Return the matrix product: ``x @ y``.

    Shapes: ``(..., n, k), (..., k, m) -> (..., n, m)``, batch dimensions broadcast. A vector ``x``
    is a row, a vector ``y`` a column, and the result lacks that dimension.

    Derivative: ``g @ y.mT`` and ``x.mT @ g``, summed over the dimensions that broadcasting repeats.

    Raises:
        TypeError: for operands that are not tensors.
        RuntimeError: for a 0-d operand, sizes that do not fit or different dtypes.
    """
    try:
        x_shape, y_shape = x.shape, y.shape
    except AttributeError:
        kinds = " and ".join(type(operand).__name__ for operand in (x, y))
        raise TypeError(f"matmul: expected tensors, got {kinds}") from None
    if 0 < len(x_shape) < 3 and 0 < len(y_shape) < 3 and x_shape[-1] == y_shape[0]:
        return _matmul(x, y)
    x_wanted, y_wanted, labels = _labelled(x_shape, y_shape)
    x = x if x_shape == x_wanted else _reshape(x, shape=x_wanted)
    y = y if y_shape == y_wanted else _reshape(y, shape=y_wanted)
    xs, ys, outs = labels
    return contract(x, y, xs=xs, ys=ys, outs=outs)


def mm(x: Any, y: Any) -> Any:
    """Return the product of two matrices.

    Shapes: ``(n, k), (k, m) -> (n, m)``.

    Raises:
        RuntimeError: for other numbers of dimensions, sizes that do not fit or different dtypes.
    """
    _check_ndims("mm", x=(x, 2), y=(y, 2))
    return matmul(x, y)


def bmm(x: Any, y: Any) -> Any:
    """Return the products of two batches of matrices, which do not broadcast.

    Shapes: ``(b, n, k), (b, k, m) -> (b, n, m)``.

    Raises:
        RuntimeError: for other numbers of dimensions, sizes that do not fit or different dtypes.
    """
    _check_ndims("bmm", x=(x, 3), y=(y, 3))
    if x.shape[0] != y.shape[0]:
        raise RuntimeError(
            f"bmm: batches of different sizes: {tuple(x.shape)} and {tuple(y.shape)}"
        )
    return matmul(x, y)


def mv(x: Any, y: Any) -> Any:
    """Return the product of a matrix and a vector.

    Shapes: ``(n, k), (k,) -> (n,)``.

    Raises:
        RuntimeError: for other numbers of dimensions, sizes that do not fit or different dtypes.
    """
    _check_ndims("mv", x=(x, 2), y=(y, 1))
    return matmul(x, y)


def dot(x: Any, y: Any) -> Any:
    """Return the sum of the products of two vectors' elements.

    Shapes: ``(k,), (k,) -> ()``.

    Raises:
        RuntimeError: for other numbers of dimensions, different sizes or dtypes.
    """
    _check_ndims("dot", x=(x, 1), y=(y, 1))
    return matmul(x, y)


def addmm(input: Any, mat1: Any, mat2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """Return ``beta * input + alpha * (mat1 @ mat2)``.

    Args:
        input: a tensor that broadcasts to the product; not looked at if ``beta`` is 0.
        mat1, mat2: matrices.
        beta, alpha: factors.

    Raises:
        RuntimeError: for shapes that do not fit or different dtypes.
    """
    return _added(input, mm(mat1, mat2), beta, alpha)


def baddbmm(input: Any, batch1: Any, batch2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """Return ``beta * input + alpha * bmm(batch1, batch2)``. See ``addmm``."""
    return _added(input, bmm(batch1, batch2), beta, alpha)


def addmv(input: Any, mat: Any, vec: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """Return ``beta * input + alpha * (mat @ vec)``. See ``addmm``."""
    return _added(input, mv(mat, vec), beta, alpha)


def _added(input: Any, product: Any, beta: float, alpha: float) -> Any:
    if input.dtype != product.dtype:
        raise RuntimeError(
            f"input and the product must have the same dtype, got {input.dtype} and {product.dtype}"
        )
    input = expand(input, product.shape)
    if alpha != 1:
        product = product * alpha
    if beta == 0:
        return product
    return product + (input if beta == 1 else input * beta)


# --- labels and checks --------------------------------------------------------------------------


@functools.lru_cache(maxsize=4096)
def _labelled(
    x_shape: tuple[int, ...], y_shape: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[str, str, str]]:
    """Return labels of the operands of a matrix product and of its result.

    Batch dimensions of size 1 that broadcasting would repeat are dropped: the shapes lack them.
    """
    if not x_shape or not y_shape:
        raise RuntimeError(
            "both arguments to matmul need to be at least 1D, but they are "
            f"{len(x_shape)}D and {len(y_shape)}D"
        )
    # n, k: the last letters of x; k, m: those of y.
    x_core, y_core = "nk"[-len(x_shape) :], "km"[: len(y_shape)]
    x_batch, y_batch = x_shape[: -len(x_core)], y_shape[: -len(y_core)]
    if x_shape[-1] != y_shape[-len(y_core)]:
        raise RuntimeError(
            f"matmul: shapes cannot be multiplied: {x_shape} and {y_shape}: sizes "
            f"{x_shape[-1]} and {y_shape[-len(y_core)]} of the summed dimensions differ"
        )
    depth = max(len(x_batch), len(y_batch))
    names = ascii_uppercase[:depth]
    sizes = [dict(zip(reversed(names), reversed(batch))) for batch in (x_batch, y_batch)]
    for name, m, n in [
        (c, sizes[0][c], sizes[1][c]) for c in names if c in sizes[0].keys() & sizes[1]
    ]:
        if m != n and 1 not in (m, n):
            raise RuntimeError(
                f"matmul: batch dimensions do not broadcast: {x_shape} and {y_shape}: the size of "
                f"tensor a ({m}) must match the size of tensor b ({n}) at non-singleton dimension "
                f"{names.index(name)}"
            )
        if m != n:
            del sizes[0 if m == 1 else 1][name]
    xs, ys = ("".join(sorted(kept)) for kept in sizes)
    outs = names + x_core[:-1] + y_core[1:]
    return (
        (*(sizes[0][c] for c in xs), *x_shape[-len(x_core) :]),
        (*(sizes[1][c] for c in ys), *y_shape[-len(y_core) :]),
        (xs + x_core, ys + y_core, outs),
    )


def _check_ndims(name: str, **operands: tuple[Any, int]) -> None:
    """Raise unless each operand has the given number of dimensions."""
    for argument, (tensor, ndim) in operands.items():
        if tensor.ndim != ndim:
            raise RuntimeError(
                f"{name}: {argument} must have {ndim} dimension{'s' * (ndim != 1)}, got shape "
                f"{tuple(tensor.shape)}"
            )
