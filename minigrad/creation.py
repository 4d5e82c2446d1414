"""Making tensors: from data, filled, random."""

from __future__ import annotations

from typing import Any

from .backend.arrays import is_array
from .tensor import Tensor


def tensor(
    data: Any, *, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Return a tensor with a copy of ``data``. See ``Tensor``."""
    return Tensor(data, dtype=dtype, device=device, requires_grad=requires_grad)


def from_numpy(array: Any) -> Tensor:
    """Return a tensor that shares memory with a NumPy array.

    Raises:
        TypeError: if ``array`` is not a NumPy array, or of a dtype that tensors do not have.
    """
    if not is_array(array):
        raise TypeError(f"expected np.ndarray (got {type(array).__name__})")
    return Tensor._wrap(array)  # type: ignore[no-any-return]
