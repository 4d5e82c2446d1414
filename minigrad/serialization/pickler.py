"""Writing a pickle in PyTorch's words: tensors as views of storages, which lie outside of it."""

from __future__ import annotations

import codecs
import math
import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..autograd.traced import Traced
from ..backend.arrays import owner_of, to_host
from ..backend.device import Device, device_of
from ..backend.strides import address
from ..nn.parameter import Buffer, Parameter
from ..tensor import Tensor
from .storage import KIND_OF, UNTYPED


@dataclass(frozen=True)
class Global:
    """A name that is written as it is: nothing needs to be importable under it."""

    module: str
    name: str

    def __call__(self) -> None:
        """Look callable: a pickle may only call what is."""


@dataclass(frozen=True)
class Call:
    """An object that is written as a call."""

    function: Global
    args: tuple[Any, ...]


_TENSOR = Global("torch._utils", "_rebuild_tensor_v2")
_TYPED_TENSOR = Global("torch._utils", "_rebuild_tensor_v3")
_PARAMETER = Global("torch._utils", "_rebuild_parameter")
_PARAMETER_WITH_STATE = Global("torch._utils", "_rebuild_parameter_with_state")
_SPARSE_TENSOR = Global("torch._utils", "_rebuild_sparse_tensor")
_SPARSE_LAYOUT = Call(Global("torch.serialization", "_get_layout"), ("torch.sparse_coo",))
_AS_TYPE = Global("torch._tensor", "_rebuild_from_type_v2")

# How values of a type are written: as a name, or as a call.
SPELLINGS: dict[type, Callable[[Any], Any]] = {
    Global: lambda name: name,
    Call: lambda call: (call.function, call.args),
    # Protocol 2 would call bytes(), which PyTorch does not allow.
    bytes: lambda content: NotImplemented if content else (codecs.encode, ("", "latin1")),
    Device: lambda device: (
        Global("torch", "device"),
        (device.type,) if device.index is None else (device.type, device.index),
    ),
}
CLASSES: dict[Any, Global] = {
    Tensor: Global("torch", "Tensor"),
    Parameter: Global("torch.nn.parameter", "Parameter"),
}


class Piece:
    """Memory to be written: a storage of the file.

    Attributes:
        key: the name of its record.
        array: the elements, in a flat array.
        location: where they live.
        kind: PyTorch's class of storages for them.
    """

    def __init__(self, key: str, array: Any, location: str) -> None:
        self.key = key
        self.array = array
        self.location = location
        self.kind = KIND_OF.get(array.dtype, UNTYPED)

    @property
    def count(self) -> int:
        """The number of elements, of its kind of storage."""
        return int(self.array.nbytes) // self.kind.stored.itemsize


_PicklerInPython: Any = pickle._Pickler


