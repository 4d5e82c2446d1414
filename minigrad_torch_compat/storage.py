"""``torch.storage``: the memory that a tensor looks into, as a row of elements or of bytes."""

from __future__ import annotations

from typing import Any

import numpy as np

from minigrad.autograd.ledger import ledger
from minigrad.backend.arrays import owner_of
from minigrad.backend.device import Device, device_of

from .dtypes import spelled


class UntypedStorage:
    """The bytes of the memory of a tensor."""

    def __init__(self, tensor: Any, dtype: Any = np.uint8) -> None:
        owner = owner_of(tensor._array)
        self._flat = owner.ravel(order="K").view(dtype)  # of what owns memory, a view

    @property
    def device(self) -> Device:
        """Where the memory is."""
        return device_of(self._flat)

    @property
    def is_cuda(self) -> bool:
        """Whether that is a GPU."""
        return self.device.type == "cuda"

    def size(self) -> int:
        """Return the number of elements."""
        return int(self._flat.size)

    __len__ = size

    def nbytes(self) -> int:
        """Return the number of bytes."""
        return int(self._flat.nbytes)

    def element_size(self) -> int:
        """Return the number of bytes of an element."""
        return int(self._flat.itemsize)

    def data_ptr(self) -> int:
        """Return the address of the memory: that of all tensors that share it."""
        return int(self._flat.ctypes.data if hasattr(self._flat, "ctypes") else self._flat.data.ptr)

    def tolist(self) -> list[Any]:
        """Return the elements as Python's numbers."""
        return list(self._flat.tolist())

    def __getitem__(self, index: int) -> Any:
        return self._flat[index].item()

    def __setitem__(self, index: Any, value: Any) -> None:
        self._flat[index] = value
        ledger.write(self._flat)

    def fill_(self, value: Any) -> Any:
        """Set all elements to a value."""
        self[:] = value
        return self

    def _title(self) -> str:
        return f"torch.storage.UntypedStorage(device={self.device})"

    def __repr__(self) -> str:
        rows = "".join(f" {value}\n" for value in self.tolist())
        return f"{rows}[{self._title()} of size {self.size()}]"


class TypedStorage(UntypedStorage):
    """The elements of the memory of a tensor."""

    def __init__(self, tensor: Any) -> None:
        super().__init__(tensor, tensor._array.dtype)

    @property
    def dtype(self) -> Any:
        """What the elements are."""
        return spelled(self._flat.dtype)

    def _title(self) -> str:
        return f"torch.storage.TypedStorage(dtype={self.dtype}, device={self.device})"


def storage(self: Any) -> TypedStorage:
    """Return the memory that this tensor looks into, as elements of its dtype."""
    return TypedStorage(self)


def untyped_storage(self: Any) -> UntypedStorage:
    """Return the memory that this tensor looks into, as bytes."""
    return UntypedStorage(self)


for _kind in (TypedStorage, UntypedStorage):  # where PyTorch's programs find them
    _kind.__module__ = "torch.storage"
