"""Constructors from before ``torch.tensor``: ``torch.Tensor(2, 3)``, ``torch.LongTensor([1, 2])``.

Integers are sizes here, a sequence or an array is data, and the type says the dtype.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from minigrad import Tensor, get_default_dtype
from minigrad.constructor import array_from

from .dtypes import spelled


def legacy_init(init: Callable[..., None]) -> Callable[..., None]:
    """Return a constructor of ``Tensor`` that understands sizes too.

    Calls with a dtype are minigrad's own, of one argument: they go to ``init``.
    """

    @functools.wraps(init)
    def wrapped(self: Any, *data: Any, **options: Any) -> None:
        if len(data) == 1 and options.get("dtype") is not None:
            init(self, *data, **options)
            return
        found = _array(data or (options.pop("data", ()),), np.dtype(get_default_dtype()), "Tensor")
        init(self, np.empty(0), **options)
        self._array = found

    return wrapped


def _array(data: tuple[Any, ...], dtype: Any, name: str) -> Any:
    """Return the array that a constructor's arguments ask for."""
    if all(hasattr(size, "__index__") and not getattr(size, "shape", ()) for size in data):
        return np.empty(tuple(int(size.__index__()) for size in data), dtype)
    if len(data) != 1:
        raise TypeError(f"{name}() takes sizes as integers, or one sequence, got {data!r}")
    (given,) = data
    if hasattr(given, "numel") and isinstance(given, tuple):  # a torch.Size
        return np.empty(given, dtype)
    if isinstance(given, Tensor):
        if given._array.dtype != dtype:
            raise TypeError(
                f"expected a tensor of {spelled(dtype)} for {name}(), got {given.dtype}: "
                "use .to() to convert it"
            )
        return given._array
    if isinstance(given, int | float | complex | str):
        raise TypeError(f"new(): data must be a sequence (got {type(given).__name__})")
    return array_from(given, dtype)


def new(self: Any, *data: Any, device: Any = None) -> Any:
    """Return a tensor of the same type: of sizes, or with the values of a sequence."""
    made: Any = Tensor._wrap(_array(data or ((),), self._array.dtype, "new"))
    return made.to(self.device if device is None else device)


class TensorType:
    """``torch.FloatTensor`` and its kind: makes tensors, and recognises them.

    Attributes:
        dtype: that of its tensors.
        is_cuda: whether they live on a GPU.
    """

    def __init__(self, name: str, dtype: Any, device: str = "cpu") -> None:
        where = "torch" if device == "cpu" else "torch.cuda"
        self.__name__ = self.__qualname__ = name
        self.__module__ = where
        self.dtype = dtype
        self.device = device
        self.is_cuda = device == "cuda"

    def __call__(self, *data: Any, device: Any = None) -> Tensor:
        """Return a tensor: of sizes, or with the values of a sequence."""
        made: Tensor = Tensor._wrap(_array(data or ((),), self.dtype.dtype, self.__name__))
        wanted = device or self.device
        return made if str(wanted) == "cpu" else made.to(wanted)

    def __instancecheck__(self, value: Any) -> bool:
        same = isinstance(value, Tensor) and value._array.dtype == self.dtype
        return same and value.device.type == self.device

    def __repr__(self) -> str:
        return f"<class '{self.__module__}.{self.__name__}'>"


def tensor_types(device: str = "cpu") -> dict[str, TensorType]:
    """Return the types of a device by their names."""
    names = {
        "FloatTensor": "float32",
        "DoubleTensor": "float64",
        "HalfTensor": "float16",
        "LongTensor": "int64",
        "IntTensor": "int32",
        "ShortTensor": "int16",
        "CharTensor": "int8",
        "ByteTensor": "uint8",
        "BoolTensor": "bool",
    }
    return {
        name: TensorType(name, spelled(np.dtype(found)), device) for name, found in names.items()
    }
