"""``torch.distributed`` for one process: what several would exchange stays where it is."""

from ..missing import room as _room
from .collectives import *
from .process_group import *

__getattr__ = _room(globals())