class Pickler(_PicklerInPython):  # type: ignore[misc]
    """Python's pickler (the one in Python: names need not exist), with tensors as calls.

    Attributes:
        pieces: the memory that the tensors written look into, by its owner.
    """

    def __init__(self, file: Any, protocol: int, old: bool = False) -> None:
        super().__init__(file, protocol)
        self.pieces: dict[int, tuple[Any, Piece]] = {}
        self._old = old

    def persistent_id(self, obj: Any) -> Any:
        """Return what names a storage in the pickle; None for other objects."""
        if type(obj) is not Piece:
            return None
        name = Global("torch.storage" if obj.kind is UNTYPED else "torch", obj.kind.name)
        found = ("storage", name, obj.key, obj.location, obj.count)
        return (*found, None) if self._old else found

    def reducer_override(self, obj: Any) -> Any:
        """Return how an object is written if PyTorch has its own way."""
        if isinstance(obj, Traced):
            return self._tensor(obj)
        if isinstance(obj, type):
            return CLASSES[obj].name if obj in CLASSES else NotImplemented
        spelling = SPELLINGS.get(type(obj))
        found = NotImplemented if spelling is None else spelling(obj)
        return found.name if isinstance(found, Global) else found

    def save_global(self, obj: Any, name: Any = None) -> None:
        """Write a name."""
        found = CLASSES.get(obj) if isinstance(obj, type) else SPELLINGS.get(type(obj))
        if found is None:
            super().save_global(obj, name)
            return
        spelled = found if isinstance(found, Global) else found(obj)
        self.write(pickle.GLOBAL + f"{spelled.module}\n{spelled.name}\n".encode())
        self.memoize(obj)

    # --- tensors ------------------------------------------------------------------------------

    def _tensor(self, tensor: Any) -> tuple[Any, ...]:
        """Return the call that makes a tensor again."""
        if tensor.is_sparse:
            return _SPARSE_TENSOR, (_SPARSE_LAYOUT, _parts(tensor))
        state = {name: value for name, value in vars(tensor).items() if not hasattr(Traced, name)}
        state.pop("persistent", None)  # a Buffer's, which its module knows
        kind = type(tensor)
        if kind is Parameter:
            args: Any = (Tensor._wrap(tensor._array), tensor.requires_grad, OrderedDict())
            return (_PARAMETER_WITH_STATE, (*args, state)) if state else (_PARAMETER, args)
        function, arguments = self._plain(tensor._array, tensor.requires_grad)
        if kind in (Tensor, Buffer) and not state:
            return function, arguments
        return _AS_TYPE, (function, Tensor if kind is Buffer else kind, arguments, state)

    def _plain(self, array: Any, requires_grad: bool) -> tuple[Global, Any]:
        """Return the call that makes a tensor around an array."""
        piece, offset, strides = self._piece(array)
        arguments: Any = (piece, offset, tuple(array.shape), strides, requires_grad, OrderedDict())
        if array.dtype in KIND_OF:
            return _TENSOR, arguments
        return _TYPED_TENSOR, (*arguments, Global("torch", array.dtype.name))

    def _piece(self, array: Any) -> tuple[Piece, int, tuple[int, ...]]:
        """Return the storage an array looks into, and how it does."""
        owner = owner_of(array)
        offset, strides = 0, _strides(array)
        if not _shareable(array, owner):
            owner, strides = array, _strides(np.empty(array.shape, np.bool_))
        elif array.size:
            offset = (address(array) - address(owner)) // array.itemsize
        if id(owner) not in self.pieces:
            self.pieces[id(owner)] = owner, self._new_piece(owner, array.dtype)
        piece = self.pieces[id(owner)][1]
        if piece.array.dtype != array.dtype:
            raise RuntimeError(
                "Cannot save multiple tensors or storages that view the same data as different "
                f"types: {piece.array.dtype} and {array.dtype}"
            )
        return piece, offset, strides

    def _new_piece(self, owner: Any, dtype: Any) -> Piece:
        host: Any = to_host(owner)
        if not _whole(host):
            host = np.ascontiguousarray(host)
        flat = host.reshape(-1, order="A").view(dtype)  # "A": in the order of memory
        return Piece(str(len(self.pieces)), flat, str(device_of(owner)))


def _whole(owner: Any) -> bool:
    """Return whether an array's elements fill a range of memory."""
    return bool(owner.flags.c_contiguous or owner.flags.f_contiguous)


def _parts(tensor: Any) -> tuple[Any, ...]:
    """Return what a sparse tensor is made of."""
    size = Call(Global("torch", "Size"), (tuple(tensor.shape),))
    return tensor._indices(), tensor._values(), size, tensor.is_coalesced()


def _shareable(array: Any, owner: Any) -> bool:
    """Return whether an array can be described as a walk through its owner's memory."""
    width = array.itemsize
    return (
        _whole(owner)
        and owner.dtype != object
        and owner.nbytes % width == 0
        and (address(array) - address(owner)) % width == 0
        and all(step >= 0 and step % width == 0 for step in _steps(array))
    )


def _steps(array: Any) -> list[int]:
    """Return the strides that lead anywhere, in bytes."""
    return [step for n, step in zip(array.shape, array.strides, strict=True) if n > 1]


def _strides(array: Any) -> tuple[int, ...]:
    """Return the strides in elements; of dimensions with one element, those of row-major order."""
    return tuple(
        step // array.itemsize
        if n > 1 and array.size
        else max(1, math.prod(array.shape[axis + 1 :]))
        for axis, (n, step) in enumerate(zip(array.shape, array.strides, strict=True))
    )
