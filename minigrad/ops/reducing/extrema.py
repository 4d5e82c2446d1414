"""The largest, the smallest and the middle element."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.fitting import cast
from ...autograd.primitive import Keep, primitive
from ...autograd.traced import Traced
from ...backend.arrays import as_array, is_array, namespace
from ...ops import return_types
from ..dims import Dims, along, normalize_dim, normalize_dims, numpy_names, scalar_as_vector
from ..pointwise.comparison import eq
from ..pointwise.elementwise import maximum, minimum
from .reductions import kept, sum
from .sorting import check_not_empty, chosen, found

__all__ = ["amax", "amin", "aminmax", "argmax", "argmin", "max", "median", "min"]


def shared(
    g: Any, x: Any, out: Any, x_shape: tuple[int, ...], dim: tuple[int, ...], keepdim: bool
) -> Any:
    """dx = g, in equal shares, for the elements equal to the result."""
    chosen = cast(eq(x, kept(out, x_shape, dim, keepdim)), dtype=g.dtype)
    return kept(g, x_shape, dim, keepdim) / sum(chosen, dim, True) * chosen


# --- over all or several dimensions -------------------------------------------------------------


@primitive(x=shared, dtypes="real")
def _amax(x: Any, *, dim: tuple[int, ...], keepdim: bool) -> Any:
    return np.max(x, axis=dim, keepdims=keepdim)


@primitive(x=shared, dtypes="real")
def _amin(x: Any, *, dim: tuple[int, ...], keepdim: bool) -> Any:
    return np.min(x, axis=dim, keepdims=keepdim)


@numpy_names
def amax(x: Any, dim: Dims = None, keepdim: bool = False) -> Any:
    """Return the largest element over ``dim``: an int, a tuple, or all dimensions by default.

    Derivative: ``g``, in equal shares among equal largest elements.

    Raises:
        IndexError: for a dimension out of range, or of size 0.
        RuntimeError: for no elements at all, and no ``dim``.
    """
    return _amax(x, dim=_reduced("amax", x, dim), keepdim=keepdim)


@numpy_names
def amin(x: Any, dim: Dims = None, keepdim: bool = False) -> Any:
    """Return the smallest element over ``dim``. See ``amax``."""
    return _amin(x, dim=_reduced("amin", x, dim), keepdim=keepdim)


@numpy_names
def aminmax(x: Any, *, dim: int | None = None, keepdim: bool = False) -> Any:
    """Return the smallest and the largest element, of all or along ``dim``.

    Returns:
        A named tuple (min, max).

    Derivative: ``g``, in equal shares among equal elements.

    Raises:
        IndexError: for a dimension out of range, or of size 0.
        RuntimeError: for no elements at all, and no ``dim``.
    """
    dims = _reduced("aminmax", x, None if dim is None else (normalize_dim(dim, x.ndim),))
    return return_types.aminmax(
        _amin(x, dim=dims, keepdim=keepdim), _amax(x, dim=dims, keepdim=keepdim)
    )


def _reduced(name: str, x: Any, dim: Dims) -> tuple[int, ...]:
    dims = normalize_dims(dim, x.ndim)
    if not isinstance(dim, int) and not dim:
        if 0 in x.shape:
            raise RuntimeError(
                f"{name}(): Expected reduction dim to be specified for input.numel() == 0 (shape "
                f"{tuple(x.shape)}). Specify the reduction dim with the 'dim' argument."
            )
        return dims
    check_not_empty(name, x, dims)
    return dims


# --- along one dimension, and where -------------------------------------------------------------


@primitive(x=found, dtypes="real")
def _max_dim(x: Any, *, dim: int, keepdim: bool) -> Any:
    return _extremum(x.max(dim, None, keepdim), x.argmax(dim), dim, keepdim)


@primitive(x=found, dtypes="real")
def _min_dim(x: Any, *, dim: int, keepdim: bool) -> Any:
    return _extremum(x.min(dim, None, keepdim), x.argmin(dim), dim, keepdim)


def _extremum(values: Any, index: Any, dim: int, keepdim: bool) -> Keep:
    index = np.expand_dims(index, dim) if keepdim else as_array(index)
    return Keep((values, index), index=index)


@scalar_as_vector
def _along(x: Any, search: Any, kind: Any, dim: int, keepdim: bool) -> Any:
    """Search along one dimension and name the results."""
    dim = normalize_dim(dim, x.ndim)
    check_not_empty(kind.__name__, x, (dim,))
    return kind(*search(x, dim=dim, keepdim=keepdim))


@numpy_names
def max(x: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """Return the largest element: of all, along a dimension, or of each two.

    Args:
        x: a tensor.
        dim: the dimension to search along. Or a second tensor: ``maximum`` of the two.
        keepdim: keep the reduced dimension, as size 1.
        other: the second tensor, by name.

    Returns:
        A tensor; with ``dim`` a named tuple (values, indices), the first index if several are
        largest.

    Derivative: over all, ``g`` in equal shares among equal largest elements; along a dimension,
    ``g`` for the element at the index.

    Raises:
        IndexError: for a dimension out of range, or of size 0.
        RuntimeError: for no elements at all, and no ``dim``.
        TypeError: for several dimensions (see ``amax``), or a second tensor and a dimension.
    """
    dim, other = _second("max", dim, keepdim, other)
    if other is not None:
        return maximum(x, other)
    if dim is None:
        return _amax(x, dim=_reduced("max", x, None), keepdim=False)
    return _along(x, _max_dim, return_types.max, dim, keepdim)


@numpy_names
def min(x: Any, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    """Return the smallest element: of all, along a dimension, or of each two. See ``max``."""
    dim, other = _second("min", dim, keepdim, other)
    if other is not None:
        return minimum(x, other)
    if dim is None:
        return _amin(x, dim=_reduced("min", x, None), keepdim=False)
    return _along(x, _min_dim, return_types.min, dim, keepdim)


def _second(name: str, dim: Any, keepdim: bool, other: Any) -> tuple[Any, Any]:
    """Return the dimension and the second tensor, which may come in the dimension's place."""
    if other is None and (isinstance(dim, Traced) or is_array(dim)):
        dim, other = None, dim
    if (other is not None and dim is not None) or (dim is None and keepdim):
        raise TypeError(f"{name}(): expected one of: (x), (x, other), (x, dim, keepdim)")
    return dim, other


