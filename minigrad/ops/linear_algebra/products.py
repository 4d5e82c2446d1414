"""Products of vectors and of several matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...autograd.fitting import cast, conjugated
from ...backend.arrays import namespace
from ...backend.dtypes import result_type
from ..contracting.matmul import _added, bmm, dot, matmul
from ..contracting.products import outer, tensordot
from ..dims import normalize_dim
from ..reducing.reductions import sum
from ..reducing.scans import cumprod
from ..shaping.broadcasting import broadcast_tensors, expand
from ..shaping.joining import cat
from ..shaping.turning import roll
from .checks import check_floating

# --- vectors --------------------------------------------------------------------------------------


def vecdot(x: Any, y: Any, *, dim: int = -1) -> Any:
    """Return the sums of ``conj(x) * y`` over a dimension.

    Shapes: ``x`` and ``y`` broadcast; the result lacks ``dim``.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for integers, shapes or dtypes that do not fit.
    """
    check_floating("linalg.vecdot", x, y, half=NotImplementedError)
    x, y = broadcast_tensors(x, y)
    return sum(conjugated(x) * y, dim)


def vdot(x: Any, y: Any) -> Any:
    """Return the sum of ``conj(x) * y``, for two vectors.

    Shapes: ``(n,), (n,) -> ()``.

    Raises:
        RuntimeError: for other numbers of dimensions, different sizes or dtypes.
    """
    return dot(conjugated(x), y)


def inner(x: Any, y: Any) -> Any:
    """Return the sums of products over the last dimension of both, all rows with all rows.

    Shapes: ``(..., n), (***, n) -> (..., ***)``; a 0-d tensor multiplies every element.

    Raises:
        RuntimeError: for sizes of the last dimensions or dtypes that differ.
    """
    if not x.ndim or not y.ndim:
        return x * y
    if x.shape[-1] != y.shape[-1]:
        raise RuntimeError(
            "inner() the last dimension must match on both input tensors but got shapes "
            f"{[*x.shape]} and {[*y.shape]}"
        )
    return tensordot(x, y, ([-1], [-1]))


def cross(x: Any, y: Any, *, dim: int = -1) -> Any:
    """Return the vector products over a dimension of size 3.

    Shapes: ``x`` and ``y`` broadcast, but not in ``dim``.

    Derivative: ``cross(y, g)`` and ``cross(g, x)``.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for another size of it, different numbers of dimensions.

    Example:
        >>> import minigrad as mg
        >>> mg.linalg.cross(mg.tensor([1.0, 0.0, 0.0]), mg.tensor([0.0, 1.0, 0.0]))
        tensor([0., 0., 1.])
    """
    if x.ndim != y.ndim:
        raise RuntimeError("linalg.cross: inputs must have the same number of dimensions.")
    dim = normalize_dim(dim, x.ndim)
    if not x.ndim or x.shape[dim] != 3 or y.shape[dim] != 3:
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3, got shapes {[*x.shape]} and "
            f"{[*y.shape]}"
        )
    return roll(x, -1, dim) * roll(y, -2, dim) - roll(x, -2, dim) * roll(y, -1, dim)


def vander(x: Any, *, N: int | None = None) -> Any:
    """Return the matrices whose columns are the powers 0, 1, 2 ... of a vector.

    Args:
        x: vectors.
        N: the number of columns, at least 2; by default that of rows.

    Shapes: ``(..., n) -> (..., n, N)``.

    Raises:
        RuntimeError: for another ``N``, or bools.
    """
    if x.dtype.kind == "b":
        raise RuntimeError(
            "linalg.vander supports floating point, complex, and integer tensors, but got Bool"
        )
    N = (x.shape[-1] if x.ndim else 1) if N is None else N
    if N <= 1:
        raise RuntimeError(f"N must be greater than 1, got {N}")
    x = x.reshape((*x.shape, 1))
    ones = namespace(x._array).ones(x.shape, x.dtype)
    return cat([x._result_class._wrap(ones), cumprod(expand(x, (*x.shape[:-1], N - 1)), -1)], -1)


# --- matrices -------------------------------------------------------------------------------------


def multi_dot(tensors: Sequence[Any]) -> Any:
    """Return the product of two or more matrices, in the order that multiplies fewest numbers.

    Args:
        tensors: matrices; the first may be a row, the last a column, given as vectors.

    Raises:
        RuntimeError: for fewer than two tensors, shapes that do not fit.

    Source: T. Cormen et al., Introduction to Algorithms, 15.2.
    """
    if len(tensors) < 2:
        raise RuntimeError(f"multi_dot(): expected at least 2 tensors but got {len(tensors)}")
    chain, shape = list(tensors), ()
    if chain[0].ndim == 1:
        chain[0] = chain[0].reshape((1, -1))
    else:
        shape += tuple(chain[0].shape[:1])
    if chain[-1].ndim == 1:
        chain[-1] = chain[-1].reshape((-1, 1))
    else:
        shape += tuple(chain[-1].shape[-1:])
    for i, x in enumerate(chain):
        if x.ndim != 2:
            raise RuntimeError(f"multi_dot(): tensor {i} must be 2D but got {x.ndim}D")
        if i and chain[i - 1].shape[1] != x.shape[0]:
            raise RuntimeError(
                f"multi_dot(): tensors {i - 1} and {i} with shapes {[*tensors[i - 1].shape]} and "
                f"{[*tensors[i].shape]} cannot be multiplied"
            )
    sizes = [*(x.shape[0] for x in chain), chain[-1].shape[1]]
    return _product(chain, _order(sizes)).reshape(shape)


def _order(sizes: list[int]) -> dict[tuple[int, int], int]:
    """Return for each range (first, last) of a chain of matrices where to split it."""
    count = len(sizes) - 1
    cost = {(i, i): 0 for i in range(count)}
    split = {}
    for length in range(1, count):
        for i in range(count - length):
            j = i + length
            ways = [
                (cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1], k)
                for k in range(i, j)
            ]
            cost[i, j], split[i, j] = min(ways)
    return split


def _product(chain: list[Any], split: dict[tuple[int, int], int]) -> Any:
    def part(i: int, j: int) -> Any:
        if i == j:
            return chain[i]
        k = split[i, j]
        return matmul(part(i, k), part(k + 1, j))

    return part(0, len(chain) - 1)


# --- sums of products -----------------------------------------------------------------------------


def addr(input: Any, vec1: Any, vec2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """Return ``beta * input + alpha * outer(vec1, vec2)``.

    Args:
        input: a tensor that broadcasts to the product; not looked at if ``beta`` is 0.
        vec1, vec2: vectors.
        beta, alpha: factors.

    Raises:
        RuntimeError: for shapes that do not fit.
    """
    for name, x in (("vec1", vec1), ("vec2", vec2)):
        if x.ndim != 1:
            raise RuntimeError(f"addr: Expected 1-D argument {name}, but got {x.ndim}-D")
    product = outer(vec1, vec2)
    dtype = result_type(input, product)
    return _added(cast_to(input, dtype), cast_to(product, dtype), beta, alpha)


def cast_to(x: Any, dtype: Any) -> Any:
    """Return ``x`` in a dtype, itself if it has it."""
    return x if x.dtype == dtype else cast(x, dtype=dtype)


def addbmm(input: Any, batch1: Any, batch2: Any, *, beta: float = 1, alpha: float = 1) -> Any:
    """Return ``beta * input`` plus ``alpha`` times the sum of the products of two batches.

    Shapes: ``(n, m), (b, n, k), (b, k, m) -> (n, m)``.

    Raises:
        RuntimeError: for shapes that do not fit or different dtypes.
    """
    return _added(input, sum(bmm(batch1, batch2), 0), beta, alpha)
