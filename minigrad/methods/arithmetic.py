"""Methods of ``Tensor``: arithmetic, rounding, comparison and logic."""

from __future__ import annotations

from typing import Any

from .. import ops
from ..backend.dtypes import float64

_float_power_ = ops.in_place(ops.float_power)


class Arithmetic:
    """Arithmetic, rounding, comparison and logic."""

    __slots__ = ()

    add = ops.add
    sub = ops.sub
    mul = ops.mul
    div = ops.div
    floor_divide = ops.floor_divide
    remainder = ops.remainder
    fmod = ops.fmod
    neg = ops.neg
    pow = ops.pow
    abs = ops.abs
    sign = ops.sign
    sgn = ops.sgn
    square = ops.square
    reciprocal = ops.reciprocal
    lerp = ops.lerp
    maximum = ops.maximum
    minimum = ops.minimum
    clamp = ops.clamp
    floor = ops.floor
    ceil = ops.ceil
    trunc = ops.trunc
    frac = ops.frac
    round = ops.round
    absolute = ops.absolute
    clip = ops.clip
    divide = ops.divide
    multiply = ops.multiply
    negative = ops.negative
    subtract = ops.subtract
    true_divide = ops.true_divide
    float_power = ops.float_power
    addcmul = ops.addcmul
    addcdiv = ops.addcdiv
    fmax = ops.fmax
    fmin = ops.fmin
    clamp_max = ops.clamp_max
    clamp_min = ops.clamp_min
    fix = ops.fix
    positive = ops.positive
    copysign = ops.copysign
    signbit = ops.signbit
    heaviside = ops.heaviside
    frexp = ops.frexp
    ldexp = ops.ldexp
    nextafter = ops.nextafter
    gcd = ops.gcd
    lcm = ops.lcm

    add_ = ops.in_place(ops.add)
    sub_ = ops.in_place(ops.sub)
    mul_ = ops.in_place(ops.mul)
    div_ = ops.in_place(ops.div)
    floor_divide_ = ops.in_place(ops.floor_divide)
    remainder_ = ops.in_place(ops.remainder)
    fmod_ = ops.in_place(ops.fmod)
    neg_ = ops.in_place(ops.neg)
    pow_ = ops.in_place(ops.pow)
    abs_ = ops.in_place(ops.abs)
    sign_ = ops.in_place(ops.sign)
    sgn_ = ops.in_place(ops.sgn)
    square_ = ops.in_place(ops.square)
    reciprocal_ = ops.in_place(ops.reciprocal)
    lerp_ = ops.in_place(ops.lerp)
    clamp_ = ops.in_place(ops.clamp)
    floor_ = ops.in_place(ops.floor)
    ceil_ = ops.in_place(ops.ceil)
    trunc_ = ops.in_place(ops.trunc)
    frac_ = ops.in_place(ops.frac)
    round_ = ops.in_place(ops.round)
    absolute_ = ops.in_place(ops.absolute)
    clip_ = ops.in_place(ops.clip)
    divide_ = ops.in_place(ops.divide)
    multiply_ = ops.in_place(ops.multiply)
    negative_ = ops.in_place(ops.negative)
    subtract_ = ops.in_place(ops.subtract)
    true_divide_ = ops.in_place(ops.true_divide)
    addcmul_ = ops.in_place(ops.addcmul)
    addcdiv_ = ops.in_place(ops.addcdiv)
    clamp_max_ = ops.in_place(ops.clamp_max)
    clamp_min_ = ops.in_place(ops.clamp_min)
    fix_ = ops.in_place(ops.fix)
    copysign_ = ops.in_place(ops.copysign)
    heaviside_ = ops.in_place(ops.heaviside)
    ldexp_ = ops.in_place(ops.ldexp)
    nextafter_ = ops.in_place(ops.nextafter)
    gcd_ = ops.in_place(ops.gcd)
    lcm_ = ops.in_place(ops.lcm)

    def float_power_(self, exponent: Any) -> Any:
        """In-place form of ``float_power``, for a float64 tensor. Returns the tensor itself."""
        if self.dtype != float64:  # type: ignore[attr-defined]
            raise RuntimeError(
                f"the base given to float_power_ has dtype {self.dtype}"  # type: ignore[attr-defined]
                " but the operation's result requires dtype float64"
            )
        return _float_power_(self, exponent)

    # --- comparison -------------------------------------------------------------------------

    eq = ops.eq
    ne = ops.ne
    lt = ops.lt
    le = ops.le
    gt = ops.gt
    ge = ops.ge
    not_equal = ops.not_equal
    less = ops.less
    less_equal = ops.less_equal
    greater = ops.greater
    greater_equal = ops.greater_equal
    isposinf = ops.isposinf
    isneginf = ops.isneginf
    isreal = ops.isreal
    isnan = ops.isnan
    isinf = ops.isinf
    isfinite = ops.isfinite
    logical_and = ops.logical_and
    logical_or = ops.logical_or
    logical_xor = ops.logical_xor
    logical_not = ops.logical_not
    bitwise_and = ops.bitwise_and
    bitwise_or = ops.bitwise_or
    bitwise_xor = ops.bitwise_xor
    bitwise_not = ops.bitwise_not
    bitwise_left_shift = ops.bitwise_left_shift
    bitwise_right_shift = ops.bitwise_right_shift
    isclose = ops.isclose
    allclose = ops.allclose
    equal = ops.equal
    nan_to_num = ops.nan_to_num

    def where(self, condition: Any, other: Any) -> Any:
        """Return this tensor's elements where ``condition`` holds, those of ``other`` elsewhere."""
        return ops.where(condition, self, other)

    eq_ = ops.in_place(ops.eq)
    ne_ = ops.in_place(ops.ne)
    lt_ = ops.in_place(ops.lt)
    le_ = ops.in_place(ops.le)
    gt_ = ops.in_place(ops.gt)
    ge_ = ops.in_place(ops.ge)
    not_equal_ = ops.in_place(ops.not_equal)
    less_ = ops.in_place(ops.less)
    less_equal_ = ops.in_place(ops.less_equal)
    greater_ = ops.in_place(ops.greater)
    greater_equal_ = ops.in_place(ops.greater_equal)
    logical_and_ = ops.in_place(ops.logical_and)
    logical_or_ = ops.in_place(ops.logical_or)
    logical_xor_ = ops.in_place(ops.logical_xor)
    logical_not_ = ops.in_place(ops.logical_not)
    bitwise_and_ = ops.in_place(ops.bitwise_and)
    bitwise_or_ = ops.in_place(ops.bitwise_or)
    bitwise_xor_ = ops.in_place(ops.bitwise_xor)
    bitwise_not_ = ops.in_place(ops.bitwise_not)
    bitwise_left_shift_ = ops.in_place(ops.bitwise_left_shift)
    bitwise_right_shift_ = ops.in_place(ops.bitwise_right_shift)
    nan_to_num_ = ops.in_place(ops.nan_to_num)
