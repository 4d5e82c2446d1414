"""Operators of ``Tensor``: what ``+``, ``<``, ``@``, ``[]`` and their kind mean.

Binary operators are the primitives' own call paths: ``x * y`` runs ``mul`` without a frame between.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import ops
from .autograd.operands import is_operand
from .autograd.traced import Traced
from .methods import Methods
from .numpy_protocol import array_ufunc


class Operators(Methods, Traced):
    """What can be computed from a tensor, as operators; the named methods are in ``methods``."""

    __hash__ = object.__hash__  # by identity, although == compares elements

    # --- arithmetic -------------------------------------------------------------------------

    # Addition and multiplication commute: their reflected forms need no frame of their own.
    __add__ = __radd__ = ops.pointwise.elementwise._add
    __sub__ = ops.pointwise.elementwise._sub
    __mul__ = __rmul__ = ops.mul
    __truediv__ = ops.pointwise.division._div
    __floordiv__ = ops.floor_divide
    __mod__ = ops.remainder
    __pow__ = ops.pow
    __neg__ = ops.neg
    __abs__ = ops.abs

    def __rsub__(self, other: Any) -> Any:
        return ops.pointwise.elementwise._sub(other, self)

    def __rtruediv__(self, other: Any) -> Any:
        return ops.pointwise.division._div(other, self)

    def __rfloordiv__(self, other: Any) -> Any:
        return ops.floor_divide(other, self)

    def __rmod__(self, other: Any) -> Any:
        return ops.remainder(other, self)

    def __rpow__(self, other: Any) -> Any:
        return ops.pow(other, self)

    def __pos__(self) -> Any:
        if self.dtype == bool:
            raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
        return self

    def __round__(self, ndigits: int | None = None) -> Any:
        return ops.round(self, decimals=ndigits or 0)

    __iadd__ = ops.in_place(ops.pointwise.elementwise._add)
    __isub__ = ops.in_place(ops.pointwise.elementwise._sub)
    __imul__ = ops.in_place(ops.mul)
    __itruediv__ = ops.in_place(ops.pointwise.division._div)
    __ifloordiv__ = ops.in_place(ops.floor_divide)
    __imod__ = ops.in_place(ops.remainder)
    __ipow__ = ops.in_place(ops.pow)

    __array_ufunc__ = array_ufunc

    # --- comparison -------------------------------------------------------------------------

    # As in PyTorch, values that are no numbers are merely unequal: ``tensor == None`` is False.

    def __eq__(self, other: object) -> Any:
        return ops.eq(self, other) if is_operand(other) else NotImplemented

    def __ne__(self, other: object) -> Any:
        return ops.ne(self, other) if is_operand(other) else NotImplemented

    def __lt__(self, other: Any) -> Any:
        return ops.lt(self, other) if is_operand(other) else NotImplemented

    def __le__(self, other: Any) -> Any:
        return ops.le(self, other) if is_operand(other) else NotImplemented

    def __gt__(self, other: Any) -> Any:
        return ops.gt(self, other) if is_operand(other) else NotImplemented

    def __ge__(self, other: Any) -> Any:
        return ops.ge(self, other) if is_operand(other) else NotImplemented

    __and__ = __rand__ = ops.bitwise_and
    __or__ = __ror__ = ops.bitwise_or
    __xor__ = __rxor__ = ops.bitwise_xor

    __lshift__ = ops.bitwise_left_shift
    __rshift__ = ops.bitwise_right_shift

    def __rlshift__(self, other: Any) -> Any:
        return ops.bitwise_left_shift(other, self)

    def __rrshift__(self, other: Any) -> Any:
        return ops.bitwise_right_shift(other, self)

    def __invert__(self) -> Any:
        if self.dtype.kind not in "biu":
            raise TypeError(
                "~ (operator.invert) is only implemented on integer and Boolean-type tensors, not "
                f"{self.dtype}"
            )
        return ops.bitwise_not(self)

    __iand__ = ops.in_place(ops.bitwise_and)
    __ior__ = ops.in_place(ops.bitwise_or)
    __ixor__ = ops.in_place(ops.bitwise_xor)
    __ilshift__ = ops.in_place(ops.bitwise_left_shift)
    __irshift__ = ops.in_place(ops.bitwise_right_shift)

    # --- indexing ---------------------------------------------------------------------------

    __getitem__ = ops.indices.indexing.part
    __setitem__ = ops.indices.writing.write_part

    def __iter__(self) -> Iterator[Any]:
        if self._array.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(ops.unbind(self))

    # --- products ---------------------------------------------------------------------------

    __matmul__ = ops.matmul

    def __rmatmul__(self, other: Any) -> Any:
        return ops.matmul(other, self)
