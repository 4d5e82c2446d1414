"""``map_location``: where the storages of a file are put."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..backend.device import Device, DeviceError
from .storage import Storage

Placing = Callable[[Storage], Storage]


def placing(map_location: Any) -> Placing:
    """Return what puts a storage where it belongs.

    Args:
        map_location: None for the place that the file names; a device or its name; a dict from
            the file's names to others; or a function of (storage on the CPU, the file's name) that
            returns the storage in its place, or None to leave it to the file.

    Raises:
        TypeError: for anything else.
    """
    if map_location is None:
        return lambda storage: _put(storage, storage.location)
    if isinstance(map_location, str | Device):
        return lambda storage: _put(storage, str(map_location))
    if isinstance(map_location, Mapping):
        return lambda storage: _put(
            storage, str(map_location.get(storage.location, storage.location))
        )
    if not callable(map_location):
        raise TypeError(
            "map_location must be a device, its name, a dict of names, or a function, got "
            f"{type(map_location).__name__}"
        )

    def place(storage: Storage) -> Storage:
        found = map_location(storage, storage.location)
        if found is None:
            return _put(storage, storage.location)
        if not isinstance(found, Storage):
            raise RuntimeError(
                f"map_location returned a {type(found).__name__}, expected the storage or None"
            )
        return found

    return place


def _put(storage: Storage, location: str) -> Storage:
    if re.fullmatch(r"(cpu|cuda)(:\d+)?", location) is None:
        raise RuntimeError(
            f"don't know how to restore data location of a storage (tagged with {location}): "
            "minigrad has the devices cpu and cuda; use map_location='cpu'"
        )
    try:
        return storage.to(location)
    except DeviceError as error:
        raise RuntimeError(
            f"Attempting to deserialize object on a CUDA device: {error}. Use map_location='cpu' "
            "to put all storages on the CPU."
        ) from None
