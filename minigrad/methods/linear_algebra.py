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
    vdot = ops.vdot
    inner = ops.inner
    ger = ops.ger
    cross = ops.cross
    addr = ops.addr
    addbmm = ops.addbmm

    addmm_ = ops.in_place(ops.addmm)
    addmv_ = ops.in_place(ops.addmv)
    baddbmm_ = ops.in_place(ops.baddbmm)
    addr_ = ops.in_place(ops.addr)
    addbmm_ = ops.in_place(ops.addbmm)

    # --- decompositions and what they solve -----------------------------------------------------

    det = ops.det
    logdet = ops.logdet
    slogdet = ops.slogdet
    inverse = ops.inverse
    pinverse = ops.pinverse
    matrix_exp = ops.matrix_exp
    matrix_power = ops.matrix_power
    cholesky = ops.cholesky
    cholesky_inverse = ops.cholesky_inverse
    cholesky_solve = ops.cholesky_solve
    triangular_solve = ops.triangular_solve
    lu = ops.lu
    lu_solve = ops.lu_solve
    qr = ops.qr
    geqrf = ops.geqrf
    orgqr = ops.orgqr
    ormqr = ops.ormqr
    svd = ops.svd
