"""``torch.nn.utils.parametrize``: weights computed from others."""

from minigrad.nn.utils.parametrize import *

from ...missing import room as _room

__getattr__ = _room(globals())
