"""What a program asks of GPUs: how many, which, what kind."""

from __future__ import annotations

from types import SimpleNamespace, TracebackType
from typing import Any

from minigrad.backend.device import Device, DeviceError, require_cupy

from .. import accelerator

__all__ = [
    *("current_device", "device", "device_count", "get_arch_list", "get_device_capability"),
    *("get_device_name", "get_device_properties", "init", "initial_seed", "is_available"),
    *("is_bf16_supported", "is_initialized", "manual_seed", "manual_seed_all", "seed", "seed_all"),
    *("set_device", "synchronize"),
]

is_available = accelerator.is_available
device_count = accelerator.device_count
current_device = accelerator.current_device_index
synchronize = accelerator.synchronize


def _index(device: Any) -> int:
    """Return the number of a GPU; the current one for None.

    Raises:
        DeviceError: if there is no GPU that works.
        ValueError: for another kind of device.
    """
    if device is None:
        return current_device()
    found = Device("cuda", device) if isinstance(device, int) else Device(device)
    if found.type != "cuda":
        raise ValueError(f"Expected a cuda device, but got: {found}")
    return current_device() if found.index is None else found.index


def set_device(device: Any) -> None:
    """Use another GPU from now on."""
    require_cupy().cuda.Device(_index(device)).use()


class device:
    """Use a GPU inside a region: ``with torch.cuda.device(1): ...``."""

    def __init__(self, device: Any) -> None:
        self.idx = _index(device)

    def __enter__(self) -> None:
        self._outer = current_device()
        set_device(self.idx)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        set_device(self._outer)


def _properties(device: Any) -> dict[str, Any]:
    return dict(require_cupy().cuda.runtime.getDeviceProperties(_index(device)))


def get_device_name(device: Any = None) -> str:
    """Return the name of a GPU."""
    name = _properties(device)["name"]
    return name.decode() if isinstance(name, bytes) else str(name)


def get_device_capability(device: Any = None) -> tuple[int, int]:
    """Return major and minor number of what a GPU can do."""
    found = _properties(device)
    return int(found["major"]), int(found["minor"])


def get_device_properties(device: Any = None) -> SimpleNamespace:
    """Return name, capability, memory and processors of a GPU."""
    found = _properties(device)
    return SimpleNamespace(
        name=get_device_name(device),
        major=int(found["major"]),
        minor=int(found["minor"]),
        total_memory=int(found["totalGlobalMem"]),
        multi_processor_count=int(found["multiProcessorCount"]),
    )


def get_arch_list() -> list[str]:
    """Return an empty list: kernels are compiled for the GPU that is there."""
    return []


def is_bf16_supported(including_emulation: bool = True) -> bool:
    """Return False: minigrad has no bfloat16."""
    return False


def init() -> None:
    """Begin to use the GPU.

    Raises:
        DeviceError: if there is none that works.
    """
    require_cupy()


def is_initialized() -> bool:
    """Return whether a GPU is in use."""
    return is_available()


# --- seeds: minigrad draws on the CPU, whatever the device ----------------------------------------


def manual_seed(seed: int) -> None:
    """Seed nothing: there is no generator but the CPU's, which ``torch.manual_seed`` seeds."""
    int(seed)


manual_seed_all = manual_seed


def seed() -> None:
    """Seed nothing: see ``manual_seed``."""


seed_all = seed


def initial_seed() -> int:
    """Return the seed of the CPU's generator.

    Raises:
        DeviceError: if there is no GPU that works.
    """
    from minigrad.random import initial_seed as cpu_seed

    if not is_available():
        raise DeviceError("torch.cuda.initial_seed: there is no GPU that can be used")
    return cpu_seed()
