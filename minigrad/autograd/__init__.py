"""Reverse-mode automatic differentiation: primitives, the graph they record, and the engine."""

from . import graph
from .anomaly import (
    detect_anomaly,
    is_anomaly_check_nan_enabled,
    is_anomaly_enabled,
    set_detect_anomaly,
)
from .function import Function
from .functional import backward, grad
from .gradcheck import GradcheckError, gradcheck, gradcheck_report, gradgradcheck
from .gradient_report import GradcheckReport
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
    "GradcheckError",
    "GradcheckReport",
    "backward",
    "detect_anomaly",
    "enable_grad",
    "grad",
    "gradcheck",
    "gradcheck_report",
    "gradgradcheck",
    "graph",
    "inference_mode",
    "is_anomaly_check_nan_enabled",
    "is_anomaly_enabled",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "no_grad",
    "primitive",
    "set_detect_anomaly",
    "set_grad_enabled",
]
