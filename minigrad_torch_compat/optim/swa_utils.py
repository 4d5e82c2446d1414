"""``torch.optim.swa_utils``: averages of weights."""

from minigrad.optim.swa_utils import *

from ..missing import room as _room

__getattr__ = _room(globals())
