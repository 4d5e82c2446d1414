"""``torch.nn.utils``: tools around modules."""

from minigrad.nn.utils import *

from ...missing import room as _room
from .older import *

__getattr__ = _room(globals())
