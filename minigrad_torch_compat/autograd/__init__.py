"""``torch.autograd``: gradients, functions of one's own, checks."""

from minigrad.autograd import *
from minigrad.autograd.gradcheck import gradcheck as gradcheck

from ..missing import room as _room
from .variable import Variable as Variable

_OURS = """
    GradcheckError GradcheckReport PRIMITIVES gradcheck_report is_anomaly_check_nan_enabled
    is_anomaly_enabled is_grad_enabled is_inference_mode_enabled primitive
"""
__getattr__ = _room(globals(), drop=_OURS)
