"""Unpooling: maxima put back where they were found, among zeros."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.stand_in import open_to_transforms
from ...backend.arrays import namespace, ndarray
from ..indices.masks import index_array
from .adaptive_pooling import read_planes
from .windows import Numbers, batched, per_axis, unbatched

__all__ = ["max_unpool1d", "max_unpool2d", "max_unpool3d"]


@primitive(x=lambda g, index: read_planes(g, index))
def _max_unpool(x: Any, *, index: Any, size: tuple[int, ...]) -> Any:
    """Images of zeros, with each element of ``x`` written where ``index`` says."""
    out = namespace(x).zeros((*x.shape[:2], *size), x.dtype)
    planes = out.reshape(prod(x.shape[:2]), prod(size))
    which = namespace(x).arange(len(planes))[:, None]
    flat = (len(planes), prod(x.shape[2:]))
    planes[which, index.reshape(flat)] = x.reshape(flat)
    return out


@open_to_transforms
def max_unpool1d(
    input: Any,
    indices: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    output_size: Sequence[int] | None = None,
) -> Any:
    """Return maxima put back along one spatial axis. See ``max_unpool2d``."""
    return _unpool(1, input, indices, kernel_size, stride, padding, output_size)


@open_to_transforms
def max_unpool2d(
    input: Any,
    indices: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    output_size: Sequence[int] | None = None,
) -> Any:
    """Return images of zeros with maxima put back where ``max_pool2d`` found them.

    Shapes: input and indices (N, C, H, W) or (C, H, W); result (N, C, H', W') with
        ``H' = (H - 1) stride - 2 padding + kernel_size``, unless ``output_size`` is given.

    Args:
        input: maxima.
        indices: where in its plane each belongs, as ``max_pool2d`` returns with
            ``return_indices``; of two at one place, the last is written.
        kernel_size: size of the windows that were pooled.
        stride: steps from window to window; by default the windows touch.
        padding: that was added before.
        output_size: size of the images that were pooled, where it is not the one above (with or
            without images and channels).

    Derivative: ``g`` read at the indices.

    Raises:
        ValueError: for an ``output_size`` that pooling would not take to the input's.
        RuntimeError: for shapes that do not fit together, or indices that are not int64 or lie
            outside of the result.
        NotImplementedError: for integers.

    Example:
        >>> import minigrad as mg
        >>> mg.max_unpool1d(mg.tensor([[5.0, 7.0]]), mg.tensor([[1, 2]]), 2)
        tensor([[0., 5., 7., 0.]])
    """
    return _unpool(2, input, indices, kernel_size, stride, padding, output_size)


@open_to_transforms
def max_unpool3d(
    input: Any,
    indices: Any,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    output_size: Sequence[int] | None = None,
) -> Any:
    """Return maxima put back over three spatial axes. See ``max_unpool2d``."""
    return _unpool(3, input, indices, kernel_size, stride, padding, output_size)


def _unpool(
    ndim: int,
    input: Any,
    indices: Any,
    kernel_size: Numbers,
    stride: Numbers | None,
    padding: Numbers,
    output_size: Sequence[int] | None,
) -> Any:
    name = f"max_unpool{ndim}d"
    kernel = per_axis("kernel_size", kernel_size, ndim)
    strides = kernel if stride is None else per_axis("stride", stride, ndim)
    pads = per_axis("padding", padding, ndim, least=0)
    x = batched(name, input, ndim)
    axes = zip(x.shape[2:], kernel, strides, pads, strict=True)
    usual = tuple((n - 1) * s + k - 2 * p for n, k, s, p in axes)
    size = usual if output_size is None else _checked(name, output_size, usual, strides)
    index = index_array(name, indices)
    _check(name, x, input, index, size)
    return unbatched(_max_unpool(x, index=index.reshape(x.shape), size=size), input)


def _checked(
    name: str, given: Sequence[int], usual: tuple[int, ...], strides: tuple[int, ...]
) -> tuple[int, ...]:
    """Return the spatial sizes asked for.

    Raises:
        ValueError: for another number of them, or one that pooling takes to other sizes.
    """
    ndim = len(usual)
    if len(given) not in (ndim, ndim + 2):
        raise ValueError(
            f"{name}: output_size should be a sequence of {ndim} or {ndim + 2} elements, but got "
            f"{tuple(given)}"
        )
    size = tuple(map(operator.index, given[-ndim:]))
    for dim, (n, center, stride) in enumerate(zip(size, usual, strides, strict=True)):
        if not center - stride < n < center + stride:
            raise ValueError(
                f"{name}: invalid output_size {tuple(given)}: dim {dim} must be between "
                f"{center - stride} and {center + stride}"
            )
    return size


def _check(name: str, x: Any, input: Any, index: Any, size: tuple[int, ...]) -> None:
    """Raise for operands that do not fit."""
    if index.dtype != np.int64:
        raise RuntimeError(f"{name}: elements in indices should be type int64, got {index.dtype}")
    if index.shape != input.shape:
        raise RuntimeError(
            f"{name}: expected indices of the shape of the input, {list(input.shape)}, but got "
            f"{list(index.shape)}"
        )
    if not all(x.shape[1:]):
        raise RuntimeError(
            f"{name}: expected input to have non-zero size for non-batch dimensions, but got "
            f"{list(input.shape)}"
        )
    if x.dtype.kind != "f":
        raise NotImplementedError(f'"{name}" not implemented for {x.dtype}: expected floats')
    if isinstance(index, ndarray) and index.size:  # on a GPU this would wait for the device
        least, highest = index.min(), index.max()
        if min(size) < 1 or least < 0 or highest >= prod(size):
            raise RuntimeError(
                f"{name}: found an invalid max index: {least if least < 0 else highest} (output "
                f"volumes are of size {'x'.join(map(str, size))})"
            )
