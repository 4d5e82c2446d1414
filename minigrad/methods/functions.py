"""Methods of ``Tensor``: functions of each element, activations."""

from __future__ import annotations

from typing import Any

from .. import ops


class Functions:
    """Functions of each element, activations."""

    __slots__ = ()

    exp = ops.exp
    exp2 = ops.exp2
    expm1 = ops.expm1
    log = ops.log
    log2 = ops.log2
    log10 = ops.log10
    log1p = ops.log1p
    logaddexp = ops.logaddexp
    xlogy = ops.xlogy
    sqrt = ops.sqrt
    rsqrt = ops.rsqrt
    sin = ops.sin
    cos = ops.cos
    tan = ops.tan
    asin = ops.asin
    acos = ops.acos
    atan = ops.atan
    atan2 = ops.atan2
    sinh = ops.sinh
    cosh = ops.cosh
    tanh = ops.tanh
    asinh = ops.asinh
    acosh = ops.acosh
    atanh = ops.atanh
    logaddexp2 = ops.logaddexp2
    logit = ops.logit
    hypot = ops.hypot
    sinc = ops.sinc
    deg2rad = ops.deg2rad
    rad2deg = ops.rad2deg
    arccos = ops.arccos
    arcsin = ops.arcsin
    arctan = ops.arctan
    arctan2 = ops.arctan2
    arccosh = ops.arccosh
    arcsinh = ops.arcsinh
    arctanh = ops.arctanh
    sigmoid = ops.sigmoid
    erf = ops.erf
    erfc = ops.erfc

    exp_ = ops.in_place(ops.exp)
    exp2_ = ops.in_place(ops.exp2)
    expm1_ = ops.in_place(ops.expm1)
    log_ = ops.in_place(ops.log)
    log2_ = ops.in_place(ops.log2)
    log10_ = ops.in_place(ops.log10)
    log1p_ = ops.in_place(ops.log1p)
    xlogy_ = ops.in_place(ops.xlogy)
    sqrt_ = ops.in_place(ops.sqrt)
    rsqrt_ = ops.in_place(ops.rsqrt)
    sin_ = ops.in_place(ops.sin)
    cos_ = ops.in_place(ops.cos)
    tan_ = ops.in_place(ops.tan)
    asin_ = ops.in_place(ops.asin)
    acos_ = ops.in_place(ops.acos)
    atan_ = ops.in_place(ops.atan)
    atan2_ = ops.in_place(ops.atan2)
    sinh_ = ops.in_place(ops.sinh)
    cosh_ = ops.in_place(ops.cosh)
    tanh_ = ops.in_place(ops.tanh)
    asinh_ = ops.in_place(ops.asinh)
    acosh_ = ops.in_place(ops.acosh)
    atanh_ = ops.in_place(ops.atanh)
    logit_ = ops.in_place(ops.logit)
    hypot_ = ops.in_place(ops.hypot)
    sinc_ = ops.in_place(ops.sinc)
    deg2rad_ = ops.in_place(ops.deg2rad)
    rad2deg_ = ops.in_place(ops.rad2deg)
    arccos_ = ops.in_place(ops.arccos)
    arcsin_ = ops.in_place(ops.arcsin)
    arctan_ = ops.in_place(ops.arctan)
    arctan2_ = ops.in_place(ops.arctan2)
    arccosh_ = ops.in_place(ops.arccosh)
    arcsinh_ = ops.in_place(ops.arcsinh)
    arctanh_ = ops.in_place(ops.arctanh)
    sigmoid_ = ops.in_place(ops.sigmoid)
    erf_ = ops.in_place(ops.erf)
    erfc_ = ops.in_place(ops.erfc)

    relu = ops.relu
    hardshrink = ops.hardshrink
    prelu = ops.prelu
    softmax = ops.softmax
    log_softmax = ops.log_softmax

    relu_ = ops.in_place(ops.relu)

    # --- special ------------------------------------------------------------------------------

    digamma = ops.digamma
    erfinv = ops.erfinv
    i0 = ops.i0
    igamma = ops.igamma
    igammac = ops.igammac
    lgamma = ops.lgamma
    mvlgamma = ops.mvlgamma

    def polygamma(self, n: int) -> Any:
        """Return the ``n``-th derivative of ``digamma``."""
        return ops.polygamma(n, self)

    digamma_ = ops.in_place(ops.digamma)
    erfinv_ = ops.in_place(ops.erfinv)
    i0_ = ops.in_place(ops.i0)
    igamma_ = ops.in_place(ops.igamma)
    igammac_ = ops.in_place(ops.igammac)
    lgamma_ = ops.in_place(ops.lgamma)
    mvlgamma_ = ops.in_place(ops.mvlgamma)
    polygamma_ = ops.in_place(polygamma)

    # --- spectra ------------------------------------------------------------------------------

    istft = ops.istft
    stft = ops.stft
