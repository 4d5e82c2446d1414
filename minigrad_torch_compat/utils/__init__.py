"""``torch.utils``: data and other tools."""

from ..missing import room as _room

__getattr__ = _room(globals())
