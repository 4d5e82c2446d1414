"""How far apart two results may be, and how far apart they are.

**Tolerance.** Two correct computations of the same number differ by rounding. Adding ``n`` numbers
in another order moves the sum by about ``eps * sqrt(n)`` of its size (a random walk of ``n`` steps
of ``eps``), and an operator multiplies that by its condition. So results may differ by ::

    rtol = eps(dtype) * sqrt(n) * ALLOWANCE

of each number, and of the largest one in the array, where ``n`` is the largest operand's or
result's number of elements: no reduction can be longer. Two allowances, because the two widths are
there for different purposes: float64 is where formulas are compared, and a wrong formula is not a
matter of digits, so it leaves room for ill-conditioned inputs; float32 is where accuracy is
compared, and leaves seven bits.

**Units in the last place.** How many floating-point numbers lie between two, counted by reading
their bits as integers; a histogram of its logarithm says at a glance how accurate an operator is.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

ALLOWANCE = {"float64": 2.0**17, "float32": 2.0**7, "float16": 4.0}
_SECOND = 100  # second gradients: differences of gradients, often of larger ones
_FLOAT32 = 1e5  # how much wider the tolerance of float32 is where a spec overrides it


def tolerance(dtype: Any, length: int, override: float | None = None, order: int = 0) -> float:
    """Return the relative tolerance of results of a dtype.

    Args:
        dtype: that of the result.
        length: how many numbers may have been added up for an element.
        override: the tolerance in float64 that a spec asks for.
        order: 2 for second gradients.
    """
    name = str(np.dtype(dtype))
    name = {"complex128": "float64", "complex64": "float32", "longdouble": "float64"}.get(
        name, name
    )
    if name not in ALLOWANCE:
        return 0.0
    if override is not None:
        rtol = override * (1.0 if name == "float64" else _FLOAT32)
    else:
        rtol = float(np.finfo(name).eps) * math.sqrt(max(length, 1)) * ALLOWANCE[name]
    return rtol * (_SECOND if order == 2 else 1)


def far(x: Any, y: Any, rtol: float) -> Any:
    """Return the mask of the elements that differ by too much, or None if there are none.

    Each may differ by ``rtol`` of itself and of the largest finite element (or of 1e-3 for float64
    and 1 for narrower numbers, if that is more). NaN equals NaN, infinities their like. Integers
    and booleans must be equal.
    """
    if y.dtype.kind not in "fc":
        bad = np.not_equal(x, y)
        return bad if bad.any() else None
    if not y.size:
        return None
    with np.errstate(all="ignore"):
        size = np.abs(y)
        finite = np.isfinite(size)
        size = np.where(finite, size, 0)
        least = 1e-3 if y.dtype.itemsize // (2 if y.dtype.kind == "c" else 1) >= 8 else 1.0
        near = np.abs(x - y) <= rtol * (size + max(float(size.max()), least))
        near &= finite
        near |= (x == y) | ((x != x) & (y != y))
    return None if near.all() else ~near


def error(x: Any, y: Any) -> float:
    """Return the largest difference, relative to the largest finite element (at least 1e-3)."""
    with np.errstate(all="ignore"):
        difference = np.abs(np.asarray(x, _wide(x)) - np.asarray(y, _wide(y)))
        size = np.abs(np.asarray(y, _wide(y)))
        scale = max(float(np.max(size, initial=0, where=np.isfinite(size))), 1e-3)
        same = (x == y) | ((x != x) & (y != y))
        worst = float(np.max(np.where(same, 0, difference), initial=0.0))
    return math.inf if math.isnan(worst) else worst / scale


def _wide(x: Any) -> Any:
    return np.complex128 if np.asarray(x).dtype.kind == "c" else np.float64


def ulps(x: Any, y: Any) -> Any:
    """Return how many floating-point numbers lie between the elements of two arrays.

    Pairs of NaN, and of equal numbers, are 0 apart; a NaN and a number are not comparable and
    left out of the result, which is flat.
    """
    if x.dtype.kind == "c":
        x, y = x.ravel().view(x.real.dtype), y.ravel().view(y.real.dtype)
    same = (x == y) | (np.isnan(x) & np.isnan(y))
    known = same | ~(np.isnan(x) | np.isnan(y))
    apart = (
        np.abs(_steps(x).astype(object) - _steps(y))
        if x.dtype.itemsize > 4
        else np.abs(_steps(x) - _steps(y))
    )
    return np.where(same, 0, apart)[known].ravel()


def _steps(x: Any) -> Any:
    """Return the place of each number in the row of all floating-point numbers of its dtype."""
    kind = {2: np.int16, 4: np.int32, 8: np.int64}[x.dtype.itemsize]
    bits = np.ascontiguousarray(x).view(kind).astype(np.int64).reshape(x.shape)
    # Negative numbers count backwards: sign and magnitude become one line of integers.
    return np.where(bits < 0, np.int64(np.iinfo(kind).min) - bits, bits)


def bins(distances: Any) -> dict[int, int]:
    """Return a histogram: bin 0 is equal, bin k holds distances in [2**(k-1), 2**k)."""
    found: dict[int, int] = {}
    for distance in distances.tolist():
        k = int(distance).bit_length()
        found[k] = found.get(k, 0) + 1
    return found
