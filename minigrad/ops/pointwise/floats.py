"""Floating-point numbers and what they are made of: sign, mantissa, exponent."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.operands import convert
from ...autograd.primitive import Keep, primitive
from ...backend.dtypes import bool_
from ...ops import return_types
from ..arguments import check_tensors, undefined
from .comparison import where
from .rounding import zero
from .transcendental import exp2

__all__ = ["copysign", "frexp", "heaviside", "ldexp", "nextafter", "signbit"]


# --- the sign -----------------------------------------------------------------------------------


@primitive(dtypes="real")
def signbit(x: Any) -> Any:
    """Return where the sign is negative: that of -0.0 too."""
    return np.signbit(x) if x.dtype.kind == "f" else np.less(x, 0)


@primitive(
    x=lambda g, x, out: g * where(x == 0, 0, out / x),
    y=lambda g: zero(g),
    dtypes="real float",
)
def copysign(x: Any, y: Any) -> Any:
    """Return ``x`` with the sign of ``y``.

    Derivative: ``g``, negated where the sign changes; 0 where ``x`` is 0, and to ``y``.
    """
    return np.copysign(x, y)


def _alike(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    x, values = arrays
    if x.dtype != values.dtype:
        raise RuntimeError(
            "heaviside is not yet implemented for tensors with different dtypes: got "
            f"{x.dtype} and {values.dtype}"
        )
    return convert(arrays, "real", "heaviside")


@primitive(
    x=undefined("heaviside"),
    y=undefined("heaviside"),
    dtypes=_alike,
)
def _heaviside(x: Any, y: Any) -> Any:
    return np.where(np.equal(x, 0), y, np.greater(x, 0).astype(x.dtype))


def heaviside(input: Any, values: Any) -> Any:
    """Return the step function: 0 for negative numbers, 1 for positive ones, ``values`` at 0.

    There is no derivative: backward raises, as in PyTorch.

    Raises:
        RuntimeError: for different dtypes.
        TypeError: if one is no tensor.
    """
    check_tensors("heaviside", input=input, values=values)
    return _heaviside(input, values)


# --- mantissa and exponent ----------------------------------------------------------------------


@primitive(x=lambda g, exponent: g[0] / exp2(exponent))
def _frexp(x: Any) -> Any:
    mantissa, exponent = np.frexp(x)
    exponent = np.where(np.isfinite(x), exponent, 0).astype(np.int32)
    return Keep((mantissa, exponent), exponent=exponent)


def frexp(input: Any) -> Any:
    """Return mantissa (from 0.5 below 1) and exponent: ``input = mantissa * 2 ** exponent``.

    Returns:
        A named tuple (mantissa, exponent), the latter in int32.

    Derivative: that of the mantissa is ``2 ** -exponent``.

    Raises:
        RuntimeError: for integers.
    """
    if input.dtype.kind != "f":
        raise RuntimeError(f"frexp() only supports floating-point dtypes, got {input.dtype}")
    return return_types.frexp(*_frexp(input))


@primitive(
    x=lambda g, y: g * exp2(y),
    y=lambda g, out: g * out * math.log(2),
    dtypes="float",
)
def _ldexp(x: Any, y: Any) -> Any:
    return x * np.exp2(y)


def ldexp(input: Any, other: Any) -> Any:
    """Return ``input * 2 ** other``, element by element.

    Raises:
        NotImplementedError: for floating numbers with exponents that are bools.
        TypeError: if one is no tensor.
    """
    check_tensors("ldexp", input=input, other=other)
    if other.dtype == bool_ and input.dtype.kind == "f":
        raise NotImplementedError('"ldexp" not implemented for exponents of dtype bool')
    return _ldexp(input, other)


@primitive(
    x=lambda g, x, y: where(x == y, 0, g),
    y=lambda g: zero(g),
    dtypes="real floating",
)
def _nextafter(x: Any, y: Any) -> Any:
    return np.nextafter(x, y)


def nextafter(input: Any, other: Any) -> Any:
    """Return the number next to ``input`` in the direction of ``other``.

    Raises:
        NotImplementedError: for integers.
        TypeError: if one is no tensor.
    """
    check_tensors("nextafter", input=input, other=other)
    return _nextafter(input, other)
