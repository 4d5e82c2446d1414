"""Gathering and scattering: reading and writing where index tensors and masks point.

All of it is indexing: an index along one dimension becomes a full index, for which ``getitem``,
``put_back`` (its adjoint) and ``overwrite`` have the derivative rules.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.stand_in import open_to_transforms
from ...autograd.traced import Traced
from ...backend.arrays import namespace
from ..dims import normalize_dim
from ..pointwise.elementwise import add, mul
from ..shaping.broadcasting import atleast_1d, common_shape, expand
from ..shaping.shapes import reshape
from .combining import combined
from .indexing import getitem, put_back
from .masks import check_scalar, index_array
from .writing import number_for, overwrite

__all__ = [
    "gather",
    "index_add",
    "index_copy",
    "index_fill",
    "index_select",
    "scatter",
    "scatter_add",
    "take",
    "take_along_dim",
]

# --- an index per element -----------------------------------------------------------------------


@open_to_transforms
def gather(x: Any, dim: int, index: Any, *, sparse_grad: bool = False) -> Any:
    """Return the elements of ``x`` at ``index`` along ``dim``: ``x[i][index[i][j]][k]`` and so on.

    Shapes: that of ``index``, which has as many dimensions as ``x`` and, except in ``dim``, is no
    larger.

    Derivative: ``g`` added to zeros where ``index`` points; dense, whatever ``sparse_grad`` says.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for an index out of range, or of a shape or dtype that does not fit.
    """
    grid = _grid("gather", x, dim, index)
    return _shaped(getitem(atleast_1d(x), index=grid), index.shape)


@open_to_transforms
def scatter(
    x: Any,
    dim: int,
    index: Any,
    src: Any = None,
    *,
    value: Any = None,
    reduce: str | None = None,
) -> Any:
    """Return ``x`` with elements of ``src`` (or one value) written at ``index`` along ``dim``.

    Args:
        x: a tensor.
        dim: the dimension along which ``index`` points.
        index: places of elements.
        src: what comes there: a tensor, or a number.
        value: the number, by name.
        reduce: "add" or "multiply" what meets in one place; by default one of them wins.

    Shapes: ``index`` as for ``gather``; ``src`` has as many dimensions and is at least as large.

    Derivative: to ``src`` what was written, to ``x`` the rest.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for an index out of range, or of a shape or dtype that does not fit, and for
            another reduction.
    """
    grid = _grid("scatter", x, dim, index)
    if src is None or not hasattr(src, "shape"):
        written = value if src is None else src
    else:
        written = _source("scatter", x, index, src)
    if reduce is None:
        return _shaped(overwrite(atleast_1d(x), written, steps=None, index=grid), x.shape)
    if reduce not in ("add", "multiply"):
        raise RuntimeError(f"reduce argument must be either add or multiply, got {reduce}")
    if not hasattr(written, "shape"):
        xp = namespace(x._array if isinstance(x, Traced) else x)
        written = xp.full(index.shape or (1,), number_for(written, x.dtype), x.dtype)
    kind = {"add": "sum", "multiply": "prod"}[reduce]
    return _shaped(combined(atleast_1d(x), grid, written, kind, True), x.shape)


@open_to_transforms
def scatter_add(x: Any, dim: int, index: Any, src: Any) -> Any:
    """Return ``x`` with elements of ``src`` added at ``index`` along ``dim``; duplicates add up.

    Shapes: as for ``scatter``.

    Derivative: ``g`` to ``x``, and ``g`` gathered at ``index`` to ``src``.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for an index out of range, or of a shape or dtype that does not fit.
    """
    grid = _grid("scatter_add", x, dim, index)
    wide = atleast_1d(x)
    added = put_back(_source("scatter_add", x, index, src), shape=wide.shape, index=grid)
    return _shaped(add(wide, added), x.shape)


@open_to_transforms
def take(x: Any, index: Any) -> Any:
    """Return the elements of ``x``, seen as one row, at ``index``; negative ones from the end.

    Raises:
        IndexError: for an index out of range.
        RuntimeError: if ``index`` is not of dtype int64.
    """
    array = index_array("take", index)
    if array.dtype != np.int64:
        raise RuntimeError(f"take(): expected an int64 tensor for index, but got {array.dtype}")
    return _shaped(getitem(reshape(x, -1), index=(array.reshape(-1),)), array.shape)


@open_to_transforms
def take_along_dim(x: Any, indices: Any, dim: int | None = None) -> Any:
    """Return the elements of ``x`` at ``indices`` along ``dim``; the other dimensions broadcast.

    What ``argmax`` and ``argsort`` return, this reads.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for an index out of range, or of a shape or dtype that does not fit.
    """
    array = index_array("take_along_dim", indices)
    if array.dtype != np.int64:
        raise RuntimeError(f"take_along_dim(): dtype of indices should be int64, got {array.dtype}")
    if dim is None:
        return gather(reshape(x, -1), 0, array.reshape(-1))
    if array.ndim != x.ndim:
        raise RuntimeError(
            "take_along_dim(): input and indices should have the same number of dimensions, but "
            f"got {x.ndim} and {array.ndim}"
        )
    dim = normalize_dim(dim, x.ndim)
    size = x.shape[dim] if x.ndim else 1
    array = array % size if size else array  # as PyTorch: any number is some place
    # Everything but ``dim`` broadcasts: pretend that both have size 1 there.
    others = tuple(1 if axis == dim else n for axis, n in enumerate(x.shape))
    rows = tuple(1 if axis == dim else n for axis, n in enumerate(array.shape))
    common = common_shape(others, rows)
    shape, picked = list(common), list(common)
    if x.ndim:
        shape[dim], picked[dim] = size, array.shape[dim]
    return gather(expand(x, shape), dim, np.broadcast_to(array, picked))


def _shaped(x: Any, shape: tuple[int, ...]) -> Any:
    return x if x.shape == shape else reshape(x, shape)  # only 0-d tensors differ


def _grid(name: str, x: Any, dim: int, index: Any) -> tuple[Any, ...]:
    """Return the full index of the elements that an index along ``dim`` means."""
    dim = normalize_dim(dim, x.ndim)
    array = index_array(name, index)
    if array.dtype.kind != "i" or array.dtype.itemsize < 4:
        raise RuntimeError(f"{name}(): expected dtype int32 or int64 for index, got {array.dtype}")
    if array.ndim == 0 or x.ndim == 0:
        array = array.reshape(-1)
    shape = x.shape or (1,)
    if array.ndim != len(shape):
        raise RuntimeError(
            f"{name}(): index of shape {list(array.shape)} must have the same number of "
            f"dimensions as the input tensor, of shape {list(x.shape)}"
        )
    for axis, (size, limit) in enumerate(zip(array.shape, shape, strict=True)):
        if size > limit and axis != dim:
            raise RuntimeError(
                f"{name}(): size does not match at dimension {axis}: expected index "
                f"{list(array.shape)} to be no larger than self {list(shape)} apart from "
                f"dimension {dim}"
            )
    _check_bounds(array, shape[dim], dim, RuntimeError)
    grid = []
    for axis, size in enumerate(array.shape):
        places = namespace(array).arange(size).reshape(-1, *(1,) * (array.ndim - axis - 1))
        grid.append(array if axis == dim else places)
    return tuple(grid)


def _source(name: str, x: Any, index: Any, src: Any) -> Any:
    """Return the part of ``src`` that an index uses."""
    if src.dtype != x.dtype:
        raise RuntimeError(
            f"{name}(): expected self.dtype to be equal to src.dtype, got {x.dtype} and {src.dtype}"
        )
    shape = index.shape or (1,)
    src = atleast_1d(src) if index.ndim == x.ndim == src.ndim == 0 else src
    if src.ndim != len(shape) or any(m > n for m, n in zip(shape, src.shape, strict=True)):
        raise RuntimeError(
            f"{name}(): expected index {list(index.shape)} to be no larger than src "
            f"{list(src.shape)}"
        )
    if src.shape == shape:
        return src
    return getitem(src, index=tuple(map(slice, shape)))


# --- an index per slice -------------------------------------------------------------------------


@open_to_transforms
def index_select(x: Any, dim: int, index: Any) -> Any:
    """Return the slices of ``x`` along ``dim`` that ``index``, 1-d, names.

    Derivative: ``g`` added to zeros where ``index`` points.

    Raises:
        IndexError: for a dimension or an index out of range, or an index of more dimensions.
        RuntimeError: for an index of another dtype.
    """
    dim = normalize_dim(dim, x.ndim)
    array = index_array("index_select", index)
    if array.dtype.kind != "i" or array.dtype.itemsize < 4:
        raise RuntimeError(f"index_select(): expected dtype int32 or int64, got {array.dtype}")
    if array.ndim > 1:
        raise IndexError(f"index_select(): index must be a vector, got shape {array.shape}")
    if x.ndim == 0 and array.size != 1:
        raise RuntimeError(
            f"index_select(): index to scalar can have only 1 value, got {array.size}"
        )
    wide = atleast_1d(x)
    _check_bounds(array, wide.shape[dim], dim, IndexError)
    out = getitem(wide, index=_along(dim, array))
    return out if x.ndim else reshape(out, ())


@open_to_transforms
def index_add(x: Any, dim: int, index: Any, source: Any, *, alpha: Any = 1) -> Any:
    """Return ``x`` with slices of ``alpha * source`` added where ``index`` names slices of ``x``.

    Shapes: ``source`` as ``x``, but with as many slices along ``dim`` as ``index`` has entries.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for an index out of range, or of a shape or dtype that does not fit.
    """
    dim, array = _vector("index_add", x, dim, index, IndexError)
    if source.dtype != x.dtype:
        raise RuntimeError(
            f"index_add(): self ({x.dtype}) and source ({source.dtype}) must have the same dtype"
        )
    wide, added = atleast_1d(x), atleast_1d(source)
    _check_slices("index_add", wide, dim, array, added, RuntimeError)
    _check_bounds(array, wide.shape[dim], dim, RuntimeError)
    if alpha != 1:
        added = mul(added, alpha)
    return _shaped(add(wide, put_back(added, shape=wide.shape, index=_along(dim, array))), x.shape)


@open_to_transforms
def index_copy(x: Any, dim: int, index: Any, source: Any) -> Any:
    """Return ``x`` with slices of ``source`` in the places that ``index`` names.

    Shapes: as for ``index_add``.

    Raises:
        IndexError: for a dimension or an index out of range, or a wrong number of slices.
        RuntimeError: for slices of another shape or dtype.
    """
    dim, array = _vector("index_copy", x, dim, index, IndexError)
    if source.dtype != x.dtype:
        raise RuntimeError(
            f"index_copy(): self ({x.dtype}) and source ({source.dtype}) must have the same dtype"
        )
    if source.ndim != x.ndim and x.ndim and source.ndim:
        raise IndexError(
            f"index_copy(): source of shape {list(source.shape)} must have as many dimensions as "
            f"self, of shape {list(x.shape)}"
        )
    wide, written = atleast_1d(x), atleast_1d(source)
    _check_slices("index_copy", wide, dim, array, written, IndexError)
    _check_bounds(array, wide.shape[dim], dim, IndexError)
    return _shaped(overwrite(wide, written, steps=None, index=_along(dim, array)), x.shape)


@open_to_transforms
def index_fill(x: Any, dim: int, index: Any, value: Any) -> Any:
    """Return ``x`` with one value in all slices that ``index`` names; negative ones from the end.

    Raises:
        IndexError: for a dimension or an index out of range.
        RuntimeError: for a value or an index of too many dimensions.
    """
    dim, array = _vector("index_fill", x, dim, index, RuntimeError)
    check_scalar("index_fill", value)
    wide = atleast_1d(x)
    chosen = namespace(array).zeros(wide.shape[dim], np.bool_)
    chosen[array] = True  # a mask, so that a slice named twice counts once for the value's gradient
    out = overwrite(wide, value, steps=None, index=(*(slice(None),) * dim, chosen, ...))
    return _shaped(out, x.shape)


def _vector(name: str, x: Any, dim: int, index: Any, error: type[Exception]) -> tuple[int, Any]:
    dim = normalize_dim(dim, x.ndim)
    array = index_array(name, index)
    if array.ndim > 1:
        raise error(f"{name}(): index must be a vector or 0-d, got shape {list(array.shape)}")
    if array.dtype != np.int64 and (array.dtype != np.int32 or name != "index_add"):
        wrong = IndexError if name == "index_fill" else RuntimeError
        raise wrong(f"{name}(): expected dtype int64 for index, got {array.dtype}")
    return dim, array.reshape(-1)


def _along(dim: int, array: Any) -> tuple[Any, ...]:
    return (*(slice(None),) * dim, array.reshape(-1), ...)


def _check_slices(
    name: str, x: Any, dim: int, array: Any, source: Any, error: type[Exception]
) -> None:
    if source.ndim <= dim or source.shape[dim] != array.size:
        raise error(
            f"{name}(): number of indices ({array.size}) should be equal to the size of source, of "
            f"shape {list(source.shape)}, along dim {dim}"
        )
    expected = (*x.shape[:dim], array.size, *x.shape[dim + 1 :])
    if source.shape != expected:
        raise RuntimeError(
            f"{name}(): source must have shape {list(expected)} (that of self but for dim {dim}), "
            f"got {list(source.shape)}"
        )


# --- arguments ----------------------------------------------------------------------------------


def _check_bounds(array: Any, size: int, dim: int, error: type[Exception]) -> None:
    # On a GPU this would wait for the device; there, as in PyTorch, the caller vouches.
    if not isinstance(array, np.ndarray) or not array.size:
        return
    highest = array.view(f"u{array.itemsize}").max()  # a negative one counts as a large one
    if highest >= size:
        bad = highest.astype(array.dtype)
        raise error(f"index {bad} is out of bounds for dimension {dim} with size {size}")
