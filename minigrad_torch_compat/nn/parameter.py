"""``torch.nn.parameter``: tensors that a module trains, or keeps."""

from minigrad.nn.parameter import Buffer as Buffer
from minigrad.nn.parameter import Parameter as Parameter
from minigrad.nn.parameter import UninitializedBuffer as UninitializedBuffer
from minigrad.nn.parameter import UninitializedParameter as UninitializedParameter
from minigrad.nn.parameter import is_lazy as is_lazy

from ..missing import room as _room

__getattr__ = _room(globals())
