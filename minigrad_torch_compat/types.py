"""``torch.types``: names for hints of types."""

from typing import Any

from minigrad import Tensor

from .dtypes import dtype
from .missing import room as _room
from .spelling import Size

__all__ = ["Device", "FileLike", "Number", "Storage"]

Number = int | float | bool
Device = Any  # a device, its name, its number or None
FileLike = Any  # a path, or an open file
Storage = Any
_dtype = dtype
_size = Size | list[int] | tuple[int, ...]
_int, _float, _bool = int, float, bool
_TensorOrTensors = Tensor | tuple[Tensor, ...]

__getattr__ = _room(globals())
