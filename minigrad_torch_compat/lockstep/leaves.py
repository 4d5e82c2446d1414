"""The tensors and numbers in the arguments or results of a call, and what is noted of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .records import Record
from .summary import summarize

_MOST = 200  # leaves of a value: a list of ten thousand numbers is not looked through


_PLAIN = (bool, int, float, complex, str, np.ndarray, np.generic)


def leaves_of(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the tensors, arrays and numbers in nested lists, tuples and dictionaries."""
    if isinstance(value, dict):
        for key, item in list(value.items())[:_MOST]:
            yield from leaves_of(item, _joined(name, key))
    elif isinstance(value, (list, tuple)):
        for i, item in enumerate(value[:_MOST]):
            yield from leaves_of(item, _joined(name, i))
    elif isinstance(value, _PLAIN) or is_tensor(value):
        yield name, value


def _joined(name: str, key: Any) -> str:
    return f"{name}.{key}" if name else str(key)


def is_tensor(value: Any) -> bool:
    """Return whether a leaf is a tensor."""
    return hasattr(value, "requires_grad") and hasattr(value, "grad_fn")


def note(name: str, value: Any, kept: int) -> Record:
    """Return what is noted of a leaf."""
    if is_tensor(value):
        found = note_tensor(value, kept)
    elif isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufc":
        found = summarize(np.asarray(value), f"numpy.{value.dtype}", kept)
    elif isinstance(value, str):
        found = {"text": value[:200]}
    elif isinstance(value, complex):
        found = {"number": [value.real, value.imag]}
    else:
        found = {"number": float(value) if isinstance(value, float) else int(value)}
    return {"name": name, **found}


def note_tensor(tensor: Any, kept: int) -> Record:
    """Return what is noted of a tensor; values only if it has some of its own."""
    array = array_of(tensor)
    if array is None:  # it stands for another one, in a transform
        return {"shape": [int(n) for n in tensor.shape], "dtype": str(tensor.dtype)}
    found = summarize(array, str(tensor.dtype), kept)
    if tensor.requires_grad:
        found["grad"] = True
    return found


def array_of(tensor: Any) -> np.ndarray[Any, Any] | None:
    """Return the values of a tensor of either engine; None for one that has none to show."""
    try:
        plain = tensor.detach()
        if getattr(plain, "is_sparse", False):
            plain = plain.to_dense()
        plain = plain.cpu()
        if "bfloat16" in str(plain.dtype):
            plain = plain.float()
        for name in ("resolve_conj", "resolve_neg"):  # PyTorch's lazy complex conjugates
            plain = getattr(plain, name, lambda same=plain: same)()
        array = plain.numpy()
    except (RuntimeError, TypeError, ValueError, NotImplementedError):
        return None
    return array if isinstance(array, np.ndarray) and array.dtype.kind in "biufc" else None
