"""``torch.special``: special functions."""

from minigrad.special import *

from .keywords import spell_functions as _spell
from .missing import room as _room

_spell(globals(), "special.")

__getattr__ = _room(globals())
