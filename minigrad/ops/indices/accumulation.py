"""Adding where an index points: ``out[index] += values`` in which duplicates add up.

``np.add.at`` is fast in one case only: a flat array, a flat index. Everything here leads to it.
Source of the strategies: measurements; the plain twin is ``np.add.at(out, index, values)``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...backend.arrays import is_array, namespace

_PAIRS = {"f4": "c8", "f8": "c16"}
_SMALL = 512  # elements; below, finding a faster way takes longer than ``add.at`` itself


def put(values: Any, shape: tuple[int, ...], index: tuple[Any, ...]) -> Any:
    """Return zeros of ``shape`` with ``values`` added where a full index points."""
    xp = namespace(values)
    if not any(is_array(i) and i.dtype.kind != "b" for i in index):  # nothing is named twice
        out = xp.zeros(shape, values.dtype)
        out[index] = values
        return out
    if xp is not np or values.size <= _SMALL:
        out = xp.zeros(shape, values.dtype)
        xp.add.at(out, index, values)
        return out
    axis, arrays = _adjacent(index)
    if not arrays:
        positions = np.arange(math.prod(shape)).reshape(shape)[index]
        flat = np.broadcast_to(values, positions.shape).reshape(-1, 1)
        return _add_rows(positions.reshape(-1), flat, math.prod(shape)).reshape(shape)
    return _put_arrays(values, shape, axis, arrays)


def _adjacent(index: tuple[Any, ...]) -> tuple[int, list[Any]]:
    """Return where an index's arrays begin, and the arrays, if all else is left whole by it."""
    whole = slice(None)
    places = [place for place, item in enumerate(index) if is_array(item)]
    first, last = places[0], places[-1]
    arrays = list(index[first : last + 1])
    rest = (*index[:first], *(item for item in index[last + 1 :] if item is not ...))
    if len(places) != len(arrays) or any(a.dtype.kind == "b" for a in arrays):
        return 0, []
    if any(item.__class__ is not slice or item != whole for item in rest):
        return 0, []
    return first, arrays


def _put_arrays(values: Any, shape: tuple[int, ...], axis: int, arrays: list[Any]) -> Any:
    """Put back values read by adjacent index arrays from the dimensions that begin at ``axis``."""
    end = axis + len(arrays)
    held, rest = shape[axis:end], shape[:axis] + shape[end:]
    rows = arrays[0]  # a negative one counts from the end of the rows too
    for array, size in zip(arrays[1:], held[1:], strict=True):
        if array.size and array.min() < 0:
            array = array % size
        rows = rows * size + array
    if axis:
        values = np.moveaxis(values, range(axis, axis + rows.ndim), range(rows.ndim))
    matrix = values.reshape(rows.size, math.prod(rest))
    out = _add_rows(rows.reshape(-1), matrix, math.prod(held)).reshape(held + rest)
    return np.moveaxis(out, range(len(held)), range(axis, end)) if axis else out


def _add_rows(rows: Any, values: Any, count: int) -> Any:
    """Return ``count`` rows of zeros with each row of ``values`` added to the one it is for."""
    width = values.shape[1]
    out = np.zeros((count, width), values.dtype)
    rows = rows.astype(np.intp, copy=False)
    if width >= 32 and len(rows) <= count:
        rows, values = _few_rounds(out, rows, values)
    values = np.ascontiguousarray(values)
    target = out
    pair = _PAIRS.get(values.dtype.str[1:])
    if pair and width % 2 == 0:
        # Two neighbouring numbers are added as one complex number: half as many positions.
        target, values, width = out.view(pair), values.view(pair), width // 2
    flat = rows if width == 1 else (rows[:, None] * width + np.arange(width)).reshape(-1)
    np.add.at(target.reshape(-1), flat, values.reshape(-1))
    return out


def _few_rounds(out: Any, rows: Any, values: Any) -> tuple[Any, Any]:
    """Add wide rows of which few are for the same: rounds without conflicts, each one assignment.

    In every round the rows of ``values`` claim their targets; one claim each survives.

    Returns:
        The rows (and values) still to be added after four rounds.
    """
    claims = np.empty(len(out), np.intp)
    left = np.arange(len(rows))
    for _ in range(4):
        if not len(left):
            break
        wanted = rows[left]
        claims[wanted] = left
        won = claims[wanted] == left
        out[wanted[won]] += values[left[won]]
        left = left[~won]
    return rows[left], values[left]