@primitive(dtypes="real")
def _argmax(x: Any, *, dim: int | None, keepdim: bool) -> Any:
    return np.argmax(x, axis=dim, keepdims=keepdim)


@primitive(dtypes="real")
def _argmin(x: Any, *, dim: int | None, keepdim: bool) -> Any:
    return np.argmin(x, axis=dim, keepdims=keepdim)


@numpy_names
def argmax(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """Return the index of the largest element along ``dim``, or among all in row-major order.

    Raises:
        IndexError: for a dimension out of range, or for no elements.
        RuntimeError: for bools.
    """
    return _argmax(x, dim=_searched("argmax", x, dim), keepdim=keepdim)


@numpy_names
def argmin(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """Return the index of the smallest element along ``dim``, or among all. See ``argmax``."""
    return _argmin(x, dim=_searched("argmin", x, dim), keepdim=keepdim)


def _searched(name: str, x: Any, dim: int | None) -> int | None:
    if x.dtype.kind == "b":
        raise RuntimeError(f"{name}(): does not support bool input")
    if dim is None:
        if 0 in x.shape:
            raise IndexError(
                f"{name}(): Expected reduction dim to be specified for input.numel() == 0 (shape "
                f"{tuple(x.shape)})"
            )
        return None
    axis = normalize_dim(dim, x.ndim)
    check_not_empty(name, x, (axis,))
    return axis if x.ndim else None


# --- the middle ---------------------------------------------------------------------------------


@primitive(
    x=lambda g, x, out, x_shape: shared(g, x, out, x_shape, tuple(range(len(x_shape))), False),
    dtypes="real number",
)
def _median(x: Any) -> Any:
    if not x.size:
        return namespace(x).full((), np.nan).astype(x.dtype)
    middle = (x.size - 1) // 2
    ordered = np.partition(x.reshape(-1), (middle, x.size - 1))  # NaN comes last
    return np.where(ordered[-1] == ordered[-1], ordered[middle], ordered[-1])


@primitive(x=found, dtypes="real number")
def _median_dim(x: Any, *, dim: int, keepdim: bool) -> Any:
    middle = (x.shape[dim] - 1) // 2
    index = np.argpartition(x, middle, axis=dim)[along(dim, slice(middle, middle + 1))]
    unordered = x != x  # NaN
    first = np.expand_dims(np.argmax(unordered, axis=dim), dim)
    index = np.where(np.any(unordered, axis=dim, keepdims=True), first, index)
    return chosen(x, index, dim, keepdim)


@numpy_names
def median(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """Return the middle element, the lower one of two: of all, or along a dimension.

    Returns:
        A tensor; with ``dim`` a named tuple (values, indices). NaN if there is one.

    Derivative: over all, ``g`` in equal shares among the elements equal to the median; along a
    dimension, ``g`` for the element at the index.

    Raises:
        IndexError: for a dimension out of range, or of size 0.
        NotImplementedError: for bools.
        TypeError: for several dimensions.
    """
    if dim is None:
        return _median(x)
    return _along(x, _median_dim, return_types.median, dim, keepdim)
