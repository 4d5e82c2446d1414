"""Products of tensors that are no matrix products: outer, tensor and Kronecker; and the trace."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_letters
from typing import Any

from ..dims import normalize_dim
from ..pointwise.elementwise import mul
from ..reducing.reductions import sum
from ..shaping.diagonals import diagonal
from .contraction import contract

__all__ = ["kron", "outer", "tensordot", "trace"]


def outer(x: Any, y: Any) -> Any:
    """Return all products of an element of ``x`` and one of ``y``.

    Shapes: ``(n,), (m,) -> (n, m)``.

    Raises:
        RuntimeError: for other numbers of dimensions.
    """
    for name, operand in (("x", x), ("y", y)):
        if operand.ndim != 1:
            raise RuntimeError(f"outer: expected 1-D argument {name}, but got {operand.ndim}-D")
    return mul(x.reshape((-1, 1)), y)


def kron(x: Any, y: Any) -> Any:
    """Return the Kronecker product: every element of ``x`` times all of ``y``, as blocks.

    Shapes: ``(m, n), (p, q) -> (m p, n q)``, for any number of dimensions, missing ones being 1.
    """
    ndim = max(x.ndim, y.ndim)
    x_shape, y_shape = ((1,) * (ndim - z.ndim) + tuple(z.shape) for z in (x, y))
    left = x.reshape(tuple(size for n in x_shape for size in (n, 1)))
    right = y.reshape(tuple(size for n in y_shape for size in (1, n)))
    return mul(left, right).reshape(tuple(m * n for m, n in zip(x_shape, y_shape)))


def tensordot(x: Any, y: Any, dims: int | Sequence[Sequence[int]] = 2) -> Any:
    """Return the product of two tensors summed over several pairs of dimensions.

    Args:
        x, y: tensors of one dtype.
        dims: the number of dimensions to sum over: the last of ``x``, the first of ``y``. Or two
            lists: those of ``x``, and those of ``y`` that belong to them.

    Shapes: the other dimensions of ``x``, then those of ``y``.

    Derivative: ``g`` contracted with the other operand.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for a dimension named twice, for sizes, lists or dtypes that do not match.
    """
    pairs: list[tuple[int, int]] = []
    sizes = x.shape, y.shape
    for i, (x_dim, y_dim) in enumerate(zip(*_summed(x, y, dims))):
        d, e = normalize_dim(x_dim, x.ndim), normalize_dim(y_dim, y.ndim)
        pairs.append((d, e))
        m, n = sizes[0][d], sizes[1][e]
        if m != n and 1 not in (m, n):
            raise RuntimeError(
                f"tensordot: contracted dimensions need to match, but x has size {m} in dim {d} "
                f"and y has size {n} in dim {e} (pair {i})"
            )
        if m != n:  # a size of 1 broadcasts
            x, y = (sum(x, d, True), y) if n == 1 else (x, sum(y, e, True))
    for named in zip(*pairs):
        if len(set(named)) < len(named):
            raise RuntimeError(f"tensordot: a dimension appears twice in {list(named)}")
    xs = ascii_letters[: x.ndim]
    ys = list(ascii_letters[x.ndim : x.ndim + y.ndim])
    for d, e in pairs:
        ys[e] = xs[d]
    outs = "".join(c for c in [*xs, *ys] if not (c in xs and c in ys))
    return contract(x, y, xs=xs, ys="".join(ys), outs=outs)


def _summed(x: Any, y: Any, dims: Any) -> tuple[list[int], list[int]]:
    """Return the dimensions to sum over, of both operands, as they were given."""
    if not isinstance(dims, Sequence):
        if not 0 <= dims <= min(x.ndim, y.ndim):
            raise RuntimeError(
                f"tensordot: dims must be from 0 to the number of dimensions, got dims={dims} for "
                f"shapes {tuple(x.shape)} and {tuple(y.shape)}"
            )
        return list(range(x.ndim - dims, x.ndim)), list(range(dims))
    x_given, y_given = ([d] if isinstance(d, int) else list(d) for d in dims)
    if len(x_given) != len(y_given):
        raise RuntimeError(
            f"tensordot: both dimension lists should have the same length, got {x_given} and "
            f"{y_given}"
        )
    return x_given, y_given


def trace(x: Any) -> Any:
    """Return the sum of a matrix's diagonal.

    Shapes: ``(n, m) -> ()``.

    Derivative: ``g`` on the diagonal.

    Raises:
        RuntimeError: for another number of dimensions.
    """
    if x.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {x.ndim}")
    return sum(diagonal(x))
