"""Elementwise operators, reductions and scans over every dtype: PyTorch's dtype, or its error."""

import operator
import warnings

import numpy as np
import pytest
import torch
from engines import same

import minigrad as mg

DTYPES = ("bool", "uint8", "int64", "float16", "float32", "float64")

UNARY = """
    abs absolute acos acosh arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh
    bitwise_not ceil cos cosh deg2rad erf erfc exp exp2 expm1 fix floor frac frexp isfinite isinf
    isnan isneginf isposinf isreal log log10 log1p log2 logical_not logit nan_to_num neg negative
    positive rad2deg reciprocal relu round rsqrt sgn sigmoid sign signbit sin sinc sinh sqrt
    square tan tanh trunc all amax amin aminmax any argmax argmin count_nonzero diff gradient max
    mean median min nanmean nansum norm prod sort std std_mean sum trapezoid var var_mean
    cumulative_trapezoid
"""

ALONG = """
    all amax amin any argmax argmin cummax cummin cumprod cumsum logcumsumexp log_softmax
    logsumexp max mean median min nanmean nansum prod softmax std sum var
"""

# PyTorch takes a number for the second operand of these, and a tensor for all.
WITH_NUMBER = """
    add bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor clamp_max
    clamp_min copysign div divide eq float_power floor_divide fmod ge greater greater_equal gt
    isin le less less_equal lt mul multiply ne not_equal pow remainder rsub sub subtract
    true_divide xlogy
"""

BINARY = """
    allclose arctan2 atan2 dist equal fmax fmin gcd heaviside hypot isclose lcm ldexp logaddexp
    logaddexp2 logical_and logical_or logical_xor maximum minimum nextafter outer
"""

OPERATORS = """
    add and_ floordiv lshift mod mul or_ pow rshift sub truediv xor
"""

# PyTorch alone: ldexp refuses a bool exponent of floats only; clamp_min takes bools in a tensor.
ODD = {("ldexp", "bool"), ("clamp_min", "bool"), ("clamp_max", "bool")}


def outcome(engine, function, arguments):
    """Return what a call gives, or the type of its error."""
    tensors = [
        engine.from_numpy(value.copy()) if isinstance(value, np.ndarray) else value
        for value in arguments
    ]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(engine)(*tensors)
    except Exception as error:
        return type(error)


def compare(function, *arguments):
    ours, theirs = (outcome(engine, function, arguments) for engine in (mg, torch))
    given = [getattr(a, "dtype", a) for a in arguments]
    if isinstance(theirs, type) or isinstance(ours, type):
        assert ours is theirs, given
    else:
        same(ours, theirs, rtol=2e-5)


FIRST, SECOND = np.array([1, 2, 3]), np.array([2, 1, 2])


@pytest.mark.parametrize("name", UNARY.split())
def test_of_one(name: str) -> None:
    for dtype in DTYPES:
        compare(operator.attrgetter(name), FIRST.astype(dtype))


@pytest.mark.parametrize("name", ALONG.split())
def test_along_a_dimension(name: str) -> None:
    for dtype in DTYPES:
        compare(operator.attrgetter(name), FIRST.astype(dtype), 0)


@pytest.mark.parametrize("name", (WITH_NUMBER + BINARY).split())
def test_of_two(name: str) -> None:
    for first in DTYPES:
        for second in DTYPES:
            if (name, second) not in ODD:
                compare(operator.attrgetter(name), FIRST.astype(first), SECOND.astype(second))


@pytest.mark.parametrize("name", WITH_NUMBER.split())
def test_of_a_number(name: str) -> None:
    for dtype in DTYPES:
        for number in (True, 2, 2.5):
            compare(operator.attrgetter(name), FIRST.astype(dtype), number)


@pytest.mark.parametrize("name", OPERATORS.split())
def test_operators(name: str) -> None:
    def function(engine):
        return getattr(operator, name)

    for dtype in DTYPES:
        for other in (*(SECOND.astype(second) for second in DTYPES), True, 2, 2.5):
            compare(function, FIRST.astype(dtype), other)
        for number in (True, 2, 2.5):
            compare(function, number, FIRST.astype(dtype))


@pytest.mark.parametrize("mode", ["floor", "trunc"])
def test_rounded_division(mode: str) -> None:
    def function(engine):
        return lambda x, y: engine.div(x, y, rounding_mode=mode)

    for first in DTYPES:
        for second in DTYPES:
            compare(function, FIRST.astype(first), SECOND.astype(second))


@pytest.mark.parametrize("weight", [0.5, 2])
def test_interpolation(weight: float) -> None:
    def function(engine):
        return lambda x, y: engine.lerp(x, y, weight)

    for first in DTYPES:
        for second in DTYPES:
            compare(function, FIRST.astype(first), SECOND.astype(second))


IN_PLACE = """
    abs_ add_ ceil_ copysign_ cumprod_ cumsum_ div_ eq_ exp_ float_power_ floor_divide_ fmod_ gt_
    logical_and_ mul_ pow_ remainder_ sinc_ sqrt_ sub_
"""


@pytest.mark.parametrize("name", IN_PLACE.split())
def test_in_place(name: str) -> None:
    def function(engine):
        return lambda x, *rest: getattr(x, name)(*rest)

    for dtype in DTYPES:
        if name in ("abs_", "ceil_", "exp_", "sinc_", "sqrt_"):
            compare(function, FIRST.astype(dtype))
        elif name in ("cumprod_", "cumsum_"):
            compare(function, FIRST.astype(dtype), 0)
        else:
            for second in DTYPES:
                compare(function, FIRST.astype(dtype), SECOND.astype(second))
