"""Aspects of refusal: calls that the reference refuses raise the same type of error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..examination import Disagreement, Examination, NotApplicable, attempt, shown
from ..spec import Case


def errors(exam: Examination) -> None:
    """Both sides answer the call, or both refuse it with the same type of error."""
    compare_errors(*exam.outcomes)


def compare_errors(ours: Any, theirs: Any) -> None:
    """Raise if one of two outcomes is an error and the other is not, or of another type."""
    if not isinstance(theirs, Exception):
        if isinstance(ours, Exception):
            raise Disagreement(f"raises {shown(ours)}, expected a result", error=ours)
        return
    if not isinstance(ours, Exception):
        raise Disagreement(f"raises nothing, expected {shown(theirs)}")
    if type(ours) is not type(theirs) and _name(ours) != _name(theirs):
        raise Disagreement(
            f"raises {shown(ours)}, expected {shown(theirs)}",
            error=ours,
        )


def _name(error: BaseException) -> str:
    """Return an error's name; each library has a LinAlgError of its own."""
    return type(error).__name__.lstrip("_")


def spoiled(case: Case) -> Iterator[Case]:
    """Yield calls that hardly any operator can answer, made from one that it can.

    No arguments, a keyword argument nobody knows, a dimension that no tensor has, operands whose
    shapes do not fit.
    """
    yield Case(())
    yield Case(case.args, {**case.kwargs, "no_such_argument": 1}, case.constants)
    arrays = [i for i, value in enumerate(case.args) if isinstance(value, np.ndarray)]
    if isinstance(case.kwargs.get("dim"), int):
        yield Case(case.args, {**case.kwargs, "dim": 99}, case.constants)
    if len(arrays) > 1 and case.args[arrays[1]].dtype.kind == "f":
        # 5 and 7 are the sizes of nothing that strategies draw by default.
        yield with_argument(case, arrays[1], np.ones((5, 7)))


def with_argument(case: Case, position: int, value: Any) -> Case:
    """Return a case with another positional argument."""
    args = (*case.args[:position], value, *case.args[position + 1 :])
    return Case(args, case.kwargs, case.constants)


def refusals(exam: Examination) -> None:
    """Spoiled calls that the reference refuses are refused too.

    With the same type of error, if the candidate's engine is one that means to raise the same.
    """
    refused = False
    strict = all(side.engine.raises_alike for side in exam.sides)
    for case in spoiled(exam.case):
        theirs, ours = (attempt(side.call, case) for side in reversed(exam.sides))
        if not isinstance(theirs, Exception):
            continue
        refused = True
        if strict or not isinstance(ours, Exception):
            try:
                compare_errors(ours, theirs)
            except Disagreement as found:
                found.case = case
                raise
    if not refused:
        raise NotApplicable("the reference refuses nothing")
