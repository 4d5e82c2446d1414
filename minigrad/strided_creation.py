"""Uninitialised tensors laid out in memory in a given way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .backend.device import create
from .backend.dtypes import as_dtype, get_default_dtype
from .creation import full, new
from .ops.dims import as_shape
from .ops.shaping.strided import empty_walk
from .tensor import Tensor

__all__ = ["empty_permuted", "empty_strided", "scalar_tensor"]


def empty_strided(
    size: Sequence[int],
    stride: Sequence[int],
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return a tensor whose values are whatever the memory holds, with the strides given.

    Args:
        size: the sizes.
        stride: for each dimension, how many elements of memory lie between two neighbours.
        dtype, device, requires_grad: as for ``empty``.

    Raises:
        RuntimeError: for unequal numbers of sizes and strides, or negative ones.
    """
    wanted = as_dtype(dtype or get_default_dtype())
    return new(empty_walk(size, stride, device, wanted), requires_grad)


def empty_permuted(
    size: Sequence[int],
    physical_layout: Sequence[int],
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return a tensor whose values are whatever the memory holds, with its dimensions in any order.

    Args:
        size: the sizes.
        physical_layout: the dimensions as they lie in memory, the one of the largest stride first.
        dtype, device, requires_grad: as for ``empty``.

    Raises:
        RuntimeError: if ``physical_layout`` does not name each dimension once.
    """
    sizes, order = as_shape((tuple(size),)), tuple(physical_layout)
    if sorted(order) != list(range(len(sizes))):
        raise RuntimeError(
            f"empty_permuted: expected physical_layout to name each of {len(sizes)} dimensions "
            f"once, got {list(order)}"
        )
    wanted = as_dtype(dtype or get_default_dtype())
    memory = create("empty", device, tuple(sizes[dim] for dim in order), wanted)
    return new(memory.transpose(tuple(map(int, np.argsort(order)))), requires_grad)


def scalar_tensor(
    s: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Return a number as a 0-d tensor, of the default dtype unless another is given."""
    wanted = get_default_dtype() if dtype is None else dtype
    return full((), s, dtype=wanted, device=device, requires_grad=requires_grad)
