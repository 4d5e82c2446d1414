"""``torch.accelerator``: the GPU, where CuPy finds one."""

from __future__ import annotations

from typing import Any

from minigrad.backend.device import Device, DeviceError, require_cupy

from .missing import room as _room

__all__ = [
    *("current_accelerator", "current_device_idx", "current_device_index", "device_count"),
    *("is_available", "set_device_idx", "set_device_index", "synchronize"),
]


def is_available() -> bool:
    """Return whether there is a GPU that can be used."""
    try:
        require_cupy()
    except DeviceError:
        return False
    return True


def current_accelerator(check_available: bool = False) -> Device | None:
    """Return the device "cuda"; None without a GPU."""
    return Device("cuda") if is_available() else None


def device_count() -> int:
    """Return the number of GPUs."""
    return int(require_cupy().cuda.runtime.getDeviceCount()) if is_available() else 0


def current_device_index() -> int:
    """Return the number of the GPU in use."""
    return int(require_cupy().cuda.runtime.getDevice())


def set_device_index(device: Any) -> None:
    """Use another GPU from now on."""
    number = device if isinstance(device, int) else (getattr(device, "index", 0) or 0)
    require_cupy().cuda.Device(number).use()


current_device_idx, set_device_idx = current_device_index, set_device_index


def synchronize(device: Any = None) -> None:
    """Wait until the GPU has done what it was told."""
    require_cupy().cuda.runtime.deviceSynchronize()


__getattr__ = _room(globals(), code=True)
