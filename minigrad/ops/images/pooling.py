"""Pooling: windows that slide over spatial axes, each reduced to its maximum or its average.

The average is linear and comes with its adjoint, each the derivative of the other. So does 'the
element at each window's winner', which is what is left of the maximum after one derivative.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...backend.pooling import (
    Boxes,
    Spans,
    max_boxes,
    max_boxes_adjoint,
    mean_spans,
    mean_spans_adjoint,
    winning,
    winning_indices,
)
from ..precision import half_in_float32
from .windows import Numbers, batched, integer, per_axis, unbatched

__all__ = [
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
]


# --- primitives -------------------------------------------------------------------------------


@primitive(
    x=lambda g, x, out, boxes: max_pool_adjoint(g, x, out, boxes=boxes),
    dtypes="real number",
)
def max_pool(x: Any, *, boxes: Boxes) -> Any:
    """The maximum of each window."""
    return max_boxes(x, boxes)


@primitive(g=lambda h, x, top, boxes: pool_winners(h, x, top, boxes=boxes))
def max_pool_adjoint(g: Any, x: Any, top: Any, *, boxes: Boxes) -> Any:
    """Zeros, with each window's ``g`` added where ``x`` attains the window's maximum, ``top``."""
    return max_boxes_adjoint(g, x, top, boxes)


@primitive(h=lambda g, x, top, boxes: max_pool_adjoint(g, x, top, boxes=boxes))
def pool_winners(h: Any, x: Any, top: Any, *, boxes: Boxes) -> Any:
    """The element of ``h`` where ``x`` attains the window's maximum, ``top``."""
    return winning(h, x, top, boxes)


@primitive(dtypes="real")
def max_pool_indices(x: Any, top: Any, *, boxes: Boxes) -> Any:
    """Where in its plane each window attains its maximum, ``top``."""
    return winning_indices(x, top, boxes)


@primitive(
    x=lambda g, x_shape, axes: avg_pool_adjoint(g, axes=axes, size=x_shape[2:]),
    dtypes="number",
)
def avg_pool(x: Any, *, axes: tuple[Spans, ...]) -> Any:
    """The average of each window."""
    return mean_spans(x, axes)


@primitive(g=lambda h, axes: avg_pool(h, axes=axes))
def avg_pool_adjoint(g: Any, *, axes: tuple[Spans, ...], size: tuple[int, ...]) -> Any:
    """Zeros, with each window's ``g``, divided by its count, added to all its elements."""
    return mean_spans_adjoint(g, axes, size)


# --- arguments --------------------------------------------------------------------------------


