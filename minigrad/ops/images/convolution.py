"""Convolutions: one trilinear form, three primitives, closed under differentiation.

With windows at positions p, their taps k, and x[p, k] the element that tap k of window p meets,

    T(g, x, w) = sum over images, channels, p and k of  g[p] * w[k] * x[p, k]

is linear in each of its three arguments. Its derivatives are ``convolution`` (in g),
``convolution_input`` (in x; the transposed convolution) and ``convolution_weight`` (in w). What is
left after one derivative is bilinear, so the rules of each are the other two: derivatives of every
order are convolutions again.
"""

from __future__ import annotations

from typing import Any

from ...autograd.primitive import primitive
from ...backend.convolution import Window, convolve, convolve_input, convolve_weight
from ..reducing.reductions import sum
from ..shaping.shapes import permute
from .windows import Numbers, batched, integer, per_axis, unbatched

__all__ = ["conv1d", "conv2d", "conv3d", "conv_tbc"]


def _channel_sums(g: Any) -> Any:
    """sum of g over images and positions."""
    return sum(g, (0, *range(2, g.ndim)))


@primitive(
    x=lambda g, w, x_shape, window: convolution_input(g, w, size=x_shape[2:], window=window),
    w=lambda g, x, w_shape, window: convolution_weight(g, x, kernel=w_shape[2:], window=window),
    bias=_channel_sums,
)
def convolution(x: Any, w: Any, bias: Any = None, *, window: Window) -> Any:
    """out[p] = bias + sum of w[k] x[p, k] over taps and channels."""
    return convolve(x, w, bias, window)


@primitive(
    g=lambda h, w, window: convolution(h, w, window=window),
    w=lambda h, g, w_shape, window: convolution_weight(g, h, kernel=w_shape[2:], window=window),
    bias=_channel_sums,
)
def convolution_input(
    g: Any, w: Any, bias: Any = None, *, size: tuple[int, ...], window: Window
) -> Any:
    """Each element of ``size``: bias + sum of w[k] g[p] over the windows and taps that meet it."""
    return convolve_input(g, w, bias, size, window)


@primitive(
    g=lambda h, x, window: convolution(x, h, window=window),
    x=lambda h, g, x_shape, window: convolution_input(g, h, size=x_shape[2:], window=window),
)
def convolution_weight(g: Any, x: Any, *, kernel: tuple[int, ...], window: Window) -> Any:
    """Each tap k of ``kernel``: sum of g[p] x[p, k] over images and positions."""
    return convolve_weight(g, x, kernel, window)


# --- convolutions -----------------------------------------------------------------------------


