"""``torch.optim.lr_scheduler``: plans for the learning rate."""

from minigrad.optim.lr_scheduler import *
from minigrad.optim.lr_scheduler import LRScheduler

from ..missing import room as _room

_LRScheduler = LRScheduler  # its name before programs began to derive from it
__getattr__ = _room(globals())
