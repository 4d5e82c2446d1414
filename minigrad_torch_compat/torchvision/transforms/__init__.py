"""torchvision.transforms: pictures made ready, and varied at random.

The random ones draw as torchvision's do: the same seed gives the same pictures.
"""

from ...missing import room as _room
from . import functional as functional
from .containers import *
from .fixed import *
from .pictures import InterpolationMode as InterpolationMode
from .random_pieces import *
from .random_turns import *
from .random_values import *

__getattr__ = _room(globals())
