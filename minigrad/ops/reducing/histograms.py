"""Counting: how many elements are equal, or lie between bounds; and between which they lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.stand_in import open_to_transforms
from ...autograd.traced import Traced
from ...backend.arrays import namespace
from ...backend.device import device_of
from ...backend.spacing import spaced
from ...ops import return_types
from ..arguments import check_real

__all__ = ["bincount", "bucketize", "histc", "histogram", "histogramdd", "searchsorted"]


# --- counts ---------------------------------------------------------------------------------------


@open_to_transforms
def bincount(input: Any, weights: Any = None, minlength: int = 0) -> Any:
    """Return how often each number from 0 on occurs, or the sums of its weights.

    Args:
        input: non-negative integers, 1-d.
        weights: one for each; sums are of float64 (float32 for those of float32).
        minlength: the least size of the result.

    Raises:
        RuntimeError: for other shapes, or negative numbers.
        NotImplementedError: for numbers that are not integers.
    """
    if input.dtype.kind not in "iu":
        raise NotImplementedError(f'"bincount" not implemented for {input.dtype}')
    if minlength < 0:
        raise RuntimeError(f"minlength should be >= 0, got {minlength}")
    array = input._array
    if array.ndim != 1 or (array.size and int(array.min()) < 0):
        raise RuntimeError(
            "bincount only supports 1-d non-negative integral inputs, got shape "
            f"{tuple(input.shape)}"
        )
    if weights is None or not array.size:
        return input._result_class._wrap(np.bincount(array, None, minlength))
    if tuple(weights.shape) != tuple(input.shape):
        raise RuntimeError(
            f"weights should be 1-d and have the same length as input, got {tuple(weights.shape)} "
            f"and {tuple(input.shape)}"
        )
    sums = np.bincount(array, weights._array, minlength)
    dtype = weights.dtype if weights.dtype == np.float32 else np.float64
    return input._result_class._wrap(sums.astype(dtype, copy=False))


@open_to_transforms
def histc(input: Any, bins: int = 100, min: float = 0, max: float = 0) -> Any:
    """Return how many elements lie in each of ``bins`` equal intervals from ``min`` to ``max``.

    Args:
        input: a floating-point tensor; elements outside do not count.
        bins: how many intervals.
        min, max: the ends; those of the elements if equal.

    Raises:
        RuntimeError: for no bins, ends in the wrong order or that are not finite.
        NotImplementedError: for integers.
    """
    array = _counted("histogram_cpu", input)
    if bins <= 0:
        raise RuntimeError(f"torch.histogram(): bins must be > 0, but got {bins} for dimension 0")
    low, high = float(min), float(max)
    if low == high and array.size:
        low, high = float(array.min()), float(array.max())
    if low == high:
        low, high = low - 1, high + 1
    if not (np.isfinite(low) and np.isfinite(high)):
        raise RuntimeError(f"torch.histc: range of [{low}, {high}] is not finite")
    if low > high:
        raise RuntimeError(f"torch.histc: max must be larger than min, got [{low}, {high}]")
    counts, _ = np.histogram(array, bins, (low, high))
    return input._result_class._wrap(counts.astype(input.dtype))


@open_to_transforms
def histogram(
    input: Any, bins: Any, *, range: Any = None, weight: Any = None, density: bool = False
) -> Any:
    """Return a histogram of all elements, and the edges of its bins.

    Args:
        input: a floating-point tensor.
        bins: how many equal intervals, or a 1-d tensor of edges, ascending.
        range: the ends of equal intervals, (low, high); by default those of the elements.
        weight: what each element counts, in the shape of ``input``.
        density: divide by the sum and by the widths.

    Returns:
        A named tuple (hist, bin_edges).

    Raises:
        RuntimeError: for no bins, ends in the wrong order, a weight of another shape.
        NotImplementedError: for integers.
    """
    rows = _counted("histogramdd", input).reshape(-1, 1)
    edges = [_edges(rows[:, 0], bins, None if range is None else tuple(range), 0)]
    hist = _histogram(input, rows, edges, weight, density)
    return return_types.histogram(hist, input._result_class._wrap(edges[0]))


@open_to_transforms
def histogramdd(
    input: Any,
    bins: Any,
    *,
    range: Sequence[float] | None = None,
    weight: Any = None,
    density: bool = False,
) -> Any:
    """Return a histogram of points, and the edges of its bins along each dimension.

    Args:
        input: points, (..., dimensions).
        bins: how many intervals along all dimensions or each, or tensors of edges.
        range: the ends along each dimension, one after the other.
        weight: what each point counts.
        density: divide by the sum and by the volumes.

    Returns:
        A named tuple (hist, bin_edges).

    Raises:
        RuntimeError: as ``histogram``.
    """
    array = _counted("histogramdd", input)
    if array.ndim < 2:
        raise RuntimeError(
            "torch.histogramdd: input tensor should have at least 2 dimensions, but got "
            f"{array.ndim}"
        )
    rows = array.reshape(-1, array.shape[-1])
    count = rows.shape[1]
    each = [bins] * count if isinstance(bins, int) else list(bins)
    if len(each) != count:
        raise RuntimeError(f"torch.histogramdd(): expected {count} bins, got {len(each)}")
    ends = [None] * count if range is None else list(zip(range[::2], range[1::2], strict=True))
    edges = [_edges(rows[:, i], each[i], ends[i], i) for i in np.arange(count)]
    hist = _histogram(input, rows, edges, weight, density)
    return return_types.histogramdd(hist, tuple(map(input._result_class._wrap, edges)))


def _counted(name: str, input: Any) -> Any:
    """Return the array of a tensor whose elements can be sorted into bins."""
    if input.dtype.name not in ("float32", "float64"):
        raise NotImplementedError(f'"{name}" not implemented for {input.dtype}')
    return input._array


def _edges(values: Any, bins: Any, ends: Any, dim: int) -> Any:
    if isinstance(bins, Traced):
        if bins.dtype != values.dtype:
            raise RuntimeError(
                f"torch.histogramdd(): input tensor and bins should have the same dtype, got "
                f"{values.dtype} and {bins.dtype}"
            )
        if len(bins.shape) != 1:
            raise RuntimeError(
                f"torch.histogramdd(): bins should be 1-d, got shape {list(bins.shape)} for dim "
                f"{dim}"
            )
        return bins._array.copy()
    if bins <= 0:
        raise RuntimeError(f"torch.histogram(): bins must be > 0, but got {bins} for dim {dim}")
    low, high = ends or ((values.min(), values.max()) if values.size else (0, 1))
    if low > high:
        raise RuntimeError(f"torch.histogramdd(): min should not exceed max, got ({low}, {high})")
    if low == high:
        low, high = low - 0.5, high + 0.5
    return spaced(low, high, bins + 1, device_of(values), values.dtype)


def _histogram(input: Any, rows: Any, edges: list[Any], weight: Any, density: bool) -> Any:
    if weight is not None and weight.numel() != len(rows):
        raise RuntimeError(
            f"torch.histogramdd(): weight should have one element per point ({len(rows)}), got "
            f"shape {tuple(weight.shape)}"
        )
    weights = None if weight is None else weight._array.reshape(-1)
    hist, _ = np.histogramdd(rows, edges, density=density, weights=weights)
    return input._result_class._wrap(hist.astype(input.dtype))


# --- places ---------------------------------------------------------------------------------------


@primitive()
def _searchsorted(boundaries: Any, values: Any, *, right: bool, dtype: Any) -> Any:
    """Return places in 1-d boundaries, or in those of the same row."""
    side: Any = "right" if right else "left"
    if boundaries.ndim == 1:
        return np.searchsorted(boundaries, values, side).astype(dtype)
    places = namespace(values).zeros(values.shape, dtype)
    for row in np.ndindex(values.shape[:-1]):
        places[row] = np.searchsorted(boundaries[row], values[row], side)
    return places


@open_to_transforms
def searchsorted(
    sorted_sequence: Any,
    input: Any,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Any = None,
) -> Any:
    """Return where values belong among sorted boundaries: the number of smaller ones.

    Args:
        sorted_sequence: boundaries, ascending along the last dimension.
        input: a number or tensor; its leading dimensions are those of the boundaries, unless
            these are 1-d.
        out_int32: the result is of int32 instead of int64.
        right: count equal ones, too.
        side: "left" or "right", another way to say so.
        sorter: indices that sort the boundaries, if they are not.

    Raises:
        RuntimeError: for shapes that do not fit, or a ``side`` that contradicts ``right``.
    """
    if side not in (None, "left", "right"):
        raise RuntimeError(
            f"torch.searchsorted(): side can only be 'left' or 'right' but got {side}"
        )
    if side == "left" and right:
        raise RuntimeError("torch.searchsorted(): side and right can't be set to opposites")
    boundaries = sorted_sequence._array
    values = input._array if isinstance(input, Traced) else np.asarray(input)
    check_real("searchsorted", boundaries, values)
    if boundaries.ndim != 1 and boundaries.shape[:-1] != values.shape[:-1]:
        raise RuntimeError(
            "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 "
            "dimensions of boundaries tensor and input value tensor must match, got "
            f"{boundaries.shape} and {values.shape}"
        )
    if sorter is not None:
        if tuple(sorter.shape) != boundaries.shape:
            raise RuntimeError(
                "torch.searchsorted(): boundary and sorter must have the same size, got "
                f"{boundaries.shape} and {tuple(sorter.shape)}"
            )
        boundaries = np.take_along_axis(boundaries, sorter._array, -1)
    dtype = np.int32 if out_int32 else np.int64
    places = _searchsorted(boundaries, values, right=right or side == "right", dtype=dtype)
    return sorted_sequence._result_class._wrap(np.asarray(places, dtype))


@open_to_transforms
def bucketize(input: Any, boundaries: Any, *, out_int32: bool = False, right: bool = False) -> Any:
    """Return in which bucket between 1-d boundaries each value lies. See ``searchsorted``.

    Raises:
        RuntimeError: for boundaries that are not 1-d.
    """
    if boundaries.ndim != 1:
        raise RuntimeError(f"boundaries tensor must be 1 dimension, but got dim({boundaries.ndim})")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)
