"""``torch.autograd.functional``: transforms called at once."""

from minigrad.transforms.functional import *

from ..missing import room as _room

__getattr__ = _room(globals())
