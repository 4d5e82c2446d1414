"""Switches of ``torch`` for threads, determinism and precision: they can be read and set.

minigrad gives the same numbers in every run and computes in the dtype of the operands; how many
threads work is for NumPy's libraries to say. So no switch has an effect: see ``without_effect``.
"""

from __future__ import annotations

import os
from typing import Any

__all__ = [
    *("are_deterministic_algorithms_enabled", "get_deterministic_debug_mode"),
    *("get_float32_matmul_precision", "get_num_interop_threads", "get_num_threads"),
    *("is_autocast_cache_enabled", "is_autocast_cpu_enabled", "is_autocast_enabled"),
    *("is_deterministic_algorithms_warn_only_enabled", "set_deterministic_debug_mode"),
    *("set_float32_matmul_precision", "set_flush_denormal", "set_num_interop_threads"),
    *("set_num_threads", "use_deterministic_algorithms"),
]

_values: dict[str, Any] = {
    "deterministic": False,
    "warn only": False,
    "precision": "highest",
    "threads": os.cpu_count() or 1,
    "interop threads": os.cpu_count() or 1,
}


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Ask for the same numbers in every run, which minigrad always gives."""
    _values.update({"deterministic": bool(mode), "warn only": bool(mode and warn_only)})


def are_deterministic_algorithms_enabled() -> bool:
    """Return whether they were asked for."""
    return _values["deterministic"]


def is_deterministic_algorithms_warn_only_enabled() -> bool:
    """Return whether warnings were asked for in place of errors."""
    return _values["warn only"]


def set_deterministic_debug_mode(debug_mode: int | str) -> None:
    """Ask for determinism: 0 or "default", 1 or "warn", 2 or "error".

    Raises:
        RuntimeError: for another mode.
    """
    modes = {"default": 0, "warn": 1, "error": 2}
    mode = modes.get(debug_mode, -1) if isinstance(debug_mode, str) else debug_mode
    if mode not in modes.values():
        raise RuntimeError(
            "invalid value of debug_mode, expected one of `default`, `warn`, `error`, or 0 to 2, "
            f"but got {debug_mode}"
        )
    use_deterministic_algorithms(mode > 0, warn_only=mode == 1)


def get_deterministic_debug_mode() -> int:
    """Return 0, 1 or 2, as set."""
    if not _values["deterministic"]:
        return 0
    return 1 if _values["warn only"] else 2


def set_float32_matmul_precision(precision: str) -> None:
    """Set how exact products must be: "highest", "high" or "medium"; they are the highest.

    Raises:
        ValueError: for another word.
    """
    if precision not in ("highest", "high", "medium"):
        raise ValueError(f"expected 'highest', 'high' or 'medium', got {precision!r}")
    _values["precision"] = precision


def get_float32_matmul_precision() -> str:
    """Return what was set."""
    return _values["precision"]


def set_num_threads(num: int) -> None:
    """Set a number of threads, which NumPy's libraries do not hear of.

    Raises:
        RuntimeError: if it is not positive.
    """
    _values["threads"] = _positive(num, "set_num_threads")


def get_num_threads() -> int:
    """Return what was set, at first the number of processors."""
    return _values["threads"]


def set_num_interop_threads(num: int) -> None:
    """Set a number of threads, of which there are none.

    Raises:
        RuntimeError: if it is not positive.
    """
    _values["interop threads"] = _positive(num, "set_num_interop_threads")


def get_num_interop_threads() -> int:
    """Return what was set, at first the number of processors."""
    return _values["interop threads"]


def _positive(num: int, name: str) -> int:
    if num < 1:
        raise RuntimeError(f"{name} expects a positive integer, got {num}")
    return num


def set_flush_denormal(mode: bool) -> bool:
    """Return False: very small numbers are not set to zero."""
    return False


def is_autocast_enabled(device_type: str | None = None) -> bool:
    """Return False: operations keep the dtype of their operands."""
    return False


def is_autocast_cpu_enabled() -> bool:
    """Return False: operations keep the dtype of their operands."""
    return False


def is_autocast_cache_enabled() -> bool:
    """Return False: nothing is cast."""
    return False
