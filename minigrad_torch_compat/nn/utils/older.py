"""Tools under older names."""

from __future__ import annotations

import warnings
from typing import Any

from minigrad.nn import utils

__all__ = ["clip_grad_norm", "skip_init"]


def clip_grad_norm(parameters: Any, max_norm: float, *args: Any, **kwargs: Any) -> Any:
    """Call ``clip_grad_norm_``, its name since PyTorch 0.4, with a warning."""
    warnings.warn(
        "`torch.nn.utils.clip_grad_norm` is now deprecated in favor of "
        "`torch.nn.utils.clip_grad_norm_`.",
        FutureWarning,
        stacklevel=2,
    )
    return utils.clip_grad_norm_(parameters, max_norm, *args, **kwargs)


def skip_init(module_cls: Any, *args: Any, **kwargs: Any) -> Any:
    """Return a module whose weights are any numbers: the caller fills them."""
    return module_cls(*args, **kwargs)
