"""``torch.nn``: modules, parameters, layers."""

from minigrad.nn import *

from ..missing import room as _room

__getattr__ = _room(globals())
