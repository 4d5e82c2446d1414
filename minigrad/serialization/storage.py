"""Storages: the pieces of memory that the tensors of a file look into."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..backend.device import Device, device_of, place


class Storage:
    """A flat array, and where the file says that it was.

    Attributes:
        array: the elements; bytes if the tensors themselves say what they are (see ``Kind``).
        location: "cpu", "cuda:0" ...
    """

    __slots__ = ("array", "location")

    def __init__(self, array: Any, location: str) -> None:
        self.array = array
        self.location = location

    @property
    def device(self) -> Device:
        """Where the elements are now."""
        return device_of(self.array)

    def to(self, device: Any) -> Storage:
        """Return the storage on a device: itself if it is there."""
        array = place(self.array, device)
        return self if array is self.array else Storage(array, self.location)

    def cpu(self) -> Storage:
        """Return the storage in the memory of the host."""
        return self.to("cpu")

    def cuda(self, device: int | None = None) -> Storage:
        """Return the storage on a GPU."""
        return self.to(Device("cuda", device))

    def __len__(self) -> int:
        return len(self.array)


@dataclass(frozen=True)
class Kind:
    """What PyTorch calls a storage, by its elements: ``FloatStorage``.

    Attributes:
        name: PyTorch's name.
        stored: the dtype of what is in the file.
        widened: makes elements that NumPy has of those that it has not.
    """

    name: str
    stored: np.dtype[Any]
    widened: Callable[[Any], Any] | None = None

    def read(self, content: Any, order: str) -> Any:
        """Return the elements of a buffer of bytes in an order ("little" or "big").

        Raises:
            RuntimeError: for untyped bytes in the other order.
        """
        raw = np.frombuffer(content, self.stored)
        if order != sys.byteorder:
            if self.name == "UntypedStorage":  # of what, the tensors say: nothing here can turn it
                raise RuntimeError(f"bytes of a machine with {order}-endian numbers cannot be read")
            raw = raw.byteswap()
        return raw if self.widened is None else self.widened(raw)


def _from_bfloat16(halves: Any) -> Any:
    # A bfloat16 is the upper half of a float32: the conversion is exact.
    return (halves.astype(np.uint32) << 16).view(np.float32)


def _as_bools(elements: Any) -> Any:
    # Of a byte that is neither 0 nor 1 NumPy would make nonsense.
    return elements.view(np.uint8) != 0


_NAMES = {
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "HalfStorage": "float16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
    "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
}
KINDS = {name: Kind(name, np.dtype(dtype)) for name, dtype in _NAMES.items()}
KINDS["BoolStorage"] = Kind("BoolStorage", np.dtype("bool"), _as_bools)
KINDS["BFloat16Storage"] = Kind("BFloat16Storage", np.dtype("uint16"), _from_bfloat16)
UNTYPED = Kind("UntypedStorage", np.dtype("uint8"))
KIND_OF = {np.dtype(dtype): KINDS[name] for name, dtype in _NAMES.items()}
