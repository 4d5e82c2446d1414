"""Convolution and pooling: more images, or more groups of channels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...autograd.traced import Traced
from ...ops.pointwise.elementwise import add
from ...ops.shaping.shapes import movedim, reshape
from ..batching import everywhere, folded, rule_for, unfolded

Call = Callable[..., Any]


@rule_for(
    *("max_pool", "max_pool_adjoint", "pool_winners", "max_pool_indices", "avg_pool"),
    *("avg_pool_adjoint", "adaptive_max_pool_indices", "resample", "im2col", "col2im"),
)
def of_images(
    call: Call, operands: Sequence[Any], mapped: Sequence[bool], size: int, /, **attributes: Any
) -> Any:
    """What is done to each image: the images of all examples are many images."""
    operands = [folded(x) for x in everywhere(operands, mapped, size)]
    result = call(*operands, **attributes)
    if isinstance(result, tuple):
        return tuple(unfolded(part, size) for part in result)
    return unfolded(result, size)


@rule_for("convolution", "convolution_input")
def convolution(
    call: Call,
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    *,
    window: Any,
    **attributes: Any,
) -> Any:
    """One kernel for all: more images. A kernel for each: as many more groups of channels."""
    x, w, *biases = operands
    if not mapped[1]:
        if any(mapped[2:]):
            out = (
                unfolded(call(folded(x), w, window=window, **attributes), size)
                if mapped[0]
                else (call(x, w, window=window, **attributes))
            )
            return _with_bias(out, mapped[0], biases[0], mapped[2])
        return unfolded(call(folded(x), w, *biases, window=window, **attributes), size)
    x, w = everywhere((x, w), mapped[:2], size)
    out = call(
        _side_by_side(x),
        folded(w),
        window=window._replace(groups=window.groups * size),
        **attributes,
    )
    out = _apart(out, size)
    return _with_bias(out, True, biases[0], mapped[2]) if biases and biases[0] is not None else out


@rule_for("convolution_weight")
def convolution_weight(
    call: Call,
    operands: Sequence[Any],
    mapped: Sequence[bool],
    size: int,
    /,
    *,
    kernel: tuple[int, ...],
    window: Any,
) -> Any:
    """A kernel's gradient for each example: groups of channels that do not see each other."""
    g, x = everywhere(operands, mapped, size)
    out = call(
        _side_by_side(g),
        _side_by_side(x),
        kernel=kernel,
        window=window._replace(groups=window.groups * size),
    )
    return unfolded(out, size)


def _side_by_side(x: Any) -> Any:
    """Return the images of examples (B, N, C, ...) as images of more channels (N, B * C, ...)."""
    _, images, channels, *rest = x.shape
    return reshape(movedim(x, 0, 1), (images, x.shape[0] * channels, *rest))


def _apart(x: Any, size: int) -> Any:
    """Return the channels of examples (N, B * C, ...) as examples (B, N, C, ...)."""
    images, channels, *rest = x.shape
    return movedim(reshape(x, (images, size, channels // size, *rest)), 1, 0)


def _with_bias(out: Any, out_mapped: bool, bias: Any, mapped: bool) -> Any:
    """Add a bias for each channel to results (B, N, C, ...) or (N, C, ...)."""
    assert isinstance(bias, Traced)
    positions = (1,) * (out.ndim - out_mapped - 2)
    return add(out, reshape(bias, (*bias.shape[:-1], *(1,) * mapped, bias.shape[-1], *positions)))
