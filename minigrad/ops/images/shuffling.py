"""Shuffling: channels traded for pixels and back, or dealt out anew; no element changes."""

from __future__ import annotations

import operator
from typing import Any

from ...autograd.traced import Traced
from ..shaping.shapes import clone, permute, reshape

__all__ = ["channel_shuffle", "pixel_shuffle", "pixel_unshuffle"]


def pixel_shuffle(input: Any, upscale_factor: int) -> Any:
    """Return images whose pixels are r x r larger, made of r * r channels each.

    Shapes: (..., C r r, H, W) to (..., C, H r, W r).

    Args:
        input: images.
        upscale_factor: r.

    Derivative: ``g`` unshuffled.

    Raises:
        RuntimeError: if the channels are no multiple of r * r, or r is less than 1.

    Example:
        >>> import minigrad as mg
        >>> mg.pixel_shuffle(mg.arange(4).reshape(4, 1, 1), 2)
        tensor([[[0, 1],
                 [2, 3]]])
    """
    r, (channels, height, width) = _sizes("pixel_shuffle", "upscale_factor", input, upscale_factor)
    if channels % (r * r):
        raise RuntimeError(
            "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square "
            f"of upscale_factor, but got shape {list(input.shape)} and upscale_factor={r}"
        )
    lead = input.shape[:-3]
    blocks = reshape(input, (*lead, channels // (r * r), r, r, height, width))
    n = len(lead)
    rows = permute(blocks, (*range(n), n, n + 3, n + 1, n + 4, n + 2))
    return _own(reshape(rows, (*lead, channels // (r * r), height * r, width * r)))


def pixel_unshuffle(input: Any, downscale_factor: int) -> Any:
    """Return images with each block of r x r pixels made into r * r channels.

    Shapes: (..., C, H r, W r) to (..., C r r, H, W).

    Args:
        input: images.
        downscale_factor: r.

    Derivative: ``g`` shuffled.

    Raises:
        RuntimeError: if height or width are no multiple of r, or r is less than 1.
    """
    r, (channels, height, width) = _sizes(
        "pixel_unshuffle", "downscale_factor", input, downscale_factor
    )
    if height % r or width % r:
        raise RuntimeError(
            "pixel_unshuffle expects height and width to be divisible by downscale_factor, but got "
            f"shape {list(input.shape)} and downscale_factor={r}"
        )
    lead = input.shape[:-3]
    blocks = reshape(input, (*lead, channels, height // r, r, width // r, r))
    n = len(lead)
    apart = permute(blocks, (*range(n), n, n + 2, n + 4, n + 1, n + 3))
    return _own(reshape(apart, (*lead, channels * r * r, height // r, width // r)))


def channel_shuffle(input: Any, groups: int) -> Any:
    """Return images with the channels of some groups in turn: one of each group, and again.

    Shapes: (N, C, ...) to the same.

    Args:
        input: images.
        groups: how many groups the channels form.

    Derivative: ``g`` with its channels back in their groups.

    Raises:
        RuntimeError: if the groups do not divide the channels, or for less than three dimensions.
    """
    count = _integer("channel_shuffle", "groups", groups)
    if input.ndim < 3:
        raise RuntimeError(
            f"channel_shuffle expects input with > 2 dims, but got shape {list(input.shape)}"
        )
    images, channels, *size = input.shape
    if channels % count:
        raise RuntimeError(
            "channel_shuffle: number of channels must be divisible by groups, but got shape "
            f"{list(input.shape)} and groups={count}"
        )
    groups_apart = reshape(input, (images, count, channels // count, *size))
    turned = permute(groups_apart, (0, 2, 1, *range(3, groups_apart.ndim)))
    return _own(reshape(turned, input.shape))


def _own(x: Any) -> Any:
    """Return a result in memory of its own: where nothing moved, it is a view still."""
    return clone(x) if isinstance(x, Traced) and x._view is not None else x


def _sizes(name: str, argument: str, input: Any, factor: int) -> tuple[int, tuple[int, ...]]:
    """Return the factor and the last three sizes."""
    if input.ndim < 3:
        raise RuntimeError(
            f"{name} expects input to have at least 3 dimensions, but got shape {list(input.shape)}"
        )
    return _integer(name, argument, factor), input.shape[-3:]


def _integer(name: str, argument: str, value: Any) -> int:
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name}: {argument} must be an int, got {value!r}") from None
    if number < 1:
        raise RuntimeError(f"{name} expects a positive {argument}, but got {number}")
    return number
