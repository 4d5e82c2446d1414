"""Transposed convolutions: the adjoints of convolutions, as functions of their own."""

from __future__ import annotations

from typing import Any

from ...backend.convolution import Window
from .convolution import check_operands, convolution_input
from .windows import Numbers, batched, per_axis, unbatched

__all__ = ["conv_transpose1d", "conv_transpose2d", "conv_transpose3d"]


def conv_transpose1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Numbers = 1,
    padding: Numbers = 0,
    output_padding: Numbers = 0,
    groups: int = 1,
    dilation: Numbers = 1,
) -> Any:
    """Apply the adjoint of ``conv1d``. See ``conv_transpose2d``."""
    return _conv_transpose(
        1, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def conv_transpose2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Numbers = 1,
    padding: Numbers = 0,
    output_padding: Numbers = 0,
    groups: int = 1,
    dilation: Numbers = 1,
) -> Any:
    """Apply the adjoint of ``conv2d``: each input element adds a kernel, scaled, to the result.

    Shapes:
        input (N, C, H, W) or (C, H, W); weight (C, O / groups, KH, KW); bias (O,);
        result (N, O, H', W') with
        ``H' = (H - 1) stride - 2 padding + dilation (KH - 1) + output_padding + 1``.

    Args:
        input: images.
        weight: one kernel per input channel.
        bias: added to each output channel.
        stride: steps between the kernels' places; an int, or one per axis.
        padding: elements cut off at both ends of each axis of the result.
        output_padding: elements added at the end of each axis, less than stride or dilation.
        groups: blocks of channels that do not see each other.
        dilation: steps from tap to tap.

    Derivative: input: the convolution of g with weight; weight: for each tap, input times the g
    that the tap met; bias: g summed over all but the channels.

    Raises:
        RuntimeError: for shapes that do not fit together, an empty result, different dtypes, or
            numbers out of range.
    """
    return _conv_transpose(
        2, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def conv_transpose3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Numbers = 1,
    padding: Numbers = 0,
    output_padding: Numbers = 0,
    groups: int = 1,
    dilation: Numbers = 1,
) -> Any:
    """Apply the adjoint of ``conv3d``. See ``conv_transpose2d``."""
    return _conv_transpose(
        3, input, weight, bias, stride, padding, output_padding, groups, dilation
    )


def _conv_transpose(
    ndim: int,
    input: Any,
    weight: Any,
    bias: Any,
    stride: Numbers,
    padding: Numbers,
    output_padding: Numbers,
    groups: int,
    dilation: Numbers,
) -> Any:
    name = f"conv_transpose{ndim}d"
    x = batched(name, input, ndim)
    check_operands(name, x, weight, bias, groups, transposed=True)
    strides, dilations = per_axis("stride", stride, ndim), per_axis("dilation", dilation, ndim)
    pads = per_axis("padding", padding, ndim, least=0)
    extra = per_axis("output_padding", output_padding, ndim, least=0)
    if any(e >= max(s, d) for e, s, d in zip(extra, strides, dilations)):
        raise RuntimeError(
            f"output_padding must be smaller than either stride or dilation, but got "
            f"output_padding={extra}, stride={strides}, dilation={dilations}"
        )
    axes = zip(x.shape[2:], weight.shape[2:], strides, pads, dilations, extra)
    size = tuple((n - 1) * s - 2 * p + d * (k - 1) + e + 1 for n, k, s, p, d, e in axes)
    if min(size) < 1:
        raise RuntimeError(
            f"{name}: given input size per channel: {x.shape[2:]}. Calculated output size per "
            f"channel: {size}. Output size is too small"
        )
    # The convolution that takes a result of this size to the input's size.
    window = Window(strides, tuple((p, p - e) for p, e in zip(pads, extra)), dilations, groups)
    return unbatched(convolution_input(x, weight, bias, size=size, window=window), input)
