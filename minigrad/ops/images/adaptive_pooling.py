"""Adaptive pooling: the size of the result is given, the windows divide the input evenly.

Window i of m over n elements is ``[floor(i n / m), ceil((i + 1) n / m))``: neighbours overlap by
one element where m does not divide n.
"""

from __future__ import annotations

from math import prod
from typing import Any

from ...autograd.primitive import primitive
from ...backend.pooling import Boxes, Spans, adaptive_winners
from ..indices.scatter import gather
from ..precision import half_in_float32
from .pooling import avg_pool, max_pool, max_pool_indices
from .windows import batched, integer, unbatched

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool2d",
    "adaptive_max_pool3d",
]


@primitive(dtypes="real floating")
def adaptive_max_pool_indices(x: Any, *, axes: tuple[Spans, ...]) -> Any:
    """Where in its plane each window attains its maximum."""
    return adaptive_winners(x, axes)


def _spans(n: int, count: int) -> Spans:
    """Return ``count`` windows that cover ``n`` elements."""
    if count and n % count == 0:
        k = n // count
        return Spans(range(0, n, k), range(k, n + k, k), k)
    starts = tuple(i * n // count for i in range(count))
    stops = tuple(-(-(i + 1) * n // count) for i in range(count))
    return Spans(starts, stops, tuple(b - a for a, b in zip(starts, stops)))


def _axes(name: str, x: Any, output_size: Any, empty_channels: bool) -> tuple[Spans, ...]:
    """Return the windows of a call.

    Raises:
        TypeError: for sizes that are not ints (or None, for that of the input).
        RuntimeError: for another number of them, negative ones, or an empty input.
    """
    size = x.shape[2:]
    try:
        given = [output_size] * len(size) if isinstance(output_size, int) else list(output_size)
        counts = [n if c is None else integer(c) for n, c in zip(size, given)]
    except TypeError:
        raise TypeError(
            f"{name}: output_size must be an int or a sequence of ints or Nones, got "
            f"{output_size!r}"
        ) from None
    if len(given) != len(size) or min(counts) < 0:
        raise RuntimeError(
            f"{name}: output_size must be {len(size)} numbers greater than or equal to 0, but got "
            f"{output_size}"
        )
    if not all(x.shape[2 if empty_channels else 1 :]):
        raise RuntimeError(
            f"{name}: expected input to have non-zero size for non-batch dimensions, but input has "
            f"sizes {list(x.shape)}"
        )
    return tuple(map(_spans, size, counts))


# --- average ----------------------------------------------------------------------------------


@half_in_float32
def adaptive_avg_pool1d(input: Any, output_size: Any) -> Any:
    """Return ``output_size`` averages along one spatial axis. See ``adaptive_avg_pool2d``."""
    return _average(1, input, output_size)


@half_in_float32
def adaptive_avg_pool2d(input: Any, output_size: Any) -> Any:
    """Return averages over a grid of windows that divides two spatial axes evenly.

    Shapes:
        input (N, C, H, W) or (C, H, W); result (N, C, H', W') of the size asked for.

    Args:
        input: images.
        output_size: (H', W'); an int for both; None in it for the size of the input.

    Derivative: ``g``, divided by the size of its window, goes to each element of the window.

    Raises:
        RuntimeError: for another number of sizes, negative ones, or an empty image.
        NotImplementedError: for integers.
    """
    return _average(2, input, output_size)


@half_in_float32
def adaptive_avg_pool3d(input: Any, output_size: Any) -> Any:
    """Return averages over a grid of windows of three axes. See ``adaptive_avg_pool2d``."""
    return _average(3, input, output_size)


def _average(ndim: int, input: Any, output_size: Any) -> Any:
    name = f"adaptive_avg_pool{ndim}d"
    x = batched(name, input, ndim)
    axes = _axes(name, x, output_size, ndim < 3)
    if x.dtype.kind != "c" or any(len(spans.starts) > 1 for spans in axes):
        _check_floating(name, x)  # PyTorch's mean over all, a case of its own, takes complex ones
    return unbatched(avg_pool(x, axes=axes), input)


def _check_floating(name: str, x: Any) -> None:
    if x.dtype.kind != "f":
        raise NotImplementedError(f'"{name}" not implemented for {x.dtype}: expected floats')


# --- maximum ----------------------------------------------------------------------------------


def adaptive_max_pool1d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """Return ``output_size`` maxima along one spatial axis. See ``adaptive_max_pool2d``."""
    return _maximum(1, input, output_size, return_indices)


def adaptive_max_pool2d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """Return the maxima over a grid of windows that divides two spatial axes evenly.

    Shapes:
        input (N, C, H, W) or (C, H, W); result (N, C, H', W') of the size asked for.

    Args:
        input: images.
        output_size: (H', W'); an int for both; None in it for the size of the input.
        return_indices: return also where in its plane each maximum lies, as ``row * W + column``.

    Derivative: ``g`` goes to each window's maximum, the first of equal ones.

    Raises:
        RuntimeError: for another number of sizes, negative ones, or an empty image.
        NotImplementedError: for integers.
    """
    return _maximum(2, input, output_size, return_indices)


def adaptive_max_pool3d(input: Any, output_size: Any, return_indices: bool = False) -> Any:
    """Return the maxima over a grid of windows of three axes. See ``adaptive_max_pool2d``."""
    return _maximum(3, input, output_size, return_indices)


def _maximum(ndim: int, input: Any, output_size: Any, return_indices: bool) -> Any:
    name = f"adaptive_max_pool{ndim}d"
    x = batched(name, input, ndim)
    _check_floating(name, x)
    axes = _axes(name, x, output_size, False)
    if all(isinstance(spans.starts, range) for spans in axes):
        return _sliding(input, x, axes, return_indices)
    indices = adaptive_max_pool_indices(x, axes=axes)
    out = read_planes(x, indices)
    if not return_indices:
        return unbatched(out, input)
    return unbatched(out, input), unbatched(indices, input)


def read_planes(x: Any, index: Any) -> Any:
    """Return the elements of images at places counted through each plane."""
    planes, places = (a.reshape((*a.shape[:2], prod(a.shape[2:]))) for a in (x, index))
    return gather(planes, 2, places).reshape(index.shape)


def _sliding(input: Any, x: Any, axes: tuple[Spans, ...], return_indices: bool) -> Any:
    """Windows of one size are those of ``max_pool``."""
    kernel = tuple(spans.stops[0] for spans in axes)
    positions = tuple(len(spans.starts) for spans in axes)
    boxes = Boxes(kernel, positions, kernel, (0,) * len(axes), (1,) * len(axes))
    out = max_pool(x, boxes=boxes)
    if not return_indices:
        return unbatched(out, input)
    return unbatched(out, input), unbatched(max_pool_indices(x, out, boxes=boxes), input)
