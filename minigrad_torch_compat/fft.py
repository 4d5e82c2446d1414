"""``torch.fft``: Fourier transforms."""

from minigrad.fft import *

from .missing import room as _room

__getattr__ = _room(globals())
