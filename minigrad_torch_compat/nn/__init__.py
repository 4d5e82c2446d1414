"""``torch.nn``: modules, parameters, layers."""

from minigrad.nn import *
from minigrad.nn import NLLLoss as _NLLLoss

from ..missing import room as _room
from .synchronized import SyncBatchNorm as SyncBatchNorm

NLLLoss2d = _NLLLoss  # its name before it took any number of dimensions
from .parallel import DataParallel as DataParallel

__getattr__ = _room(globals(), drop="LazyModuleMixin")
