"""Rows of a matrix, blended: the kernels of one trilinear form.

    T(g, x, w) = sum over results p, taps j and columns c of  g[p, c] * w[j, p] * x[index[j, p], c]

``blend`` is its derivative in g, ``pair`` that in w; that in x adds rows where ``index`` points.
A matrix of few columns is read column by column: copying rows of three numbers is slow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .arrays import namespace, ndarray

BLOCK_BYTES = 1 << 18
FEW = 8  # columns below which they are read one by one


def blend(x: Any, w: Any, index: Any) -> Any:
    """Return out[p] = sum of w[j, p] * x[index[j, p]] over the taps j."""
    lines, axis = lined(x)
    out, _ = lined(namespace(x).empty((index.shape[1], x.shape[1]), x.dtype))
    for some, part in blocks(out, axis):
        for j in range(len(index)):
            read = lines.take(index[j, some], axis)
            read *= w[j, some] if axis else w[j, some, None]
            if j:
                part += read
            else:
                part[...] = read
    return out.T if axis else out


def pair(g: Any, x: Any, index: Any) -> Any:
    """Return out[j, p] = sum of g[p, c] * x[index[j, p], c] over the columns c."""
    lines, axis = lined(x)
    out = namespace(x).empty(index.shape, g.dtype)
    ones = namespace(x).ones(g.shape[1], g.dtype)
    for some, part in blocks(lined(g)[0], axis):
        for j in range(len(index)):
            read = lines.take(index[j, some], axis)
            read *= part
            out[j, some] = ones @ read if axis else read @ ones
    return out


def spread_columns(g: Any, w: Any, index: Any, count: int) -> Any:
    """Return ``count`` rows of few columns: zeros, with w[j, p] * g[p] added to row index[j, p]."""
    out = np.empty((g.shape[1], count), g.dtype)
    places = index.reshape(-1)
    for column, values in zip(out, g.T, strict=True):
        column[...] = np.bincount(places, (w * values).reshape(-1), count)
    return out.T


def lined(x: Any) -> tuple[Any, int]:
    """Return a matrix in the layout in which it is read, and the axis of its rows."""
    return (x.T.copy(), 1) if x.shape[1] < FEW else (x, 0)


def blocks(x: Any, axis: int) -> Iterator[tuple[slice, Any]]:
    """Yield ranges of rows that fit into the cache, and the rows."""
    count = x.shape[axis]
    step = max(1, BLOCK_BYTES * count // max(x.nbytes, 1)) if isinstance(x, ndarray) else count
    for first in range(0, count, max(step, 1)):
        some = slice(first, first + step)
        yield some, x[(slice(None),) * axis + (some,)]