def boxes_of(
    name: str,
    x: Any,
    kernel_size: Numbers,
    stride: Numbers | None,
    padding: Numbers,
    dilation: Numbers,
    ceil_mode: bool,
) -> Boxes:
    """Return the windows that a call asks for.

    Raises:
        RuntimeError: for numbers out of range, or windows that do not fit.
    """
    ndim = x.ndim - 2
    if not all(x.shape[1:]):
        raise RuntimeError(
            f"{name}: expected a tensor with optional 0 dim batch size for input, but got: "
            f"{list(x.shape)}"
        )
    kernel = per_axis("kernel_size", kernel_size, ndim)
    whole = stride is None or (not isinstance(stride, int) and len(stride) == 0)
    strides = kernel if whole else per_axis("stride", stride, ndim)
    pads = per_axis("padding", padding, ndim, least=0)
    dilations = per_axis("dilation", dilation, ndim)
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilations)]
    # PyTorch measures a window with its gaps along one axis, without them along several.
    if any(p > span // 2 for p, span in zip(pads, spans if ndim == 1 else kernel)):
        raise RuntimeError(
            f"{name}: pad should be at most half of kernel size, but got pad={pads}, "
            f"kernel_size={kernel} and dilation={dilations}"
        )
    positions = tuple(
        _positions(n, span, s, p, ceil_mode)
        for n, span, s, p in zip(x.shape[2:], spans, strides, pads)
    )
    if min(positions) < 1:
        raise RuntimeError(
            f"{name}: given input size: {list(x.shape[1:])}. Calculated output size: "
            f"{[x.shape[1], *positions]}. Output size is too small"
        )
    return Boxes(kernel, positions, strides, pads, dilations)


def _positions(n: int, span: int, stride: int, pad: int, ceil_mode: bool) -> int:
    """Return how many windows there are; with ``ceil_mode`` the last may reach beyond the end."""
    room = n + 2 * pad - span
    count = (room + stride - 1 if ceil_mode else room) // stride + 1
    # ... but must not start there.
    return count - 1 if ceil_mode and (count - 1) * stride >= n + pad else count


# --- maximum ----------------------------------------------------------------------------------


def max_pool1d(
    input: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    dilation: Numbers = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the maximum of each window along one spatial axis. See ``max_pool2d``."""
    return maximum_pool(1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool2d(
    input: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    dilation: Numbers = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the maximum of each window that slides over two spatial axes.

    Shapes:
        input (N, C, H, W) or (C, H, W); result (N, C, H', W') with
        ``H' = (H + 2 padding - dilation (kernel_size - 1) - 1) // stride + 1``.

    Args:
        input: images.
        kernel_size: size of the windows; an int, or one per axis.
        stride: steps from window to window; by default the windows touch.
        padding: elements added at both ends of each axis, which never win.
        dilation: steps from tap to tap of a window.
        ceil_mode: round the number of windows up; the last ones reach beyond the end.
        return_indices: return also where in its plane each maximum lies, as ``row * W + column``.

    Derivative: ``g`` goes to each window's maximum, the first of equal ones.

    Raises:
        RuntimeError: for shapes or numbers that do not fit together.

    Example:
        >>> import minigrad as mg
        >>> mg.max_pool2d(mg.tensor([[[1., 2.], [4., 3.]]]), 2)
        tensor([[[4.]]])
    """
    return maximum_pool(2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool3d(
    input: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    dilation: Numbers = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Return the maximum of each window over three spatial axes. See ``max_pool2d``."""
    return maximum_pool(3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def maximum_pool(
    ndim: int,
    input: Any,
    kernel_size: Numbers,
    stride: Numbers | None,
    padding: Numbers,
    dilation: Numbers,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    """Return the maximum over windows of ``ndim`` axes (and its places)."""
    name = f"max_pool{ndim}d"
    x = batched(name, input, ndim)
    if ndim == 1 and x.dtype.kind in "iu":  # PyTorch knows maxima of integers along more axes only
        raise NotImplementedError(f'"{name}" not implemented for {x.dtype}')
    boxes = boxes_of(name, x, kernel_size, stride, padding, dilation, ceil_mode)
    out = max_pool(x, boxes=boxes)
    if not return_indices:
        return unbatched(out, input)
    return unbatched(out, input), unbatched(max_pool_indices(x, out, boxes=boxes), input)


# --- average ----------------------------------------------------------------------------------


@half_in_float32
def avg_pool1d(
    input: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Any:
    """Return the average of each window along one spatial axis. See ``avg_pool2d``."""
    return average_pool(1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


@half_in_float32
def avg_pool2d(
    input: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """Return the average of each window that slides over two spatial axes.

    Shapes:
        input (N, C, H, W) or (C, H, W); result (N, C, H', W') with
        ``H' = (H + 2 padding - kernel_size) // stride + 1``.

    Args:
        input: images.
        kernel_size: size of the windows; an int, or one per axis.
        stride: steps from window to window; by default the windows touch.
        padding: zeros added at both ends of each axis.
        ceil_mode: round the number of windows up; the last ones reach beyond the end.
        count_include_pad: divide by the window's size, the padding in it included; if False, only
            by the number of the input's elements in it.
        divisor_override: divide by this number instead.

    Derivative: ``g``, divided as the sum was, goes to each element of its window.

    Raises:
        RuntimeError: for shapes or numbers that do not fit together.

    Example:
        >>> import minigrad as mg
        >>> mg.avg_pool2d(mg.tensor([[[1., 2.], [4., 3.]]]), 2)
        tensor([[[2.5000]]])
    """
    return average_pool(
        2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


@half_in_float32
def avg_pool3d(
    input: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Any:
    """Return the average of each window over three spatial axes. See ``avg_pool2d``."""
    return average_pool(
        3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def average_pool(
    ndim: int,
    input: Any,
    kernel_size: Numbers,
    stride: Numbers | None,
    padding: Numbers,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None,
) -> Any:
    """Return the average over windows of ``ndim`` axes."""
    name = f"avg_pool{ndim}d"
    x = batched(name, input, ndim)
    if x.dtype.kind in "iuc" and x.dtype != np.int64:
        raise NotImplementedError(f'"{name}" not implemented for {x.dtype}')
    if divisor_override is not None and not integer(divisor_override):
        raise RuntimeError(f"{name}: divisor must be not zero, got divisor_override=0")
    boxes = boxes_of(name, x, kernel_size, stride, padding, 1, ceil_mode)
    axes = []
    for n, k, count, s, p in zip(x.shape[2:], *boxes[:4]):
        starts = range(-p, -p + count * s, s)
        stops = range(k - p, k - p + count * s, s)
        first, end = (-p, n + p) if count_include_pad else (0, n)
        counts = [min(b, end) - max(a, first) for a, b in zip(starts, stops)]
        axes.append(Spans(starts, stops, k if set(counts) == {k} else tuple(counts)))
    if divisor_override is not None:
        axes = [spans._replace(counts=1) for spans in axes]
        axes[0] = axes[0]._replace(counts=divisor_override)
    return unbatched(avg_pool(x, axes=tuple(axes)), input)
