"""The same bytes as another dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...backend.arrays import namespace
from ...backend.dtypes import as_dtype

__all__: list[str] = []


@primitive(view=True)
def _reinterpret(x: Any, *, dtype: Any) -> Any:
    if not x.size:  # a view needs a last stride of one element
        x = namespace(x).empty(x.shape, x.dtype)
    return x.view(dtype)


def is_dtype(value: Any) -> bool:
    """Return True for a dtype, for what carries one, and for a type that names one."""
    if isinstance(value, type):
        return value is not tuple
    carried = getattr(value, "dtype", None)
    number = hasattr(value, "__index__")  # NumPy's integers have a dtype, but are sizes
    return isinstance(value, np.dtype) or (isinstance(carried, np.dtype) and not number)


def reinterpret(x: Any, dtype: Any) -> Any:
    """Return a view of the bytes of ``x`` as elements of another dtype, without a derivative.

    Raises:
        RuntimeError: for elements of another size, unless those of the last dimension lie side by
            side in memory and make whole new ones.
    """
    dtype = as_dtype(dtype)
    old, new = x.dtype.itemsize, dtype.itemsize
    if old != new:
        steps = [step // old for step in x._array.strides]
        if x.ndim and not x.numel():  # NumPy gives the strides of nothing as zeros
            steps = [x.shape[-1]] * (x.ndim - 1) + [1]
        if not steps:
            raise RuntimeError(f"self.dim() cannot be 0 to view {x.dtype} as {dtype}")
        if steps[-1] != 1:
            raise RuntimeError(
                f"self.stride(-1) must be 1 to view {x.dtype} as {dtype} (different element "
                f"sizes), but got {steps[-1]}"
            )
        if x.shape[-1] * old % new or any(step * old % new for step in steps[:-1]):
            raise RuntimeError(
                f"self.size(-1) and strides must be divisible by {new // old} to view {x.dtype} as "
                f"{dtype} (different element sizes), but got {list(x.shape)} and {steps}"
            )
    return _reinterpret(x, dtype=dtype)
