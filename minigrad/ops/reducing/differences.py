"""Differences, slopes and areas: a function's derivative and integral from its samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...autograd.traced import Traced
from ...backend.arrays import is_array
from ...backend.dtypes import bool_, uint8
from ..arguments import check_tensors
from ..dims import Dims, along, normalize_dim, normalize_dims
from ..pointwise.comparison import logical_xor
from ..pointwise.elementwise import sub
from ..pointwise.rounding import zero
from ..shaping.joining import cat
from .reductions import sum
from .scans import cumsum

__all__ = ["cumulative_trapezoid", "diff", "gradient", "trapezoid", "trapz"]


def _between(x: Any, dim: int, start: int | None, stop: int | None) -> Any:
    return x[along(dim, slice(start, stop))]


# --- differences --------------------------------------------------------------------------------


def diff(x: Any, n: int = 1, dim: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Return the differences of neighbours along ``dim``, ``n`` times; of bools where they differ.

    Args:
        x: a tensor.
        n: how often to take differences; each time there is one element fewer.
        dim: the dimension.
        prepend, append: tensors to join to ``x`` along ``dim`` first.

    Derivative: the negative difference of ``g``, with 0 beyond its ends.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for a 0-d tensor, a negative ``n``, or tensors to join that do not fit.
    """
    if not x.ndim:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    if n < 0:
        raise RuntimeError(f"order must be non-negative but got {n}")
    axis = normalize_dim(dim, x.ndim)
    if not n:
        return x.clone()  # nothing is joined, as in PyTorch
    joined = [part for part in (prepend, x, append) if part is not None]
    if any(part.ndim != x.ndim for part in joined):
        raise RuntimeError(
            "diff expects prepend or append to be the same dimension as input, got shapes "
            f"{[tuple(part.shape) for part in joined]}"
        )
    x = cat(joined, axis) if len(joined) > 1 else x
    subtract = logical_xor if x.dtype == bool_ else sub
    for _ in range(min(n, x.shape[axis])):
        x = subtract(_between(x, axis, 1, None), _between(x, axis, None, -1))
    return x


# --- slopes -------------------------------------------------------------------------------------


def gradient(
    input: Any, *, spacing: Any = 1, dim: Dims = None, edge_order: int = 1
) -> tuple[Any, ...]:
    """Return the slopes of a sampled function, a tensor per dimension of ``input``'s shape.

    Central differences within, exact for parabolas whatever the distances; at the ends one-sided.

    Args:
        input: the samples.
        spacing: the distance of neighbours; or a list, a distance per dimension; or a list of
            1-d tensors, the coordinates along each dimension.
        dim: one dimension or several, all by default.
        edge_order: 1 or 2, the degree of polynomials for which the slopes at the ends are exact.

    Raises:
        IndexError: for a dimension out of range.
        RuntimeError: for bools and uint8, too few samples, a spacing that does not fit, another
            edge order.
        TypeError: for a spacing that is no number or list.
    """
    dims: tuple[int, ...] = () if dim == () else normalize_dims(dim, input.ndim)
    steps = _spacings(input, spacing, dim, dims)
    if edge_order not in (1, 2):
        raise RuntimeError(
            f"gradient only supports edge_order=1 and edge_order=2, got {edge_order}"
        )
    if input.dtype in (bool_, uint8):
        raise RuntimeError(f"gradient does not support {input.dtype} input")
    if any(input.shape[axis] <= edge_order for axis in dims):
        raise RuntimeError(
            "gradient expected each dimension size to be at least edge_order+1, got shape "
            f"{tuple(input.shape)} and edge_order {edge_order}"
        )
    return tuple(_slopes(input, axis, step, edge_order) for axis, step in zip(dims, steps))


