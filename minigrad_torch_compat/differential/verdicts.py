"""What a disagreement amounts to.

=========================== ======================================================================
bug                         another answer, and no excuse for it
convention at a kink        another gradient, only where the reference's function has none: its
                            slopes from the left and from the right differ
precision                   the same answer but for rounding: too few correct digits
missing                     no such function, method, keyword or gradient
error mismatch              one raises an error and the other does not, or of another type
=========================== ======================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .aspects.values import alike
from .closeness import error, ulps
from .differences import judge
from .examination import Disagreement, Examination, attempt
from .spec import Case, Spec

BUG = "bug"
KINK = "convention at a kink"
PRECISION = "precision"
MISSING = "missing"
ERROR = "error mismatch"
VERDICTS = (BUG, KINK, PRECISION, MISSING, ERROR)

_ORDERS = {"gradient": 1, "create_graph": 1, "second_gradient": 2}
# How wrong rounding alone can make a result, relative to the largest one.
_ROUNDING = {"float64": 1e-5, "float32": 0.05, "float16": 0.3}


@dataclass(frozen=True)
class Verdict:
    """A verdict, and what supports it."""

    name: str
    evidence: str = ""


def classify(spec: Spec, case: Case, found: Disagreement) -> Verdict:
    """Return the verdict of a disagreement found in a case."""
    if found.missing or isinstance(found.error, AttributeError | NotImplementedError):
        return Verdict(MISSING)
    if found.error is not None or "raises nothing" in str(found):
        return Verdict(ERROR)
    if found.ours is None or found.bad is None:
        return Verdict(BUG)
    order = _ORDERS.get(found.aspect, 0)
    rounding = _is_rounding(found)
    if order and not rounding:
        referee = judge(spec, case, found.place[1], found.bad, found.ours, found.theirs, order)
        return Verdict(KINK if referee.kink else BUG, referee.text)
    if rounding or (found.aspect == "float32" and _agree_in_float64(spec, case)):
        evidence = "" if order else _who_is_off(spec, case, found)
        return Verdict(PRECISION if rounding else BUG, evidence)
    return Verdict(BUG)


def _is_rounding(found: Disagreement) -> bool:
    x, y = np.asarray(found.ours), np.asarray(found.theirs)
    narrow = min(x.dtype, y.dtype, key=lambda d: d.itemsize)
    return error(x, y) < _ROUNDING.get(str(narrow), 0.0)


def _agree_in_float64(spec: Spec, case: Case) -> bool:
    exam = Examination(spec, case)
    pairs = attempt(lambda: list(alike(*exam.results)))
    return not isinstance(pairs, Exception) and all(error(x, y) < 1e-9 for _, x, y in pairs)


def _who_is_off(spec: Spec, case: Case, found: Disagreement) -> str:
    """Compute the result again in more digits, and count how far each side is from that."""
    wide = _in_more_digits(spec, case, found)
    if wide is None:
        return ""
    with np.errstate(all="ignore"):
        exact = np.asarray(wide, found.theirs.dtype)
    place = tuple(np.argwhere(found.bad)[0]) if found.bad.ndim else ()
    far = []
    for array in (found.ours, found.theirs):
        if array.dtype != exact.dtype:
            return ""
        distances = ulps(np.atleast_1d(array[place]), np.atleast_1d(exact[place]))
        far.append(f"{int(distances[0]):,}" if distances.size else "incomparably many")
    return (
        f"from the result in more digits, the candidate is {far[0]} and the reference {far[1]} ULPs"
    )


def _in_more_digits(spec: Spec, case: Case, found: Disagreement) -> Any:
    """Return the result in float64 of float32 arguments; in extended precision where NumPy can."""
    if found.theirs.dtype == np.float32:
        exam = Examination(spec, _rounded(case, np.float32))
        side, dtype = exam.sides[1], np.float64
    else:
        exam = Examination(spec, case)
        side, dtype = exam.sides[0], np.longdouble
        if side.engine.name != "numpy":
            return None
    call = attempt(side.call, exam.case, dtype)
    if isinstance(call, Exception):
        return None
    results = side.arrays(call)
    return results[found.place[1]] if found.place[1] < len(results) else None


def _rounded(case: Case, dtype: Any) -> Case:
    """Return a case whose doubles are numbers of a narrower dtype."""
    from .arguments import convert

    def narrow(array: Any) -> Any:
        return array.astype(dtype).astype(array.dtype) if array.dtype == np.float64 else array

    return Case(
        tuple(convert(a, narrow) for a in case.args), convert(case.kwargs, narrow), case.constants
    )
