"""Shapes: the same elements under other dimensions. Results are views wherever possible."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.stand_in import StandIn
from ...autograd.traced import Traced
from ..dims import normalize_dim, normalize_dims
from .reinterpreting import is_dtype, reinterpret

__all__ = [
    "clone",
    "contiguous",
    "flatten",
    "matrix_transpose",
    "moveaxis",
    "movedim",
    "permute",
    "ravel",
    "reshape",
    "reshape_as",
    "squeeze",
    "swapaxes",
    "swapdims",
    "t",
    "transpose",
    "unflatten",
    "unsqueeze",
    "view",
    "view_as",
]

# --- other sizes --------------------------------------------------------------------------------


@primitive(x=lambda g, x_shape: g.reshape(x_shape), view=True)
def _reshape(x: Any, *, shape: tuple[int, ...]) -> Any:
    return x.reshape(shape)


def reshape(x: Any, *sizes: Any, shape: Sequence[int] | None = None) -> Any:
    """Return the elements of ``x``, in row-major order, in another shape; a view if possible.

    Args:
        x: a tensor.
        *sizes: integers or one sequence of them; one may be -1, to be inferred.
        shape: the sizes by name.

    Derivative: ``g.reshape(x.shape)``.

    Raises:
        RuntimeError: for a shape of another number of elements.
    """
    return _reshape(x, shape=_resolve(sizes_of(sizes, shape), x.shape))


def reshape_as(x: Any, other: Any) -> Any:
    """Return ``x`` in the shape of ``other``."""
    return reshape(x, other.shape)


def view(x: Any, *shape: Any, dtype: Any = None) -> Any:
    """Return ``x`` in another shape, or as another dtype, sharing its memory. See ``reshape``.

    ``x.view(dtype)`` sees the same bytes as elements of another dtype, without a derivative.

    Raises:
        RuntimeError: for a shape of another number of elements, or one that needs a copy.
    """
    if dtype is not None or (len(shape) == 1 and is_dtype(shape[0])):
        return reinterpret(x, shape[0] if dtype is None else dtype)
    result = reshape(x, *shape)
    if result._view is None and result._array.size and not isinstance(result._array, StandIn):
        raise RuntimeError(
            f"view size {list(result.shape)} is not compatible with input tensor's size "
            f"{list(x.shape)} and stride {x._array.strides} (in bytes): at least one dimension "
            "spans across two contiguous subspaces. Use .reshape(...) instead."
        )
    return result


def view_as(x: Any, other: Any) -> Any:
    """Return a view of ``x`` in the shape of ``other``."""
    return view(x, other.shape)


def flatten(x: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """Return ``x`` with the dimensions from ``start_dim`` to ``end_dim`` made one.

    ``x`` itself if there is nothing to do.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: if ``start_dim`` comes after ``end_dim``.
    """
    shape = x.shape or (1,)
    start, end = normalize_dim(start_dim, x.ndim), normalize_dim(end_dim, x.ndim)
    if start > end:
        raise RuntimeError(
            f"flatten() has invalid args: start_dim cannot come after end_dim, got {start_dim} "
            f"and {end_dim} for shape {x.shape}"
        )
    if start == end and x.ndim:
        return x
    return _reshape(x, shape=(*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :]))


def ravel(x: Any) -> Any:
    """Return all elements in one dimension, contiguous: a view where they are already."""
    return _reshape(contiguous(x), shape=(math.prod(x.shape),))


def unflatten(x: Any, dim: int, sizes: Sequence[int]) -> Any:
    """Return ``x`` with dimension ``dim`` made several, of ``sizes``; one of them may be -1.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: if the product of ``sizes`` is another size.
    """
    dim = normalize_dim(dim, x.ndim)
    if not sizes:
        raise RuntimeError("unflatten: sizes must be non-empty")
    shape = x.shape or (1,)
    return _reshape(
        x, shape=shape[:dim] + _resolve(sizes_of((sizes,)), shape[dim : dim + 1]) + shape[dim + 1 :]
    )


def squeeze(x: Any, dim: int | Sequence[int] | None = None) -> Any:
    """Return ``x`` without its dimensions of size 1, or without those among ``dim``.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for a dimension named twice.
    """
    dims = range(x.ndim) if dim is None else given_dims(dim, x.ndim)
    return _reshape(
        x, shape=tuple(n for axis, n in enumerate(x.shape) if n != 1 or axis not in dims)
    )


def unsqueeze(x: Any, dim: int) -> Any:
    """Return ``x`` with a dimension of size 1 inserted at ``dim``.

    Raises:
        IndexError: for a dimension out of range.
    """
    dim = normalize_dim(dim, x.ndim + 1)
    return _reshape(x, shape=(*x.shape[:dim], 1, *x.shape[dim:]))


# --- another order of dimensions ----------------------------------------------------------------


@primitive(x=lambda g, dims: _permute(g, dims=_inverse(dims)), view=True)
def _permute(x: Any, *, dims: tuple[int, ...]) -> Any:
    return np.transpose(x, dims)


def _inverse(dims: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(range(len(dims)), key=dims.__getitem__))


def permute(x: Any, *order: Any, dims: Sequence[int] | None = None) -> Any:
    """Return a view of ``x`` with its dimensions in another order.

    Args:
        x: a tensor.
        *order: for each dimension of the result, that of ``x`` which it is; integers or one
            sequence of them.
        dims: the order by name.

    Derivative: ``g`` with the inverse permutation.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: unless every dimension is named once.
    """
    given = sizes_of(order, dims)
    if len(given) != x.ndim:
        raise RuntimeError(
            f"permute: the tensor has {x.ndim} dimensions (shape {x.shape}), but {len(given)} "
            f"were given: {given}"
        )
    return _permute(x, dims=given_dims(given, x.ndim))


def transpose(x: Any, dim0: int, dim1: int) -> Any:
    """Return a view of ``x`` with two dimensions exchanged.

    Raises:
        IndexError: for a dimension out of range.
    """
    dim0, dim1 = normalize_dim(dim0, x.ndim), normalize_dim(dim1, x.ndim)
    order = list(range(x.ndim))
    if order:
        order[dim0], order[dim1] = dim1, dim0
    return _permute(x, dims=tuple(order))


swapaxes = swapdims = transpose


def t(x: Any) -> Any:
    """Return the transpose of a matrix; vectors and 0-d tensors as they are.

    Raises:
        RuntimeError: for more than two dimensions.
    """
    if x.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {x.ndim}D")
    return reversed_dims(x)


def reversed_dims(x: Any) -> Any:
    """Return a view of ``x`` with its dimensions in reverse order."""
    return _permute(x, dims=tuple(range(x.ndim - 1, -1, -1)))


def matrix_transpose(x: Any) -> Any:
    """Return the last two dimensions of ``x`` exchanged.

    Raises:
        RuntimeError: for a vector.
    """
    if x.ndim == 1:
        raise RuntimeError("tensor.mT is only supported on matrices or batches, got 1-D")
    return transpose(x, -2, -1) if x.ndim else x


def movedim(x: Any, source: int | Sequence[int], destination: int | Sequence[int]) -> Any:
    """Return a view of ``x`` with dimensions ``source`` at the places ``destination``.

    The other dimensions keep their order.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for a dimension named twice, or unequal numbers of them.
    """
    sources, places = given_dims(source, x.ndim), given_dims(destination, x.ndim)
    if len(sources) != len(places):
        raise RuntimeError(
            f"movedim: source and destination must name as many dimensions, got {source} and "
            f"{destination}"
        )
    rest = (axis for axis in range(x.ndim) if axis not in sources)
    moved = dict(zip(places, sources, strict=True))
    return _permute(x, dims=tuple(moved[i] if i in moved else next(rest) for i in range(x.ndim)))


moveaxis = movedim


# --- memory -------------------------------------------------------------------------------------


@primitive(x=lambda g: g)
def clone(x: Any, *, order: str = "K") -> Any:
    """Return a copy in memory of its own: laid out alike ("K") or in row-major order ("C").

    Derivative: ``g``.
    """
    return x.copy(order)


def contiguous(x: Any) -> Any:
    """Return ``x`` itself if its elements lie in row-major order, else a copy where they do."""
    array = x._array if isinstance(x, Traced) else x
    return x if array.flags.c_contiguous else clone(x, order="C")


# --- arguments ----------------------------------------------------------------------------------


def sizes_of(given: tuple[Any, ...], named: Any = None) -> tuple[int, ...]:
    """Return sizes given as ``f(2, 3)``, ``f((2, 3))`` or by name.

    Raises:
        TypeError: if one is not an integer, or none is given.
    """
    if not given:
        if named is None:
            raise TypeError("missing sizes or dimensions: expected integers or a sequence of them")
        given = tuple(named)
    elif len(given) == 1 and isinstance(given[0], Sequence):
        given = tuple(given[0])
    try:
        return tuple(map(operator.index, given))
    except TypeError:
        raise TypeError(f"expected integers, got {given!r}") from None


def _resolve(sizes: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the sizes with -1 inferred from the number of elements of ``shape``."""
    total = math.prod(shape)
    if -1 not in sizes:
        if math.prod(sizes) == total and all(n >= 0 for n in sizes):
            return sizes
        raise RuntimeError(
            f"shape {list(sizes)} is invalid for input of size {total} (shape {list(shape)})"
        )
    rest = math.prod(n for n in sizes if n != -1)
    if sizes.count(-1) > 1 or any(n < -1 for n in sizes):
        raise RuntimeError(f"only one dimension can be inferred, and none negative: {list(sizes)}")
    if rest == 0:
        raise RuntimeError(
            f"cannot reshape tensor of shape {list(shape)} into shape {list(sizes)}: the size -1 "
            "can be any value and is ambiguous"
        )
    if total % rest:
        raise RuntimeError(
            f"shape {list(sizes)} is invalid for input of size {total} (shape {list(shape)})"
        )
    return tuple(total // rest if n == -1 else n for n in sizes)


def given_dims(dim: int | Sequence[int], ndim: int) -> tuple[int, ...]:
    """Return dimension numbers in [0, ndim); an empty sequence names none."""
    return normalize_dims(dim, ndim) if not isinstance(dim, Sequence) or dim else ()
