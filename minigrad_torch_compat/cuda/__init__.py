"""``torch.cuda``: GPUs, which minigrad uses through CuPy."""

from ..missing import room as _room
from .devices import *

__getattr__ = _room(globals())
