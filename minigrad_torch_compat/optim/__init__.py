"""``torch.optim``: rules that turn gradients into better parameters."""

from minigrad.optim import *

from ..missing import room as _room

del PathSGD, path_norm  # noqa: F821 - minigrad's own

__getattr__ = _room(globals())
