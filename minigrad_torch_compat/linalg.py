"""``torch.linalg``: linear algebra."""

from minigrad.linalg import *

from .missing import room as _room

__getattr__ = _room(globals())
