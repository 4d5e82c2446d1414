"""Arrangements: columns, blocks along a diagonal, products and choices of vectors, powers."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.traced import Traced
from ...backend.arrays import is_array, namespace
from ...backend.dtypes import result_type
from ..indices.indexing import getitem
from ..pointwise.conversion import to
from ..pointwise.powers import pow
from .broadcasting import atleast_2d
from .joining import _tensors, hstack, stack, vstack
from .repeating import meshgrid
from .shapes import reshape, unsqueeze

__all__ = ["block_diag", "cartesian_prod", "column_stack", "combinations", "row_stack", "vander"]

row_stack = vstack


def column_stack(tensors: Sequence[Any]) -> Any:
    """Return the tensors joined side by side, vectors and 0-d tensors being columns.

    Raises:
        RuntimeError: for unequal numbers of rows, or no tensors.
    """
    given = _tensors("column_stack", tensors)
    return hstack([reshape(x, (math.prod(x.shape), 1)) if x.ndim <= 1 else x for x in given])


@primitive(
    joint=lambda g, tensors_shape: tuple(
        getitem(g, index=block) for block in _blocks(tensors_shape)
    ),
    dtypes="promote",
)
def _block_diag(*tensors: Any) -> Any:
    shapes = [x.shape for x in tensors]
    size = tuple(map(sum, zip(*shapes, strict=True)))
    out = namespace(tensors[0]).zeros(size, tensors[0].dtype)
    for x, block in zip(tensors, _blocks(shapes), strict=True):
        out[block] = x
    return out


def _blocks(shapes: Sequence[tuple[int, int]]) -> list[tuple[slice, slice]]:
    """Return the places of matrices along a diagonal."""
    rows = list(itertools.accumulate((m for m, _ in shapes), initial=0))
    columns = list(itertools.accumulate((n for _, n in shapes), initial=0))
    sides = zip(itertools.pairwise(rows), itertools.pairwise(columns), strict=True)
    return [(slice(*down), slice(*across)) for down, across in sides]


def block_diag(*tensors: Any) -> Any:
    """Return a matrix, zero except for the given ones along its diagonal.

    Vectors are rows, 0-d tensors matrices of one element.

    Derivative: ``g`` at each block's place.

    Raises:
        RuntimeError: for a tensor of more than two dimensions.
        TypeError: for what is no tensor.
    """
    for i, x in enumerate(tensors):
        if not isinstance(x, Traced) and not is_array(x):
            raise TypeError(
                f"block_diag(): expected Tensor as element {i}, but got {type(x).__name__}"
            )
        if x.ndim > 2:
            raise RuntimeError(
                "block_diag: input tensors must have 2 or fewer dimensions. Input "
                f"{i} has shape {list(x.shape)}"
            )
    dtype = result_type(*tensors)  # before 0-d tensors, which have less of a say, are matrices
    return _block_diag(*(atleast_2d(x if x.dtype == dtype else to(x, dtype)) for x in tensors))


def cartesian_prod(*tensors: Any) -> Any:
    """Return all choices of one element from each of several vectors, a row each, in order.

    Shapes: (the product of the sizes, the number of vectors); a single vector is returned as is.

    Raises:
        RuntimeError: for tensors that are no vectors, or of unequal dtypes.
    """
    for x in tensors:
        if x.ndim != 1:
            raise RuntimeError(f"cartesian_prod: expect a 1D vector, but got shape {list(x.shape)}")
    if len(tensors) == 1:
        return tensors[0]
    return stack([reshape(grid, -1) for grid in meshgrid(*tensors)], 1)


def combinations(input: Any, r: int = 2, with_replacement: bool = False) -> Any:
    """Return all choices of ``r`` elements of a vector, a row each, in order.

    As ``itertools.combinations``, or ``combinations_with_replacement``, of its elements.

    Raises:
        RuntimeError: for a tensor that is no vector, or a negative ``r``.
    """
    if input.ndim != 1:
        raise RuntimeError(f"combinations: expect a 1D vector, but got shape {list(input.shape)}")
    if r < 0:
        raise RuntimeError(f"combinations: expect a non-negative number, but got {r}")
    if r == 0:
        return input.new_empty(0)
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    rows = np.array(list(choose(range(input.shape[0]), r)), np.int64).reshape(-1, r)
    return getitem(input, index=(namespace(input._array).asarray(rows),))


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:  # noqa: N803
    """Return the powers of a vector's elements, a row for each: a Vandermonde matrix.

    Args:
        x: a vector.
        N: the number of columns; by default that of rows.
        increasing: from the power 0 on, not down to it.

    Raises:
        RuntimeError: for a tensor that is no vector, or a negative ``N``.
    """
    if x.ndim != 1:
        raise RuntimeError(f"vander: x must be a one-dimensional tensor, got {list(x.shape)}")
    count = x.shape[0] if N is None else operator.index(N)
    if count < 0:
        raise RuntimeError(f"vander: N must be non-negative, got {N}")
    xp = namespace(x._array)
    powers = xp.arange(count) if increasing else xp.arange(count - 1, -1, -1)
    base = x if x.dtype.kind in "fc" else to(x, np.dtype(np.int64))
    return pow(unsqueeze(base, 1), type(x)._result_class._wrap(powers))
