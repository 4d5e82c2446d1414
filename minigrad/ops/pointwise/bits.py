"""Integers as strings of bits and by their divisors. Nothing here has a derivative."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.operands import convert
from ...autograd.primitive import primitive
from ..arguments import check_tensors

__all__ = [
    "bitwise_and",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "gcd",
    "lcm",
]


def _of_kind(arrays: tuple[Any, ...], kinds: str) -> tuple[Any, ...]:
    arrays = convert(arrays, "promote")
    dtype = next(a.dtype for a in arrays if hasattr(a, "dtype"))
    if dtype.kind not in kinds:
        raise NotImplementedError(f"operations on bits are not implemented for {dtype}")
    return arrays


def _bits(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    return _of_kind(arrays, "biu")


def _integers(arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    return _of_kind(arrays, "iu")


@primitive(dtypes=_bits)
def bitwise_and(x: Any, y: Any) -> Any:
    """Return the bits that both have, of integers or bools."""
    return np.bitwise_and(x, y)


@primitive(dtypes=_bits)
def bitwise_or(x: Any, y: Any) -> Any:
    """Return the bits that at least one has, of integers or bools."""
    return np.bitwise_or(x, y)


@primitive(dtypes=_bits)
def bitwise_xor(x: Any, y: Any) -> Any:
    """Return the bits that exactly one has, of integers or bools."""
    return np.bitwise_xor(x, y)


@primitive(dtypes=_bits)
def bitwise_not(x: Any) -> Any:
    """Return the opposite bits, of integers or bools."""
    return np.invert(x)


@primitive(dtypes=_integers)
def bitwise_left_shift(x: Any, y: Any) -> Any:
    """Return ``x`` with its bits moved ``y`` places up: ``x * 2 ** y``; 0 if all leave."""
    return np.left_shift(x, y)


@primitive(dtypes=_integers)
def bitwise_right_shift(x: Any, y: Any) -> Any:
    """Return ``x`` with its bits moved ``y`` places down: ``x / 2 ** y``, rounded down."""
    return np.right_shift(x, y)


@primitive(dtypes=_integers)
def _gcd(x: Any, y: Any) -> Any:
    return np.gcd(x, y)


@primitive(dtypes=_integers)
def _lcm(x: Any, y: Any) -> Any:
    return np.lcm(x, y)


def gcd(input: Any, other: Any) -> Any:
    """Return the greatest common divisor, element by element; that of 0 and ``x`` is ``|x|``.

    Raises:
        NotImplementedError: for floats and bools.
        TypeError: if one is no tensor.
    """
    check_tensors("gcd", input=input, other=other)
    return _gcd(input, other)


def lcm(input: Any, other: Any) -> Any:
    """Return the least common multiple, element by element; 0 if one is 0. See ``gcd``."""
    check_tensors("lcm", input=input, other=other)
    return _lcm(input, other)
