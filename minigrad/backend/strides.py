"""Arrays by strides: any walk through memory, counted in elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import namespace, owner_of


def strided(array: Any, shape: tuple[int, ...], strides: tuple[int, ...], offset: int) -> Any:
    """Return a view that begins ``offset`` elements after the first one of ``array``.

    The caller vouches that it stays in memory: see ``within``.
    """
    width = array.itemsize
    steps = tuple(step * width for step in strides)
    if not isinstance(array, np.ndarray):
        return type(array)(shape, array.dtype, array.data + offset * width, steps)
    if offset == 0 or 0 in shape:
        return np.lib.stride_tricks.as_strided(array, shape, steps)
    owner = owner_of(array)
    # NumPy takes memory from row-major arrays only: an array that owns memory is that or its .T
    memory = owner if owner.flags.c_contiguous else owner.T
    begin = address(array) - address(owner) + offset * width
    return np.ndarray(shape, array.dtype, memory, begin, steps)


def within(array: Any, shape: tuple[int, ...], strides: tuple[int, ...], offset: int) -> bool:
    """Return True if such a walk stays in the memory that ``array`` looks at."""
    if 0 in shape:
        return True
    owner = owner_of(array)
    begin = (address(array) - address(owner)) // array.itemsize
    low, high = span(shape, strides, begin + offset)
    return low >= 0 and high < owner.nbytes // array.itemsize


def address(array: Any) -> int:
    """Return where in memory the first element lies."""
    return array.ctypes.data if isinstance(array, np.ndarray) else array.data.ptr


def span(shape: tuple[int, ...], strides: tuple[int, ...], offset: int) -> tuple[int, int]:
    """Return the first and the last place of a walk that has any."""
    reach = [(n - 1) * step for n, step in zip(shape, strides, strict=True) if n > 1]
    return offset + sum(r for r in reach if r < 0), offset + sum(r for r in reach if r > 0)


def positions(like: Any, shape: tuple[int, ...], strides: tuple[int, ...], offset: int) -> Any:
    """Return the place in memory of each element, as an array beside ``like``."""
    xp = namespace(like)
    out = xp.full(shape, offset)
    for axis, (n, step) in enumerate(zip(shape, strides, strict=True)):
        out += (xp.arange(n) * step).reshape(-1, *(1,) * (len(shape) - axis - 1))
    return out


def gaps_of(array: Any, strides: tuple[int, ...] | None = None) -> list[int] | None:
    """Return the strides that matter, in elements: those of dimensions with several elements."""
    if not array.size:
        return None
    if strides is None:
        strides = tuple(step // array.itemsize for step in array.strides)
    return [step for step, n in zip(strides, array.shape, strict=True) if n > 1]


def copy_of(array: Any, memo: dict[int, Any]) -> Any:
    """Return a copy of an array for ``copy.deepcopy``: what shares memory shares it again.

    All the memory is copied, once, and noted in ``memo`` as the copy of the array that owns it.
    """
    owner = owner_of(array)
    memory = memo.get(id(owner))
    if memory is None:
        memo[id(owner)] = memory = owner.copy("K")
    if array is owner:
        return memory
    if owner.strides != memory.strides:  # foreign memory, with gaps
        return array.copy("K")
    steps = tuple(step // array.itemsize for step in array.strides)
    memory = memory.view(array.dtype) if memory.dtype != array.dtype else memory
    return strided(memory, array.shape, steps, (address(array) - address(owner)) // array.itemsize)
