"""``torch.nn.utils``: tools around modules."""

from minigrad.nn.utils import *

from ...missing import room as _room
from . import parametrizations as parametrizations
from . import parametrize as parametrize
from . import rnn as rnn

__getattr__ = _room(globals())
