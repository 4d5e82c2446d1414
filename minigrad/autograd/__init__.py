"""Reverse-mode automatic differentiation: primitives, the graph they record, and the engine."""

from .function import Function
from .functional import backward, grad
from .modes import (
    enable_grad,
    inference_mode,
    is_grad_enabled,
    is_inference_mode_enabled,
    no_grad,
    set_grad_enabled,
)
from .primitive import PRIMITIVES, primitive

__all__ = [
    "PRIMITIVES",
    "Function",
    "backward",
    "enable_grad",
    "grad",
    "inference_mode",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "no_grad",
    "primitive",
    "set_grad_enabled",
]
