"""A line search: how far to go along a direction so that the strong Wolfe conditions hold.

With f(t) the loss after a step t along the direction d, and f'(t) its slope:

    f(t) <= f(0) + c1 t f'(0)    the loss falls by a share of what its slope promised,
    |f'(t)| <= c2 |f'(0)|        and has become flat.

Source: Nocedal and Wright, Numerical optimization (2006), algorithms 3.5 and 3.6; the guards that
keep a trial away from the ends of the bracket are those of Schmidt's minFunc, as in PyTorch.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

DECREASE, CURVATURE = 1e-4, 0.9  # c1 and c2
EXPAND = 0.01, 10.0  # a trial beyond the last goes on by a share of the stride, or to a multiple
MARGIN = 0.1  # of a bracket: a trial closer to its ends learns little


class Point(NamedTuple):
    """What is known at a step: its length, the loss, the gradient, the slope along d."""

    t: float
    loss: float
    gradient: Any
    slope: float


def strong_wolfe(
    evaluate: Callable[[float], Point], start: Point, t: float, size: float, trials: int
) -> tuple[Point, int]:
    """Return a point that fulfils the conditions, or the best one found, and how many were tried.

    Args:
        evaluate: gives the point at a step.
        start: the point at step 0.
        t: the first step to try.
        size: the largest element of d: the search ends when it moves parameters by no more than
            1e-9 any longer.
        trials: how many more points may be tried after the first one.
    """
    last, point = start, evaluate(t)
    for tried in range(trials):
        # The book compares losses from the second trial on, PyTorch from the third.
        if _is_too_high(point, start) or (tried > 1 and point.loss >= last.loss):
            return _zoom(evaluate, start, [last, point], size, tried, trials)
        if _is_flat(point, start):
            return point, tried + 1
        if point.slope >= 0:
            return _zoom(evaluate, start, [last, point], size, tried, trials)
        least = point.t + EXPAND[0] * (point.t - last.t)
        t = _minimum(last, point, least, EXPAND[1] * point.t)
        last, point = point, evaluate(t)
    return (start if start.loss <= point.loss else point), trials + 1


def _zoom(
    evaluate: Callable[[float], Point],
    start: Point,
    bracket: list[Point],
    size: float,
    tried: int,
    trials: int,
) -> tuple[Point, int]:
    """Narrow a bracket, which contains points that fulfil the conditions, until one is found."""
    low = _lower(bracket)
    crowded = False
    while tried < trials and abs(bracket[1].t - bracket[0].t) * size >= 1e-9:
        t, crowded = _trial(bracket, crowded)
        point = evaluate(t)
        tried += 1
        if _is_too_high(point, start) or point.loss >= bracket[low].loss:
            bracket[1 - low] = point
            low = _lower(bracket)
            continue
        if _is_flat(point, start):
            return point, tried + 1
        if point.slope * (bracket[1 - low].t - bracket[low].t) >= 0:
            bracket[1 - low] = bracket[low]
        bracket[low] = point
    return bracket[low], tried + 1


def _trial(bracket: list[Point], crowded: bool) -> tuple[float, bool]:
    """Return the next step to try, and whether it lies close to an end of the bracket.

    That is accepted once; the second time, or beyond the end, the trial is moved inwards.
    """
    left, right = sorted(point.t for point in bracket)
    t = _minimum(bracket[0], bracket[1], left, right)
    margin = MARGIN * (right - left)
    if min(right - t, t - left) >= margin:
        return t, False
    if not crowded and left < t < right:
        return t, True
    return (right - margin if abs(t - right) < abs(t - left) else left + margin), False


def _minimum(a: Point, b: Point, least: float, most: float) -> float:
    """Return where the cubic through two points with their slopes is least, kept within bounds.

    b - (b - a) (b' + r - q) / (b' - a' + 2 r)  for a < b,  with
    q = a' + b' - 3 (f(a) - f(b)) / (a - b)  and  r = sqrt(q^2 - a' b');
    halfway between the bounds if the cubic has no minimum.
    """
    if a.t > b.t:
        a, b = b, a
    q = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t)
    square = q * q - a.slope * b.slope
    if square >= 0:  # not for NaN either
        r = math.sqrt(square)
        curvature = b.slope - a.slope + 2 * r
        if curvature:
            t = b.t - (b.t - a.t) * ((b.slope + r - q) / curvature)
            return min(max(t, least), most)
    return (least + most) / 2


def _is_too_high(point: Point, start: Point) -> bool:
    return point.loss > start.loss + DECREASE * point.t * start.slope


def _is_flat(point: Point, start: Point) -> bool:
    return abs(point.slope) <= -CURVATURE * start.slope


def _lower(bracket: list[Point]) -> int:
    return 0 if bracket[0].loss <= bracket[1].loss else 1
