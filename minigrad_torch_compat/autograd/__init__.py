"""``torch.autograd``: gradients, functions of one's own, checks."""

from minigrad.autograd import *
from minigrad.autograd.gradcheck import gradcheck as gradcheck

from ..missing import room as _room
from .variable import Variable as Variable

__getattr__ = _room(globals())
