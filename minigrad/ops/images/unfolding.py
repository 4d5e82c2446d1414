"""Unfolding: windows that slide over images as columns, and columns added up to images.

Both are linear, and each is the other's adjoint, so each is the other's derivative.
"""

from __future__ import annotations

from math import prod
from typing import Any

from ...autograd.primitive import primitive
from ...backend.convolution import Window
from ...backend.unfolding import fold_windows, unfold_windows
from .windows import Numbers, batched, per_axis

__all__ = ["col2im", "im2col"]


@primitive(
    x=lambda g, x_shape, window: _col2im(g, size=x_shape[2:], window=window),
    dtypes="floating",
)
def _im2col(x: Any, *, kernel: tuple[int, ...], window: Window) -> Any:
    """(images, channels, taps ..., positions ...) of images."""
    return unfold_windows(x, kernel, window.positions(x.shape[2:], kernel), window.grid)


@primitive(
    x=lambda g, x_shape, size, window: _im2col(g, kernel=x_shape[2 : 2 + len(size)], window=window),
    dtypes="floating",
)
def _col2im(x: Any, *, size: tuple[int, ...], window: Window) -> Any:
    """Images of ``size``, to which each tap of each window adds."""
    return fold_windows(x, size, window.grid)


def im2col(
    input: Any,
    kernel_size: Numbers,
    dilation: Numbers = 1,
    padding: Numbers = 0,
    stride: Numbers = 1,
) -> Any:
    """Return the windows that slide over images, each as a column (PyTorch's ``unfold``).

    Shapes: input (N, C, H, W) or (C, H, W); result (N, C * KH * KW, L), L the number of windows.

    Args:
        input: images.
        kernel_size: size of the windows; an int, or one per axis.
        dilation: steps from tap to tap of a window.
        padding: zeros added at both ends of each axis.
        stride: steps from window to window.

    Derivative: ``col2im`` of ``g``.

    Raises:
        RuntimeError: for numbers out of range, or windows that do not fit.
        NotImplementedError: for integers.
    """
    x = batched("unfold", input, 2)
    if not all(x.shape[1:]):
        raise RuntimeError(
            "unfold: expected input with non-zero dimensions (but for the batch), got "
            f"{list(input.shape)}"
        )
    kernel = per_axis("kernel_size", kernel_size, 2)
    window = _window(stride, padding, dilation)
    positions = window.positions(x.shape[2:], kernel)
    if min(positions) < 1:
        raise RuntimeError(
            f"unfold: given input with spatial size {x.shape[2:]}, kernel_size={kernel}, "
            f"dilation={window.dilation} and padding={padding}, the array of windows would have "
            f"shape {positions}, but its components must be at least one"
        )
    columns = _im2col(x, kernel=kernel, window=window)
    shape = (x.shape[0], x.shape[1] * prod(kernel), prod(positions))
    return columns.reshape(shape if x is input else shape[1:])


def col2im(
    input: Any,
    output_size: Numbers,
    kernel_size: Numbers,
    dilation: Numbers = 1,
    padding: Numbers = 0,
    stride: Numbers = 1,
) -> Any:
    """Return images to which each column adds a window (PyTorch's ``fold``).

    Shapes: input (N, C * KH * KW, L) or (C * KH * KW, L); result (N, C, H, W).

    Args:
        input: columns, as ``im2col`` makes them of images of the size asked for.
        output_size: (H, W), or an int for both.
        kernel_size: size of the windows; an int, or one per axis.
        dilation: steps from tap to tap of a window.
        padding: elements cut off at both ends of each axis.
        stride: steps from window to window.

    Derivative: ``im2col`` of ``g``.

    Raises:
        RuntimeError: for numbers out of range, or columns that do not fit them.
        NotImplementedError: for integers.
    """
    x = batched("fold", input, 1)
    if not all(x.shape[1:]):
        raise RuntimeError(
            "fold: expected input with non-zero dimensions (but for the batch), got "
            f"{list(input.shape)}"
        )
    size = per_axis("output_size", output_size, 2)
    kernel = per_axis("kernel_size", kernel_size, 2)
    window = _window(stride, padding, dilation)
    if x.shape[1] % prod(kernel):
        raise RuntimeError(
            "fold: expected the size of input's dimension 1 to be divisible by the product of "
            f"kernel_size, but got shape {list(input.shape)} and kernel_size={kernel}"
        )
    positions = window.positions(size, kernel)
    if min(positions) < 1 or prod(positions) != x.shape[2]:
        raise RuntimeError(
            f"fold: given output_size={size}, kernel_size={kernel}, dilation={window.dilation}, "
            f"padding={padding} and stride={window.stride}, expected {positions} windows, but got "
            f"{x.shape[2]} columns: input of shape {list(input.shape)}"
        )
    columns = x.reshape((x.shape[0], x.shape[1] // prod(kernel), *kernel, *positions))
    out = _col2im(columns, size=size, window=window)
    return out if x is input else out.reshape(out.shape[1:])


def _window(stride: Numbers, padding: Numbers, dilation: Numbers) -> Window:
    pads = per_axis("padding", padding, 2, least=0)
    return Window(
        per_axis("stride", stride, 2),
        tuple((p, p) for p in pads),
        per_axis("dilation", dilation, 2),
    )