def _spacings(x: Any, spacing: Any, dim: Dims, dims: tuple[int, ...]) -> list[Any]:
    """Return a distance, or the distances of neighbours as a tensor, for each dimension."""
    if isinstance(spacing, int | float):
        return [spacing] * len(dims)
    if not isinstance(spacing, Sequence) or isinstance(spacing, str):
        raise TypeError(
            "gradient(): spacing must be a number, or a list of numbers or of tensors, not "
            f"{type(spacing).__name__}"
        )
    if len(spacing) != len(dims):
        raise RuntimeError(
            "gradient expected spacing to be unspecified, a scalar, or a list with an element for "
            f"each dimension, {len(dims)}, but got {len(spacing)}"
        )
    steps = []
    for axis, item in zip(dims, spacing):
        if isinstance(item, Traced) or is_array(item):
            if item.ndim != 1:
                raise RuntimeError(
                    "gradient expected each element of spacing to have one dimension, but got an "
                    f"element with {item.ndim} dimensions"
                )
            if item.shape[0] != x.shape[axis]:
                raise RuntimeError(
                    f"gradient expected {x.shape[axis]} coordinates along dim {axis}, but got "
                    f"{item.shape[0]}"
                )
            item = diff(item).reshape((-1,) + (1,) * (x.ndim - axis - 1))
        steps.append(item)
    return steps


def _slopes(x: Any, dim: int, step: Any, edge_order: int) -> Any:
    """Return slopes: at each point the mean of its two secants', weighted by the other's length."""
    secants = diff(x, dim=dim) / step
    before, after = _between(secants, dim, None, -1), _between(secants, dim, 1, None)
    if isinstance(step, int | float):
        inner = (before + after) / 2
        first = last = 0.5
    else:
        share = step[:-1] / (step[:-1] + step[1:])
        inner = before + (after - before) * share
        first, last = share[:1], 1 - share[-1:]
    start, end = _between(secants, dim, None, 1), _between(secants, dim, -1, None)
    if edge_order == 2:  # the parabola through three points: straight on from the inner slopes
        start = start + (start - _between(secants, dim, 1, 2)) * first
        end = end + (end - _between(secants, dim, -2, -1)) * last
    return cat((start, inner, end), dim)


# --- areas --------------------------------------------------------------------------------------


def _areas(name: str, y: Any, x: Any, dx: Any, dim: int) -> Any:
    """Return the trapezoids between neighbouring samples, and their dimension."""
    check_tensors(name, y=y)
    if not y.ndim:
        raise IndexError(f"{name}: expected samples along dim {dim}, but y has no dimensions")
    axis = normalize_dim(dim, y.ndim)
    if y.dtype == bool_ or getattr(x, "dtype", None) == bool_:
        raise RuntimeError(
            f"{name}: received a bool input for `x` or `y`, but bool is not supported"
        )
    if x is None:
        width = 1 if dx is None else dx
    elif dx is not None:
        raise TypeError(f"{name}(): give either x or dx, not both")
    else:
        check_tensors(name, x=x)
        width = _widths(name, y, x, axis)
    return (_between(y, axis, 1, None) + _between(y, axis, None, -1)) * width / 2, axis


def _widths(name: str, y: Any, x: Any, axis: int) -> Any:
    """Return the distances between coordinates, which are one row or of the shape of ``y``."""
    if x.ndim == 1 and x.shape[0] != y.shape[axis]:
        raise RuntimeError(
            f"{name}: There must be one `x` value for each sample point, got {x.shape[0]} for "
            f"{y.shape[axis]}"
        )
    if x.ndim == 1:
        return diff(x).reshape((-1,) + (1,) * (y.ndim - axis - 1))
    if x.ndim < y.ndim:
        x = x.reshape((1,) * (y.ndim - x.ndim) + tuple(x.shape))
    return diff(x, dim=axis)


def trapezoid(y: Any, x: Any = None, *, dx: Any = None, dim: int = -1) -> Any:
    """Return the area under samples along ``dim``, by the trapezoidal rule.

    Args:
        y: the samples.
        x: their coordinates: 1-d, or of a shape that broadcasts with that of ``y``.
        dx: the distance of neighbours, 1 by default.
        dim: the dimension.

    Raises:
        IndexError: for a dimension out of range, or a 0-d tensor.
        RuntimeError: for bools, or another number of coordinates than samples.
        TypeError: for both ``x`` and ``dx``.
    """
    areas, axis = _areas("trapezoid", y, x, dx, dim)
    if not y.shape[axis]:  # nothing, in the dtype of y, as in PyTorch
        return zero(sum(y, axis, dtype=y.dtype))
    return sum(areas, axis)


def cumulative_trapezoid(y: Any, x: Any = None, *, dx: Any = None, dim: int = -1) -> Any:
    """Return the areas under samples up to each but the first. See ``trapezoid``."""
    areas, axis = _areas("cumulative_trapezoid", y, x, dx, dim)
    return cumsum(areas, axis)


trapz = trapezoid
