"""Base classes and helpers that programs take from ``torch.nn.modules`` by their private names."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from minigrad.nn import ModuleList
from minigrad.nn.channel_norms import _BatchNorm as _BatchNorm
from minigrad.nn.channel_norms import _InstanceNorm as _InstanceNorm
from minigrad.nn.channel_norms import _Tracking
from minigrad.nn.convolution import _Convolution, _Transposed
from minigrad.nn.losses import _Loss as _Loss

from . import functional

_NormBase = _Tracking
_ConvNd = _Convolution
_ConvTransposeNd = _Transposed
_WeightedLoss = _Loss


def _get_clones(module: Any, N: int) -> ModuleList:  # noqa: N803 - PyTorch's name
    """Return a list of copies of a module."""
    return ModuleList([copy.deepcopy(module) for _ in range(N)])


def _get_activation_fn(activation: str) -> Callable[..., Any]:
    """Return the function of a name, as transformers take it."""
    if activation not in ("relu", "gelu"):
        raise RuntimeError(f"activation should be relu/gelu, not {activation}")
    return getattr(functional, activation)


def _addindent(s_: str, numSpaces: int) -> str:  # noqa: N803 - PyTorch's name
    """Return a text with all lines but the first indented."""
    first, *others = s_.split("\n")
    return "\n".join([first, *(" " * numSpaces + line for line in others)])
