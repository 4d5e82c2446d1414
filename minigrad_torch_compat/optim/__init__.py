"""``torch.optim``: rules that turn gradients into better parameters."""

from minigrad.optim import *

from ..missing import room as _room

__getattr__ = _room(globals(), drop="PathSGD path_norm")
