"""``torch.autograd.graph``: looking at and into the graph."""

from minigrad.autograd.graph import *

from ..missing import room as _room

__getattr__ = _room(globals())