def conv1d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Numbers = 1,
    padding: Numbers | str = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> Any:
    """Slide a kernel over one spatial axis. See ``conv2d``."""
    return _conv(1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Numbers = 1,
    padding: Numbers | str = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> Any:
    """Slide a kernel over two spatial axes: products summed over its taps and the input channels.

    Shapes:
        input (N, C, H, W) or (C, H, W); weight (O, C / groups, KH, KW); bias (O,);
        result (N, O, H', W') with ``H' = (H + 2 padding - dilation (KH - 1) - 1) // stride + 1``.

    Args:
        input: images.
        weight: one kernel per output channel.
        bias: added to each output channel.
        stride: steps from window to window; an int, or one per axis.
        padding: zeros added at both ends of each axis; "valid" for none, "same" for a result of
            the input's size (the odd zero at the end).
        dilation: steps from tap to tap.
        groups: blocks of channels that do not see each other.

    Derivative: input: the transposed convolution of g with weight; weight: for each tap, g times
    the input that the tap met; bias: g summed over all but the channels.

    Raises:
        RuntimeError: for shapes that do not fit together, a kernel larger than the padded input,
            different dtypes, or numbers out of range.

    Example:
        >>> import minigrad as mg
        >>> image, kernel = mg.ones(1, 1, 3, 3), mg.ones(1, 1, 2, 2)
        >>> mg.conv2d(image, kernel)
        tensor([[[[4., 4.],
                  [4., 4.]]]])
    """
    return _conv(2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Numbers = 1,
    padding: Numbers | str = 0,
    dilation: Numbers = 1,
    groups: int = 1,
) -> Any:
    """Slide a kernel over three spatial axes. See ``conv2d``."""
    return _conv(3, input, weight, bias, stride, padding, dilation, groups)


def _conv(
    ndim: int,
    input: Any,
    weight: Any,
    bias: Any,
    stride: Numbers,
    padding: Numbers | str,
    dilation: Numbers,
    groups: int,
) -> Any:
    name = f"conv{ndim}d"
    x = batched(name, input, ndim)
    check_operands(name, x, weight, bias, groups, transposed=False)
    kernel = weight.shape[2:]
    strides, dilations = per_axis("stride", stride, ndim), per_axis("dilation", dilation, ndim)
    pads = _pads(padding, kernel, strides, dilations)
    _check_size(name, x, kernel, pads, dilations)
    window = Window(strides, pads, dilations, groups)
    return unbatched(convolution(x, weight, bias, window=window), input)


def conv_tbc(input: Any, weight: Any, bias: Any, pad: int = 0) -> Any:
    """Return ``conv1d`` along the first axis: of sequences (time, batch, channels).

    Shapes:
        input (T, N, C), weight (K, C, O), bias (O); result (T', N, O).

    Raises:
        RuntimeError: for other numbers of dimensions, or sizes that do not fit.
    """
    for what, operand, ndim in (("Input", input, 3), ("Weight", weight, 3), ("Bias", bias, 1)):
        if operand.ndim != ndim:
            raise RuntimeError(
                f"conv_tbc: {what} must have {ndim} dims, got shape {tuple(operand.shape)}"
            )
    signals, kernels = permute(input, (1, 2, 0)), permute(weight, (2, 1, 0))
    return permute(conv1d(signals, kernels, bias, padding=pad), (2, 0, 1))


def _pads(
    padding: Numbers | str,
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> tuple[tuple[int, int], ...]:
    """Return how many zeros to add at the start and the end of each axis."""
    if not isinstance(padding, str):
        return tuple((p, p) for p in per_axis("padding", padding, len(kernel), least=0))
    if padding == "valid":
        return ((0, 0),) * len(kernel)
    if padding != "same":
        raise RuntimeError(
            f"Invalid padding string: {padding!r}: expected 'same', 'valid' or numbers"
        )
    if set(stride) != {1}:
        raise RuntimeError(
            f"padding='same' is not supported for strided convolutions, got stride={stride}"
        )
    totals = [d * (k - 1) for k, d in zip(kernel, dilation)]
    return tuple((total // 2, total - total // 2) for total in totals)


# --- checks -----------------------------------------------------------------------------------


def check_operands(
    name: str, x: Any, weight: Any, bias: Any, groups: int, *, transposed: bool
) -> None:
    """Raise if a batched input, a weight and a bias do not belong together."""
    for what, operand in (("weight", weight), ("bias", bias)):
        if not hasattr(operand, "shape") and (what == "weight" or operand is not None):
            raise TypeError(f"{name}: {what} must be a Tensor, got {type(operand).__name__}")
    shape = list(weight.shape)
    if len(shape) != x.ndim:
        raise RuntimeError(
            f"{name}: expected {x.ndim}D weight for an input with {x.ndim - 2} spatial "
            f"dimensions, but got weight of size {shape}"
        )
    for what, operand in (("weight", weight), ("bias", bias)):
        if operand is not None and operand.dtype != x.dtype:
            raise RuntimeError(
                f"{name}: input type ({x.dtype}) and {what} type ({operand.dtype}) should be "
                "the same"
            )
    if x.dtype.kind == "b":
        raise NotImplementedError(f'"{name}" not implemented for {x.dtype}')
    if integer(groups) < 1:
        raise RuntimeError(f"{name}: groups must be positive, got {groups}")
    if shape[0] % groups or not shape[0] or (transposed and not shape[1]):
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0 "
            f"and have at least 1 channel, but got weight of size {shape} instead"
        )
    if not all(shape[2:]):
        raise RuntimeError(f"{name}: kernel size should be greater than zero, got {shape[2:]}")
    channels = shape[0] if transposed else shape[1] * groups
    if x.shape[1] != channels:
        raise RuntimeError(
            f"Given groups={groups}, {'transposed=1, ' if transposed else ''}weight of size "
            f"{shape}, expected input{list(x.shape)} to have {channels} channels, but got "
            f"{x.shape[1]} channels instead"
        )
    results = shape[1] * groups if transposed else shape[0]
    if bias is not None and bias.shape != (results,):
        raise RuntimeError(
            f"Given weight of size {shape}, expected bias to be 1-dimensional with {results} "
            f"elements, but got bias of size {list(bias.shape)} instead"
        )
    if not all(x.shape[2:]):
        raise RuntimeError(
            f"{name}: only zero batch or zero channel inputs are supported, but got input shape: "
            f"{list(x.shape)}"
        )


def _check_size(
    name: str,
    x: Any,
    kernel: tuple[int, ...],
    pads: tuple[tuple[int, int], ...],
    dilation: tuple[int, ...],
) -> None:
    """Raise if the kernel does not fit into the padded input."""
    padded = tuple(n + low + high for n, (low, high) in zip(x.shape[2:], pads))
    spans = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation))
    if any(n < span for n, span in zip(padded, spans)):
        raise RuntimeError(
            f"{name}: calculated padded input size per channel: {padded}. Kernel size: {spans}. "
            "Kernel size can't be greater than actual input size"
        )
