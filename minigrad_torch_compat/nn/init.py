"""``torch.nn.init``: initial weights."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

from minigrad.nn import init as _init
from minigrad.nn.init import *

from ..missing import room as _room


def _deprecated(name: str) -> Callable[..., Any]:
    """Return the function under the name it had before PyTorch 0.4, with a warning."""
    function = getattr(_init, f"{name}_")

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        warnings.warn(
            f"`nn.init.{name}` is now deprecated in favor of `nn.init.{name}_`.",
            FutureWarning,
            stacklevel=2,
        )
        return function(*args, **kwargs)

    return call


def _calculate_correct_fan(tensor: Any, mode: str) -> int:
    """Return ``fan_in`` or ``fan_out`` of a weight: programs call it, underscore or not."""
    modes = ("fan_in", "fan_out")
    if mode.lower() not in modes:
        raise ValueError(f"Mode {mode} not supported, please use one of {list(modes)}")
    return _init.fans(tensor)[modes.index(mode.lower())]


_calculate_fan_in_and_fan_out = _init.fans
_no_grad_trunc_normal_ = _init.trunc_normal_

for _name in (
    *("constant", "dirac", "eye", "kaiming_normal", "kaiming_uniform", "normal", "orthogonal"),
    *("sparse", "uniform", "xavier_normal", "xavier_uniform"),
):
    globals()[_name] = _deprecated(_name)

__getattr__ = _room(globals(), code=True)
