"""``torch.nn``: modules, parameters, layers."""

from minigrad.nn import *

from ..missing import room as _room
from . import functional as functional
from . import init as init
from . import parameter as parameter
from . import utils as utils

__getattr__ = _room(globals())
