"""Scattering that combines what meets in one place: see ``combining`` for the derivatives."""

from __future__ import annotations

from typing import Any

from ...autograd.stand_in import open_to_transforms
from ..dims import along, normalize_dim
from ..shaping.broadcasting import atleast_1d
from .combining import combined
from .masks import index_array
from .scatter import _check_bounds, _grid, _shaped, _source

__all__ = ["index_reduce", "scatter_reduce"]


@open_to_transforms
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
    return _shaped(combined(atleast_1d(x), grid, given, reduce, include_self), x.shape)


@open_to_transforms
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
    return _shaped(combined(wide, (*along(dim, array), ...), slices, reduce, include_self), x.shape)
