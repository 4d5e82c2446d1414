"""``torch.nn.functional``: what layers compute."""

from minigrad.nn.functional import *

from ..keywords import spell_functions as _spell
from ..missing import room as _room

_spell(globals(), "nn.functional.")

__getattr__ = _room(globals())
