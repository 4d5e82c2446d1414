"""Methods of ``Tensor``: complex numbers."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..ops.indices.writing import write_


class ComplexNumbers:
    """Complex numbers: parts, conjugates, angles."""

    __slots__ = ()

    angle = ops.angle
    conj = ops.conj
    conj_physical = ops.conj_physical
    conj_physical_ = ops.in_place(ops.conj_physical)
    is_conj = ops.is_conj
    is_neg = ops.is_neg
    resolve_conj = ops.resolve_conj
    resolve_neg = ops.resolve_neg

    @property
    def real(self) -> Any:
        """The real part, sharing memory; a real tensor itself. May be written."""
        return ops.real(self)

    @real.setter
    def real(self, value: Any) -> None:
        write_(self.real, value)

    @property
    def imag(self) -> Any:
        """The imaginary part of a complex tensor, sharing memory. May be written."""
        return ops.imag(self)

    @imag.setter
    def imag(self, value: Any) -> None:
        write_(self.imag, value)
