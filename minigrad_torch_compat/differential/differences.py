"""Finite differences: who is right where two gradients differ, and where there is none at all.

Each side's own function is evaluated in float64 a small step to the left and to the right of an
element. Where it is smooth, both one-sided slopes come to agree as the step shrinks; at a kink, a
jump or the end of the domain they do not, and any gradient there is a convention.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .arguments import inputs_of, replaced
from .aspects.gradients import second_of
from .engines import engine
from .examination import Examination, attempt, readable
from .spec import Case, Spec

STEPS = (1e-3, 1e-5)
_CLOSE = 1e-4  # of a slope, to call a gradient right
_MOST = 16  # elements that are looked at


@dataclass
class Slopes:
    """The slopes of a function at some elements of an operand, from both sides."""

    left: Any
    right: Any
    kink: Any

    @property
    def central(self) -> Any:
        """The mean of both, whose error is of second order where the function is smooth."""
        return (self.left + self.right) / 2


def slopes(function: Callable[[Any], float], array: Any, places: list[Any]) -> Slopes:
    """Return the slopes of a function of an array at some of its elements."""
    rows = []
    for place in places:
        here = function(array)
        sides = []
        for step in STEPS:
            values = []
            for sign in (-1, 1):
                moved = np.array(array, np.float64)
                moved[place] += sign * step
                values.append(function(moved))
            sides.append(((here - values[0]) / step, (values[1] - here) / step))
        rows.append((*sides[1], _is_kink(*sides)))
    left, right, kink = (np.array(column) for column in zip(*rows))
    return Slopes(left.astype(float), right.astype(float), kink.astype(bool))


def _is_kink(wide: tuple[float, float], narrow: tuple[float, float]) -> bool:
    """Tell a kink from curvature, whose one-sided slopes differ by ever less."""
    if not np.all(np.isfinite([*wide, *narrow])):
        return True
    gaps = [abs(right - left) for left, right in (wide, narrow)]
    size = max(*map(abs, wide), *map(abs, narrow), 1.0)
    return gaps[1] > 1e-3 * size and gaps[1] > gaps[0] / 10


@dataclass
class Referee:
    """What finite differences say of two gradients that differ.

    Attributes:
        text: for the report.
        kink: at every element where the gradients differ, the reference's function has none.
    """

    text: str = ""
    kink: bool = False


def judge(
    spec: Spec, case: Case, number: int, bad: Any, ours: Any, theirs: Any, order: int
) -> Referee:
    """Compare two gradients of operand ``number`` with finite differences where they differ.

    Args:
        spec: the operator.
        case: its arguments.
        number: which of the differentiable operands.
        bad: mask of the elements that differ.
        ours: the candidate's gradient.
        theirs: the reference's.
        order: 1, or 2 for gradients of gradients.
    """
    operands = inputs_of(case)
    if number >= len(operands) or operands[number].dtype != np.float64:
        return Referee()
    places = [tuple(place) for place in np.argwhere(bad)[:_MOST]] if bad.ndim else [()]
    found = []
    for index in (0, 1):
        function = _scalar(spec, case, number, index, order)
        found.append(attempt(slopes, function, operands[number], places))
    if any(isinstance(f, Exception) for f in found):
        return Referee()
    mine, reference = found
    if reference.kink.all():
        return Referee("the reference's slopes from the left and from the right differ there", True)
    smooth = ~(reference.kink | mine.kink)
    if not smooth.any():
        return Referee()
    names = [engine(which).name for which in (spec.engine, spec.reference_engine)]
    if names[0] == names[1]:
        names = ["the candidate", "the reference"]
    values = [np.array([np.asarray(g)[p] for p in places], float)[smooth] for g in (ours, theirs)]
    right = [
        names[i]
        for i, side in enumerate((mine, reference))
        if _agrees(values[i], side.central[smooth])
    ]
    says = " and ".join(right) or "neither"
    return Referee(f"finite differences agree with {says}")


def _agrees(values: Any, central: Any) -> bool:
    scale = np.max(np.abs(central), initial=1e-3)
    return bool(np.all(np.abs(values - central) <= _CLOSE * (np.abs(central) + scale)))


def _scalar(spec: Spec, case: Case, number: int, index: int, order: int) -> Callable[[Any], float]:
    """Return the function whose gradient was compared, of one operand, on one side."""

    def function(array: Any) -> float:
        counter = iter(range(len(inputs_of(case)) + 1))
        moved = replaced(case, lambda held: array if next(counter) == number else held)
        exam = Examination(spec, moved)
        if order == 1:
            results = exam.results[index]
            ends = exam.weights
        else:
            results = _first(exam, index)
            ends = _ends(exam)
        return float(
            sum((r * w).sum() for r, w in zip(results, ends) if w is not None and r is not None)
        )

    return function


def _first(exam: Examination, index: int) -> list[Any]:
    tape = exam.sides[index].engine
    return [None if g is None else tape.array(g) for g in exam.graph(index)[1]]


def _ends(exam: Examination) -> list[Any]:
    """Return the weights that ``second_of`` gives the first gradients."""
    rng = np.random.default_rng(1)
    return [None if g is None else readable(rng, g.shape) for g in exam.gradients]


__all__ = ["Referee", "Slopes", "judge", "second_of", "slopes"]
