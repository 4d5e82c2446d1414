"""PyTorch's format before 1.6: five pickles in a row, then the contents of the storages.

The pickles are a magic number, a version, a description of the machine, the object, and the list
of the keys of its storages, in the order in which they follow.
"""

from __future__ import annotations

import io
import pickle
import struct
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ..backend.arrays import namespace
from .pickler import Pickler
from .storage import Kind, Storage

_MAGIC = 0x1950A86A20F9469CFC6C
_VERSION = 1001
_COUNT = struct.Struct("<q")


def read_legacy(file: Any, run: Callable[[Any, Any], Any], place: Any) -> Any:
    """Return the object in an old file.

    Args:
        file: at its beginning.
        run: reads one pickle, given the file and what persistent ids mean.
        place: see ``placing``.

    Raises:
        RuntimeError: if it is no such file, or damaged.
    """
    buffer = io.BytesIO(file.read())
    if run(buffer, _no_storage) != _MAGIC:
        raise RuntimeError("Invalid magic number; corrupt file?")
    version = run(buffer, _no_storage)
    if version != _VERSION:
        raise RuntimeError(f"Invalid protocol version: {version}, expected {_VERSION}")
    machine = run(buffer, _no_storage)
    order = "little" if machine.get("little_endian", True) else "big"
    storages = _Storages(len(buffer.getvalue()), place)
    result = run(buffer, storages.find)
    for key in run(buffer, _no_storage):
        storages.fill(key, buffer, order)
    storages.check_filled()
    return result


def _no_storage(identity: Any) -> Any:
    raise pickle.UnpicklingError("a storage where none can be")


class _Storages:
    """Storages that are named first and filled later: their tensors look into them by then."""

    def __init__(self, available: int, place: Any) -> None:
        self._available = available  # bytes in the file that no storage has claimed
        self._place = place
        self._found: dict[Any, tuple[Kind, Storage]] = {}
        self._waiting: set[Any] = set()

    def find(self, identity: Any) -> Storage:
        """Return the storage that a persistent id names."""
        word, kind, key, location, count, *view = identity
        known = word == "storage" and isinstance(kind, Kind) and type(key) is str
        if not known or type(count) is not int:
            raise pickle.UnpicklingError(f"the persistent id {identity!r} names no storage")
        if view not in ([], [None]):
            raise RuntimeError("views of storages, as PyTorch 0.3 wrote them, cannot be read")
        if key not in self._found:
            size = count * kind.stored.itemsize
            if not 0 <= size <= self._available:
                raise RuntimeError(f"a storage of {count} elements is larger than the file")
            self._available -= size
            blank = kind.read(bytearray(size), sys.byteorder)
            self._found[key] = kind, self._place(Storage(blank, str(location)))
            self._waiting.add(key)
        return self._found[key][1]

    def fill(self, key: Any, file: Any, order: str) -> None:
        """Read the elements of a storage."""
        if type(key) is not str or key not in self._found:
            raise RuntimeError(f"the file has a storage {key!r} that no tensor uses")
        kind, storage = self._found[key]
        prefix = file.read(_COUNT.size)
        count = _COUNT.unpack(prefix)[0] if len(prefix) == _COUNT.size else None
        content = file.read(len(storage) * kind.stored.itemsize)
        if count != len(storage) or len(content) != len(storage) * kind.stored.itemsize:
            raise RuntimeError(f"the storage {key!r} of the file is cut off")
        storage.array[...] = namespace(storage.array).asarray(kind.read(content, order))
        self._waiting.discard(key)

    def check_filled(self) -> None:
        """Raise if a storage was not in the file."""
        if self._waiting:
            raise RuntimeError(f"the file lacks the storages {sorted(map(str, self._waiting))}")


def write_legacy(obj: Any, file: Any, protocol: int) -> None:
    """Write the old format."""
    machine = {
        "protocol_version": _VERSION,
        "little_endian": sys.byteorder == "little",
        "type_sizes": {"short": 2, "int": 4, "long": 4},
    }
    for header in (_MAGIC, _VERSION, machine):
        pickle.dump(header, file, protocol)
    pickler = Pickler(file, protocol, old=True)
    pickler.dump(obj)
    pieces = [piece for _, piece in pickler.pieces.values()]
    pickle.dump([piece.key for piece in pieces], file, protocol)
    for piece in pieces:
        file.write(_COUNT.pack(piece.count))
        file.write(piece.array.view(np.uint8).tobytes())
