"""The default dtype and device, and what a thing is called."""

from __future__ import annotations

from typing import Any

import minigrad
from minigrad import Tensor
from minigrad.backend.device import Device

from .dtypes import dtype, spelled
from .legacy import TensorType, tensor_types

__all__ = [
    *("get_default_device", "get_default_dtype", "promote_types", "result_type"),
    *("set_default_device", "set_default_dtype", "set_default_tensor_type", "typename"),
]


def get_default_dtype() -> dtype:
    """Return the dtype given to Python floats."""
    return spelled(minigrad.get_default_dtype())


def set_default_dtype(d: Any) -> None:
    """Set the dtype given to Python floats."""
    minigrad.set_default_dtype(d)


def set_default_tensor_type(t: Any) -> None:
    """Set the dtype given to Python floats by a type: ``torch.DoubleTensor`` or its name.

    Raises:
        TypeError: for an unknown type, and for those of GPUs.
    """
    if isinstance(t, str):
        found = tensor_types().get(t.removeprefix("torch."))
        if found is None:
            raise TypeError(f"invalid type object: unknown or unavailable type {t!r}")
        t = found
    if not isinstance(t, TensorType) or t.is_cuda:
        raise TypeError(f"only CPU tensor types can be the default, got {t!r}")
    minigrad.set_default_dtype(t.dtype)


def promote_types(type1: Any, type2: Any) -> dtype:
    """Return the dtype that holds both."""
    return spelled(minigrad.promote_types(type1, type2))


def result_type(tensor1: Any, tensor2: Any) -> dtype:
    """Return the dtype of an operation on two tensors or numbers."""
    return spelled(minigrad.result_type(*(getattr(t, "_array", t) for t in (tensor1, tensor2))))


def get_default_device() -> Device:
    """Return the device of new tensors: the CPU."""
    return Device("cpu")


def set_default_device(device: Any) -> None:
    """Accept the CPU, where new tensors are made.

    Raises:
        NotImplementedError: for another device: say ``device=`` where tensors are made.
    """
    if device is not None and Device(device).type != "cpu":
        raise NotImplementedError(
            f"set_default_device: minigrad makes tensors on the CPU unless told; got {device}"
        )


def typename(obj: Any) -> str:
    """Return the name of an object's type, ``torch.FloatTensor`` for a tensor of floats."""
    if isinstance(obj, Tensor):
        return str(obj.type())
    kind = obj if isinstance(obj, type) or callable(obj) else type(obj)
    module = getattr(kind, "__module__", "") or ""
    name = getattr(kind, "__qualname__", type(kind).__name__)
    return name if module in ("builtins", "") else f"{module}.{name}"
