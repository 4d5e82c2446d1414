"""Devices: where arrays live."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import re
from collections.abc import Iterator
from typing import Any

import numpy as np


class DeviceError(RuntimeError):
    """A device that was asked for cannot be used; the message says why and what to do."""


# The kinds that can be named; tensors live on the first two.
_KINDS = ("cpu", "cuda", "mps", "xpu", "meta", "xla", "hpu", "mtia", "ipu", "vulkan")


class Device:
    """``Device("cpu")``, ``Device("cuda")`` or ``Device("cuda", 1)``.

    Naming a device does not need it to exist; putting a tensor there does. Programs name devices
    that others have, such as "mps": no tensor can be put there.

    Raises:
        RuntimeError: for an unknown kind of device.
    """

    __slots__ = ("index", "type")

    def __init__(self, type: Any, index: int | None = None) -> None:
        if isinstance(type, Device):
            type, index = type.type, type.index if index is None else index
        if type.__class__ is int and index is None:  # the number of a GPU
            type, index = "cuda", type
        match = re.fullmatch(rf"({'|'.join(_KINDS)})(?::(\d+))?", str(type))
        if match is None or (match[2] and index is not None):
            raise RuntimeError(
                f"invalid device: expected 'cpu', 'cuda' or 'cuda:INDEX', got {type!r}"
            )
        self.type = match[1]
        self.index = int(match[2]) if match[2] else index

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            other = Device(other)
        if not isinstance(other, Device):
            return NotImplemented
        return self.type == other.type and (self.index or 0) == (other.index or 0)

    def __hash__(self) -> int:
        return hash((self.type, self.index or 0))

    def __enter__(self) -> Device:
        """Make new tensors on this device: only of the CPU, where they are made anyway.

        Raises:
            NotImplementedError: for another device; say ``device=`` where tensors are made.
        """
        if self.type != "cpu":
            raise NotImplementedError(
                f"with device({str(self)!r}): tensors are made on the CPU unless each is told"
            )
        return self

    def __exit__(self, *error: object) -> None:
        """End the region."""

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __repr__(self) -> str:
        return f"device(type={self.type!r}" + (
            ")" if self.index is None else f", index={self.index})"
        )


CPU = Device("cpu")


def device_of(array: Any) -> Device:
    """Return the device an array lives on."""
    if isinstance(array, np.ndarray | np.generic):
        return CPU
    device = array.device
    return device if isinstance(device, Device) else Device("cuda", device.id)


def place(array: Any, device: Any) -> Any:
    """Return the array on a device: itself if it is there already, else a copy.

    Raises:
        DeviceError: if the device cannot be used.
    """
    target = Device(device)
    if target == device_of(array):
        return array
    if target.type == "cpu":
        return array.get()
    cupy = require_cupy(target)
    if isinstance(array, np.ndarray) or target.index is not None:
        with cupy.cuda.Device(target.index or 0):
            return cupy.asarray(array)
    return array


@contextlib.contextmanager
def on(device: Any) -> Iterator[Any]:
    """Yield the array library of a device, with that device current: ``with on("cuda") as xp``."""
    target = CPU if device is None else Device(device)
    if target.type == "cpu":
        yield np
    else:
        cupy = require_cupy(target)
        if target.index is None:
            yield cupy
        else:
            with cupy.cuda.Device(target.index):
                yield cupy


def create(name: str, device: Any, *args: Any) -> Any:
    """Call a creation function of a device's array library: ``create("zeros", "cuda", (2, 3))``.

    Raises:
        DeviceError: if the device cannot be used.
    """
    with on(device) as library:
        return getattr(library, name)(*args)


def require_cupy(device: Device | None = None) -> Any:
    """Return CuPy if it can run kernels here.

    Raises:
        DeviceError: naming what is missing: the package, a working import, or the driver; and for
            another kind of device than a GPU of NVIDIA's.
    """
    if device is not None and device.type != "cuda":
        raise DeviceError(f"device {str(device)!r}: minigrad's tensors live on 'cpu' or 'cuda'")
    if importlib.util.find_spec("cupy") is None:
        raise DeviceError(
            "device 'cuda' needs CuPy, which is not installed: pip install 'minigrad[cuda13]' "
            "(or [cuda12], for the CUDA version of your driver)"
        )
    try:
        cupy = importlib.import_module("cupy")
    except Exception as error:
        raise DeviceError(
            f"device 'cuda': CuPy is installed but fails to import: {error}"
        ) from error
    if not cupy.cuda.is_available():
        raise DeviceError(
            "device 'cuda': CuPy finds no usable GPU; check the NVIDIA driver with nvidia-smi"
        )
    return cupy
