"""``torch.nn.utils.stateless``: calling a module with other parameters."""

from minigrad.transforms import functional_call as functional_call

from ...missing import room as _room

__getattr__ = _room(globals())
