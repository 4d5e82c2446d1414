"""``torch.nn.utils.rnn``: sequences of several lengths."""

from minigrad.nn.utils.rnn import *

from ...missing import room as _room

__getattr__ = _room(globals())
