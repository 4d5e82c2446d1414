"""Elementwise formulas of several passes, block by block."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from .arrays import ndarray

_F = TypeVar("_F", bound=Callable[..., Any])

_BYTES = 1 << 17  # of a block of one array: intermediate results stay in the cache


def in_blocks(function: _F) -> _F:
    """Make an elementwise function work through large arrays block by block.

    A formula written as array operations reads and writes main memory, and claims new memory, at
    every operation; on blocks it does so once. The result must have the shape and dtype of the
    first operand; operands that are no NumPy arrays are passed on, and if there are arrays of
    other shapes or layouts, the function is called as it is.
    """

    @functools.wraps(function)
    def call(*operands: Any, **attributes: Any) -> Any:
        first = operands[0]
        if first.__class__ is not ndarray or first.nbytes <= _BYTES:
            return function(*operands, **attributes)
        for operand in operands:
            if operand.__class__ is ndarray and not (
                operand.shape == first.shape
                and operand.dtype is first.dtype
                and operand.flags.c_contiguous
            ):
                return function(*operands, **attributes)
        return _blockwise(function, operands, attributes)

    return call  # type: ignore[return-value]


def _blockwise(
    function: Callable[..., Any], operands: tuple[Any, ...], attributes: dict[str, Any]
) -> Any:
    first = operands[0]
    out = np.empty(first.shape, first.dtype)
    target = out.reshape(-1)
    flat = [a.reshape(-1) if a.__class__ is ndarray else a for a in operands]
    size = _BYTES // first.itemsize
    for start in range(0, target.size, size):
        part = slice(start, start + size)
        block = [a[part] if a.__class__ is ndarray else a for a in flat]
        target[part] = function(*block, **attributes)
    return out
