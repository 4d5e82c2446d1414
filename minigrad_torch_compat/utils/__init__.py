"""``torch.utils``: data and other tools."""

from ..missing import room as _room
from . import data as data

__getattr__ = _room(globals())
