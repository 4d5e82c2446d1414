"""What PyTorch's programs see differently: ``torch.Size``, ``torch.dtype``, names of nodes.

minigrad's tensors have plain tuples and NumPy's dtypes. ``install`` replaces how they tell them,
for the whole process, when the facade is first used: there is one class of tensors, not two.
"""

from __future__ import annotations

import math
from typing import Any

from minigrad import Tensor, printing
from minigrad.autograd import source
from minigrad.autograd.traced import Traced
from minigrad.methods.sparse import Sparse
from minigrad.nn import Module
from minigrad.ops import return_types

from . import keywords, node_names, recurrent_names
from .dtypes import spelled
from .formats import sparse_coo, strided
from .legacy import legacy_init, new
from .missing import MissingName
from .replacing import put_back, replace
from .storage import storage, untyped_storage

_new_tuple = tuple.__new__


class Size(tuple[int, ...]):
    """The shape of a tensor: a tuple that prints as ``torch.Size([2, 3])``."""

    __slots__ = ()

    def __new__(cls, sizes: Any = ()) -> Size:
        """Return the sizes given; tensors with one integer are integers."""
        found = tuple(size if type(size) is int else _integer(size) for size in sizes)
        return _new_tuple(cls, found)

    def numel(self) -> int:
        """Return the number of elements of a tensor of this shape."""
        return math.prod(self)

    def __getitem__(self, item: Any) -> Any:
        found = tuple.__getitem__(self, item)
        return _new_tuple(Size, found) if item.__class__ is slice else found

    def __add__(self, other: Any) -> Any:
        return _new_tuple(Size, tuple.__add__(self, other))

    def __radd__(self, other: Any) -> Any:
        return _new_tuple(Size, (*other, *self)) if isinstance(other, tuple) else NotImplemented

    def __mul__(self, times: Any) -> Any:
        return _new_tuple(Size, tuple.__mul__(self, times))

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"

    def __reduce__(self) -> Any:
        return _sized, (tuple(self),)


Size.__module__ = "torch"


def _sized(sizes: tuple[int, ...]) -> Size:
    return _new_tuple(Size, sizes)


def _integer(size: Any) -> int:
    if not hasattr(size, "__index__"):
        raise TypeError(f"torch.Size() takes an iterable of 'int', got {type(size).__name__}")
    return int(size.__index__())


def _shape(self: Any) -> Size:
    return _new_tuple(Size, self._array.shape)


def _dtype(self: Any) -> Any:
    return spelled(self._array.dtype)


def _missing(self: Any, name: str) -> Any:
    """Say what is missing: Python asks for names that a tensor has not."""
    if hasattr(type(self), name):
        return object.__getattribute__(self, name)  # a property's own AttributeError
    if name.startswith("_"):
        raise AttributeError(f"'Tensor' object has no attribute '{name}'", name=name, obj=self)
    raise MissingName("torch.Tensor", name, lambda: dir(Tensor), self)


def _layout(self: Any) -> Any:
    return sparse_coo if self.is_sparse else strided


# Frames of these are ours: a graph names the program's own lines.
_PACKAGES = {
    "minigrad_torch_compat",
    *(f"minigrad_torch_compat.{name}" for name in ("autograd", "imports", "nn", "optim", "utils")),
}
_installed = False


def install() -> None:
    """Let tensors speak as PyTorch's do, from now on."""
    global _installed
    if _installed:
        return
    _installed = True
    replace(Traced, "shape", property(_shape, doc=Traced.shape.__doc__))
    replace(Traced, "dtype", property(_dtype, doc=Traced.dtype.__doc__))
    replace(Tensor, "__init__", legacy_init(Tensor.__init__))
    replace(Tensor, "__module__", "torch")  # as print(type(x)) shows it
    replace(Tensor, "__getattr__", _missing)
    for method in (new, storage, untyped_storage):
        replace(Tensor, method.__name__, method)
    replace(Module, "to", keywords.spelled_method(Module.to, "to"))
    replace(printing, "dtype_text", lambda found: f"torch.{found.name}")
    replace(printing, "sparse_layout", repr(sparse_coo))
    replace(Sparse, "layout", property(_layout, doc=Sparse.layout.__doc__))
    replace(return_types, "room", "torch.return_types")
    source.LIBRARY.update(_PACKAGES)
    node_names.install()
    recurrent_names.install()
    keywords.spell_methods()


def remove() -> None:
    """Let tensors speak as minigrad's do again."""
    global _installed
    put_back()
    _installed = False
