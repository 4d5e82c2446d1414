"""``torch.cuda``: GPUs, which minigrad uses through CuPy."""

from ..legacy import tensor_types as _tensor_types
from ..missing import room as _room
from .devices import *
from .memory import *
from .streams import *

globals().update(_tensor_types("cuda"))

__getattr__ = _room(globals())
