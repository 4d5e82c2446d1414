"""Memory of GPUs, as CuPy's pool counts it; all zero without a GPU, as in PyTorch."""

from __future__ import annotations

from typing import Any

from minigrad.backend.device import require_cupy

from ..accelerator import is_available

__all__ = [
    *("OutOfMemoryError", "empty_cache", "ipc_collect", "max_memory_allocated"),
    *("max_memory_cached", "max_memory_reserved", "mem_get_info", "memory_allocated"),
    *("memory_cached", "memory_reserved", "memory_summary", "reset_max_memory_allocated"),
    "reset_peak_memory_stats",
]


class OutOfMemoryError(RuntimeError):
    """What programs catch; CuPy raises its own error."""


_peak = {"used": 0, "held": 0}


def _pool() -> tuple[int, int]:
    """Return bytes in use and bytes held; the largest figures asked for so far are kept."""
    if not is_available():
        return 0, 0
    pool = require_cupy().get_default_memory_pool()
    used, held = int(pool.used_bytes()), int(pool.total_bytes())
    _peak.update(used=max(used, _peak["used"]), held=max(held, _peak["held"]))
    return used, held


def memory_allocated(device: Any = None) -> int:
    """Return the bytes that tensors occupy."""
    return _pool()[0]


def memory_reserved(device: Any = None) -> int:
    """Return the bytes that the pool holds."""
    return _pool()[1]


def max_memory_allocated(device: Any = None) -> int:
    """Return the most bytes that tensors occupied whenever these functions were called."""
    _pool()
    return _peak["used"]


def max_memory_reserved(device: Any = None) -> int:
    """Return the most bytes that the pool held whenever these functions were called."""
    _pool()
    return _peak["held"]


def reset_peak_memory_stats(device: Any = None) -> None:
    """Forget the largest figures."""
    _peak.update(used=0, held=0)


memory_cached, max_memory_cached = memory_reserved, max_memory_reserved
reset_max_memory_allocated = reset_peak_memory_stats


def mem_get_info(device: Any = None) -> tuple[int, int]:
    """Return free and total bytes of the GPU."""
    free, total = require_cupy().cuda.runtime.memGetInfo()
    return int(free), int(total)


def memory_summary(device: Any = None, abbreviated: bool = False) -> str:
    """Return a line with what is in use and held."""
    used, held = _pool()
    return f"{used} bytes in use, {held} bytes held"


def empty_cache() -> None:
    """Give back what the pool holds and no tensor uses."""
    if is_available():
        require_cupy().get_default_memory_pool().free_all_blocks()


def ipc_collect() -> None:
    """Do nothing: no memory is shared between processes."""
