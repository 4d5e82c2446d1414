"""How a tensor prints: NumPy's layout, with what it is to autograd."""

from __future__ import annotations

from typing import Any

import numpy as np

from .backend.arrays import to_host
from .backend.device import device_of
from .backend.dtypes import get_default_dtype

_PLAIN = {"int64", "bool"}


def tensor_text(tensor: Any) -> str:
    """Return ``tensor([1., 2.], grad_fn=<MulBackward>)``.

    The dtype is named unless the digits show it: float32, int64 and bool are silent.
    """
    array = to_host(tensor._array)
    prefix = "tensor("
    body = np.array2string(
        array, separator=", ", prefix=prefix, precision=4, threshold=1000, floatmode="maxprec"
    )
    if array.ndim == 0 and array.dtype.kind == "f":
        body = np.array2string(array[None], precision=4, floatmode="maxprec")[1:-1].strip()
    notes = [body]
    if array.size == 0 and array.ndim != 1:
        notes.append(f"size={array.shape}")
    device = device_of(tensor._array)
    if device.type != "cpu":
        notes.append(f"device='{device}'")
    if array.dtype != get_default_dtype() and array.dtype.name not in _PLAIN:
        notes.append(f"dtype={array.dtype.name}")
    if tensor._node is not None:
        notes.append(f"grad_fn={tensor._node!r}")
    elif tensor._requires_grad:
        notes.append("requires_grad=True")
    return prefix + ", ".join(notes) + ")"
