"""Regions: a copy of a tensor with other values where a view of it would look.

``overwrite`` does all of it: a region is the step that leads to the view.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...autograd.stand_in import open_to_transforms
from ...backend.arrays import as_array
from ..dims import along, normalize_dim
from ..shaping.diagonals import diagonal
from .indexing import getitem, select
from .writing import overwrite

__all__ = ["diagonal_scatter", "select_scatter", "slice_scatter"]


@open_to_transforms
def slice_scatter(
    x: Any,
    src: Any,
    dim: int = 0,
    start: int | None = None,
    end: int | None = None,
    step: int = 1,
) -> Any:
    """Return a copy of ``x`` with ``src`` in the place of ``x[start:end:step]`` along ``dim``.

    Derivative: the region's gradient goes to ``src``, the rest to ``x``.

    Raises:
        IndexError: for a dimension out of range, or a 0-d tensor.
        RuntimeError: for a step that is not positive, or a ``src`` of another shape.
    """
    return _replaced(x, src, _slice, (dim, start, end, step))


@open_to_transforms
def select_scatter(x: Any, src: Any, dim: int, index: int) -> Any:
    """Return a copy of ``x`` with ``src`` in the place of ``select(x, dim, index)``.

    Derivative: the region's gradient goes to ``src``, the rest to ``x``.

    Raises:
        IndexError: for a dimension or an index out of range, or a 0-d tensor.
        RuntimeError: for a ``src`` of another shape.
    """
    return _replaced(x, src, select, (dim, index))


@open_to_transforms
def diagonal_scatter(x: Any, src: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """Return a copy of ``x`` with ``src`` in the place of ``diagonal(x, offset, dim1, dim2)``.

    Derivative: the region's gradient goes to ``src``, the rest to ``x``.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for a ``src`` of another shape.
    """
    return _replaced(x, src, diagonal, (offset, dim1, dim2))


def slice_view(
    x: Any, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Any:
    """Return the view ``x[start:end:step]`` along ``dim``.

    Raises:
        IndexError: for a dimension out of range, or a 0-d tensor.
        RuntimeError: for a step that is not positive.
    """
    return _slice(x, dim, start, end, step)


def _slice(x: Any, dim: int, start: int | None, end: int | None, step: int) -> Any:
    if x.ndim == 0:
        raise IndexError("slice() cannot be applied to a 0-dim tensor.")
    dim = normalize_dim(dim, x.ndim)
    if step <= 0:
        raise RuntimeError(f"slice step must be positive, got {step}")
    return getitem(x, index=(*along(dim, slice(start, end, step)), ...))


def _replaced(x: Any, src: Any, view: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    array = x._array if hasattr(x, "_array") else as_array(x)
    region = view(array, *arguments).shape
    if tuple(src.shape) != region:
        raise RuntimeError(
            "expected src to have a size equal to the slice of self. src size = "
            f"{list(src.shape)}, slice size = {list(region)}"
        )
    return overwrite(x, src, steps=(None, (view, arguments, {})), index=None)
