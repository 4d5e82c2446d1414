"""The largest and the smallest element so far."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.primitive import Keep, primitive
from ...backend.arrays import namespace
from ...ops import return_types
from ..dims import normalize_dim, numpy_names, scalar_as_vector
from ..indices.indexing import put_back

__all__ = ["cummax", "cummin"]


def _record_rule(g: Any, x_shape: tuple[int, ...], index: Any, dim: int) -> Any:
    """dx[k] = the sum of g over the places whose record k was."""
    grid = list(np.ogrid[tuple(map(slice, x_shape))])
    grid[dim] = index
    return put_back(g[0], shape=x_shape, index=tuple(grid))


def _recorded(x: Any, values: Any, dim: int) -> Keep:
    """Return the records and where they were set: the last of equal ones, or of NaN."""
    places = namespace(x).arange(x.shape[dim]).reshape((-1,) + (1,) * (x.ndim - dim - 1))
    index = np.maximum.accumulate(np.where((x == values) | (x != x), places, 0), dim)
    return Keep((values, index), index=index)


@primitive(x=_record_rule, dtypes="real")
def _cummax(x: Any, *, dim: int) -> Any:
    return _recorded(x, np.maximum.accumulate(x, dim), dim)


@primitive(x=_record_rule, dtypes="real")
def _cummin(x: Any, *, dim: int) -> Any:
    return _recorded(x, np.minimum.accumulate(x, dim), dim)


@numpy_names
@scalar_as_vector
def cummax(x: Any, dim: int) -> Any:
    """Return the largest elements so far, along ``dim``.

    Returns:
        A named tuple (values, indices), the last index of equal ones; NaN from the first NaN on.

    Derivative: ``g`` to the element at the index.

    Raises:
        IndexError: for a dimension out of range.
    """
    return return_types.cummax(*_cummax(x, dim=normalize_dim(dim, x.ndim)))


@numpy_names
@scalar_as_vector
def cummin(x: Any, dim: int) -> Any:
    """Return the smallest elements so far, along ``dim``. See ``cummax``."""
    return return_types.cummin(*_cummin(x, dim=normalize_dim(dim, x.ndim)))
