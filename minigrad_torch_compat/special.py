"""``torch.special``: special functions."""

from minigrad.special import *

from .missing import room as _room

__getattr__ = _room(globals())
