"""Numbers of Poisson's, the binomial and the gamma distribution, one after the other.

Each takes as many uniform numbers as it needs, in PyTorch's order: its streams are reproduced.
Small means count events until their time is up; large ones propose and reject.

Sources: L. Devroye, Non-uniform random variate generation, 1986, chapter X; W. Hörmann, The
transformed rejection method for generating Poisson random variables, and The generation of binomial
random variates, 1993; G. Marsaglia, W. W. Tsang, A simple method for generating gamma variables,
2000.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Draw = Callable[[], float]  # the next uniform number in [0, 1)

_LARGE = 10  # means from which on rejection is used

# What Stirling's formula for log(k!) lacks, for k from 0 to 9.
_STIRLING = (
    *(0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509),
    *(0.0166446911898211, 0.0138761288230707, 0.0118967099458917, 0.0104112652619720),
    *(0.00925546218271273, 0.00833056343336287),
)


def poisson(mean: float, draw: Draw) -> int:
    """Return how many events happen in a time in which ``mean`` are expected."""
    if mean == 0:
        return 0
    if mean >= _LARGE:
        return _large_poisson(mean, draw)
    left, events = draw(), 0
    limit = math.exp(-mean)
    while left > limit:
        left *= draw()
        events += 1
    return events


def _large_poisson(mean: float, draw: Draw) -> int:
    """Hörmann's algorithm PTRS."""
    root = math.sqrt(mean)
    b = 0.931 + 2.53 * root
    a = -0.059 + 0.02483 * b
    scale = math.log(1.1239 + 1.1328 / (b - 3.4))
    sure = 0.9277 - 3.6224 / (b - 2)
    while True:
        u, v = draw() - 0.5, draw()
        edge = 0.5 - abs(u)
        if not edge:  # the proposal would be infinite, and refused
            continue
        k = math.floor((2 * a / edge + b) * u + mean + 0.43)
        if edge >= 0.07 and v <= sure:
            return k
        if k < 0 or (edge < 0.013 and v > edge):
            continue
        height = _log(v) + scale - math.log(a / (edge * edge) + b)
        if height <= -mean + k * math.log(mean) - math.lgamma(k + 1):
            return k


def binomial(count: float, chance: float, draw: Draw) -> float:
    """Return how many of ``count`` trials succeed, each with a chance."""
    if count <= 0 or chance <= 0:
        return 0
    if chance >= 1:
        return count
    if math.isnan(chance):
        return math.nan
    rarer = min(chance, 1 - chance)  # count the rarer outcome
    method = _large_binomial if count * rarer >= _LARGE else _waiting
    found = method(count, rarer, draw)
    return found if chance <= 0.5 else count - found


def _waiting(count: float, chance: float, draw: Draw) -> int:
    """Count successes by the waiting times between them, which are geometric."""
    rate = math.log1p(-chance)
    waited, found = 0.0, 0
    while True:
        waited += _ceil(_log(draw()) / rate)
        if waited > count:
            return found
        found += 1


def _large_binomial(count: float, chance: float, draw: Draw) -> int:
    """Hörmann's algorithm BTRS."""
    deviation = math.sqrt(count * chance * (1 - chance))
    b = 1.15 + 2.53 * deviation
    a = -0.0873 + 0.0248 * b + 0.01 * chance
    sure = 0.92 - 4.2 / b
    odds = chance / (1 - chance)
    alpha = (2.83 + 5.1 / b) * deviation
    mode = math.floor((count + 1) * chance)
    peak = (mode + 0.5) * math.log((mode + 1) / (odds * (count - mode + 1)))
    peak += _tail(mode) + _tail(count - mode)
    while True:
        u, v = draw() - 0.5, draw()
        edge = 0.5 - abs(u)
        if not edge:
            continue
        k = math.floor((2 * a / edge + b) * u + count * chance + 0.5)
        if k < 0 or k > count:
            continue
        if edge >= 0.07 and v <= sure:
            return k
        bound = peak + (count + 1) * math.log((count - mode + 1) / (count - k + 1))
        bound += (k + 0.5) * math.log(odds * (count - k + 1) / (k + 1))
        if _log(v * alpha / (a / (edge * edge) + b)) <= bound - _tail(k) - _tail(count - k):
            return k


# Rounded to float32, as in PyTorch.
_THIRD, _SQUEEZE = np.float32(1 / 3), float(np.float32(0.0331))


def gamma(shape: Any, draw: Draw, normal: Draw) -> float:
    """Return a number of the gamma distribution of rate one.

    Args:
        shape: a NumPy number; what is computed of it first keeps its dtype.
        draw: gives uniform numbers.
        normal: gives normal numbers.
    """
    if shape == 0:
        return 0.0
    scale = 1.0
    if shape < 1:  # draw for a shape above one, and correct it
        scale = (1 - draw()) ** float(1 / shape)
        shape = shape + type(shape)(1)
    d = float(shape - _THIRD)
    c = 1 / math.sqrt(9 * d)
    while True:
        x = normal()
        root = 1 + c * x
        if root <= 0:
            continue
        v = root * root * root
        u, square = 1 - draw(), x * x
        if u < 1 - _SQUEEZE * square * square:
            return scale * d * v
        if _log(u) < 0.5 * square + d * (1 - v + math.log(v)):
            return scale * d * v


def _tail(k: float) -> float:
    """Return log(k!) less Stirling's formula."""
    if k <= 9:
        return _STIRLING[int(k)]
    square = (k + 1) * (k + 1)
    return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1)


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf


def _ceil(x: float) -> float:
    return math.ceil(x) if math.isfinite(x) else x
