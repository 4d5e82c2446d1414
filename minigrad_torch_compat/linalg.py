"""``torch.linalg``: linear algebra."""

from minigrad.linalg import *

from .keywords import spell_functions as _spell
from .missing import room as _room

_spell(globals(), "linalg.")

__getattr__ = _room(globals())
