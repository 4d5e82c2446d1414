"""``torch.nn.init``: initial weights."""

from minigrad.nn.init import *

from ..missing import room as _room

__getattr__ = _room(globals())
