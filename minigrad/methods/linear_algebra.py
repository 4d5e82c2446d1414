"""Methods of ``Tensor``: products and linear algebra."""

from __future__ import annotations

from .. import ops


class LinearAlgebra:
    """Products and linear algebra."""

    __slots__ = ()

    matmul = ops.matmul
    mm = ops.mm
    bmm = ops.bmm
    mv = ops.mv
    dot = ops.dot
    outer = ops.outer
    addmm = ops.addmm
    addmv = ops.addmv
    baddbmm = ops.baddbmm
    kron = ops.kron
    trace = ops.trace

    addmm_ = ops.in_place(ops.addmm)
    addmv_ = ops.in_place(ops.addmv)
    baddbmm_ = ops.in_place(ops.baddbmm)
