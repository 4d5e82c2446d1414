"""``torch.utils.data``: datasets, samplers, the loader of batches."""

from minigrad.data import *

from ...missing import room as _room

__getattr__ = _room(globals())
