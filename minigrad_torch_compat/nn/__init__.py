"""``torch.nn``: modules, parameters, layers."""

from minigrad.nn import *

from ..missing import room as _room
from .parallel import DataParallel as DataParallel

__getattr__ = _room(globals())
