"""Indexing: reading parts of a tensor, and the adjoint that puts gradients back."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd.primitive import primitive
from ..backend.arrays import is_array, namespace


@primitive(x=lambda g, x_shape, index: put_back(g, shape=x_shape, index=index), view=True)
def getitem(x: Any, *, index: Any) -> Any:
    """Part of ``x``: a view for slices and integers, a copy for masks and index arrays."""
    return x[index]


@primitive(g=lambda h, index: getitem(h, index=index))
def put_back(g: Any, *, shape: tuple[int, ...], index: Any) -> Any:
    """Zeros of ``shape`` with ``g`` added where ``index`` points; duplicates add up.

    The adjoint of ``getitem``, and the other way round.
    """
    out = namespace(g).zeros(shape, g.dtype)
    if any(is_array(i) and i.dtype.kind != "b" for i in index):
        np.add.at(out, index, g)
    else:
        out[index] = g
    return out
