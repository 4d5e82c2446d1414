"""Reverse-mode automatic differentiation: primitives, the graph they record, and the engine."""

from .functional import backward, grad
from .modes import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from .primitive import PRIMITIVES, primitive

__all__ = [
    "PRIMITIVES",
    "backward",
    "enable_grad",
    "grad",
    "is_grad_enabled",
    "no_grad",
    "primitive",
    "set_grad_enabled",
]
