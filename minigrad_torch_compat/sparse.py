"""``torch.sparse``: sparse tensors in coordinate format."""

from __future__ import annotations

from typing import Any

from minigrad import Tensor
from minigrad.sparse import addmm as addmm
from minigrad.sparse import mm as mm
from minigrad.sparse import sparse_coo_tensor as _sparse_coo_tensor
from minigrad.sparse import sum as sum

from .legacy import tensor_types as _tensor_types
from .missing import room as _room

spmm = mm


class SparseType:
    """``torch.sparse.FloatTensor`` and its kind: makes sparse tensors, and recognises them.

    Attributes:
        dtype: that of its tensors.
    """

    def __init__(self, name: str, dtype: Any) -> None:
        self.__name__ = self.__qualname__ = name
        self.__module__ = "torch.sparse"
        self.dtype = dtype

    def __call__(self, *args: Any) -> Tensor:
        """Return a sparse tensor: of indices, values and a size; or of zeros, of lengths."""
        if not args or isinstance(args[0], int):
            return _sparse_coo_tensor(args, dtype=self.dtype.dtype)
        values = args[1]
        if not isinstance(values, Tensor) or values._array.dtype != self.dtype.dtype:
            raise TypeError(f"torch.sparse.{self.__name__} takes values of {self.dtype}")
        return _sparse_coo_tensor(args[0], values, *args[2:])

    def __instancecheck__(self, value: Any) -> bool:
        return isinstance(value, Tensor) and value.is_sparse and value._array.dtype == self.dtype

    def __repr__(self) -> str:
        return f"<class 'torch.sparse.{self.__name__}'>"


for _name, _type in _tensor_types().items():
    if _name != "BoolTensor":
        globals()[_name] = SparseType(_name, _type.dtype)


__getattr__ = _room(globals())
