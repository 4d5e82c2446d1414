"""``torch.fft``: Fourier transforms."""

from minigrad.fft import *

from .keywords import spell_functions as _spell
from .missing import room as _room

_spell(globals(), "fft.")

__getattr__ = _room(globals(), drop="get_default_dtype")
