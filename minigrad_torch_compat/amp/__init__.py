"""``torch.amp``: mixed precision, which minigrad does not do, and scaled losses, which it does."""

from ..missing import room as _room
from .autocast import *
from .grad_scaler import *

__getattr__ = _room(globals())
