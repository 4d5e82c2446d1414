"""``torch.nn.functional``: what layers compute."""

from minigrad.nn.functional import *

from ..missing import room as _room

__getattr__ = _room(globals())
