"""``torch.backends.cuda``: settings without effect."""

from __future__ import annotations

import contextlib
from types import SimpleNamespace
from typing import Any

from ..missing import room as _room

matmul = SimpleNamespace(
    allow_tf32=False,
    allow_fp16_reduced_precision_reduction=True,
    allow_bf16_reduced_precision_reduction=True,
    fp32_precision="none",
)
cufft_plan_cache = SimpleNamespace(size=0, max_size=0, clear=lambda: None)
_kernels = {"flash": True, "mem_efficient": True, "math": True, "cudnn": True}


def is_built() -> bool:
    """Return False: GPUs are used through CuPy."""
    return False


def _asked(name: str) -> Any:
    def enabled() -> bool:
        """Return the setting of a kernel for attention."""
        return _kernels[name]

    def enable(value: bool) -> None:
        """Set whether to use a kernel for attention; there is one only."""
        _kernels[name] = bool(value)

    return enabled, enable


flash_sdp_enabled, enable_flash_sdp = _asked("flash")
mem_efficient_sdp_enabled, enable_mem_efficient_sdp = _asked("mem_efficient")
math_sdp_enabled, enable_math_sdp = _asked("math")
cudnn_sdp_enabled, enable_cudnn_sdp = _asked("cudnn")


def sdp_kernel(*args: Any, **options: Any) -> contextlib.AbstractContextManager[None]:
    """Return a context that changes nothing: there is one kernel for attention."""
    return contextlib.nullcontext()


def preferred_linalg_library(backend: Any = None) -> str:
    """Return the name of the library: "default"."""
    return "default"


__getattr__ = _room(globals(), code=True)
