"""``autocast``: operations keep the dtype of their operands here, and a warning says so."""

from __future__ import annotations

import functools
import warnings
from types import TracebackType
from typing import Any

from ..accelerator import is_available as gpu_is_available

__all__ = ["autocast", "custom_bwd", "custom_fwd", "is_autocast_available"]

_TYPES = ("cpu", "cuda", "mps", "xpu", "hpu", "mtia", "xla")


class autocast:
    """A region in which PyTorch would compute products in a narrower dtype.

    minigrad computes them in the dtype of their operands: results are at least as precise. On
    entering an enabled one, a warning says so.

    Args:
        device_type: "cpu" or "cuda".
        dtype, cache_enabled: without effect.
        enabled: whether the region would do anything.

    Raises:
        RuntimeError: for an unknown device type.
    """

    def __init__(
        self,
        device_type: str,
        dtype: Any = None,
        enabled: bool = True,
        cache_enabled: bool | None = None,
    ) -> None:
        if not isinstance(device_type, str):
            raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
        if device_type not in _TYPES:
            raise RuntimeError(
                f"User specified an unsupported autocast device_type {device_type!r}"
            )
        self.device = device_type
        self.fast_dtype = dtype
        self._enabled = enabled
        if enabled and device_type == "cuda" and not gpu_is_available():
            warnings.warn(
                "User provided device_type of 'cuda', but CUDA is not available. Disabling",
                stacklevel=2,
            )
            self._enabled = False

    def __enter__(self) -> autocast:
        if self._enabled:
            warnings.warn(
                "autocast has no effect on minigrad: operations keep the dtype of their operands",
                stacklevel=2,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def __call__(self, func: Any) -> Any:
        """Return a function that runs in such a region."""

        @functools.wraps(func)
        def inside(*args: Any, **kwargs: Any) -> Any:
            with self:
                return func(*args, **kwargs)

        return inside


def is_autocast_available(device_type: str) -> bool:
    """Return False: operations keep the dtype of their operands."""
    return False


def custom_fwd(fwd: Any = None, **options: Any) -> Any:
    """Return the function itself; without one, a decorator that does."""
    return fwd if fwd is not None else lambda given: given


def custom_bwd(bwd: Any = None, **options: Any) -> Any:
    """Return the function itself; without one, a decorator that does."""
    return bwd if bwd is not None else lambda given: given
