"""What a program asks of GPUs."""

from __future__ import annotations

__all__ = ["is_available", "manual_seed", "manual_seed_all"]

from minigrad.backend.device import DeviceError, require_cupy
from minigrad.random import manual_seed


def is_available() -> bool:
    """Return whether tensors can be put on a GPU: CuPy is there and finds one."""
    try:
        require_cupy()
    except DeviceError:
        return False
    return True


def manual_seed_all(seed: int) -> None:
    """Seed the generators of all GPUs: minigrad draws on the CPU, so this seeds nothing."""
