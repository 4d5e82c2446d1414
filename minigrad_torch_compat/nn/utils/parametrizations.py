"""``torch.nn.utils.parametrizations``: ready-made ones."""

from minigrad.nn.utils.parametrizations import *

from ...missing import room as _room

__getattr__ = _room(globals())
