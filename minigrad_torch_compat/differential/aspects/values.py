"""Aspects of results: how many, their shapes, dtypes and values, and whether gradients flow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..closeness import bins, far, tolerance, ulps
from ..examination import Disagreement, Examination, NotApplicable, attempt, shown


def value(exam: Examination) -> None:
    """The numbers of the results, in float64."""
    for i, x, y in alike(*exam.results):
        compare_arrays(exam, x, y, ("result", i))


def shape(exam: Examination) -> None:
    """The number of results, and the shape of each."""
    for i, x, y in paired(*exam.results):
        if x.shape != y.shape:
            raise Disagreement(f"result {i}: shape {x.shape}, expected {y.shape}")


def dtype(exam: Examination) -> None:
    """The dtype of each result."""
    for i, x, y in paired(*exam.results):
        if x.dtype != y.dtype:
            raise Disagreement(f"result {i}: dtype {x.dtype}, expected {y.dtype}")


def requires_grad(exam: Examination) -> None:
    """Whether gradients flow through each result."""
    asked = False
    for i, (ours, theirs) in enumerate(zip(*(call.outputs for call in exam.calls))):
        mine, wanted = (
            side.engine.requires_grad(out) for side, out in zip(exam.sides, (ours, theirs))
        )
        if mine is None or wanted is None:
            continue
        asked = True
        if mine != wanted:
            raise Disagreement(f"result {i}: requires_grad is {mine}, expected {wanted}")
    if not asked:
        raise NotApplicable("an engine has no requires_grad")


def float32(exam: Examination) -> None:
    """Shapes, dtypes and values for float32 arguments."""
    theirs = attempt(exam.sides[1].call, exam.case, np.float32)
    if isinstance(theirs, Exception):
        raise NotApplicable("refused in float32") from theirs
    ours = attempt(exam.sides[0].call, exam.case, np.float32)
    if isinstance(ours, Exception):
        raise Disagreement(f"raises {shown(ours)} for float32", error=ours)
    results = [side.arrays(call) for side, call in zip(exam.sides, (ours, theirs))]
    for i, x, y in paired(*results):
        for what in ("shape", "dtype"):
            if getattr(x, what) != getattr(y, what):
                raise Disagreement(
                    f"result {i} of float32: {what} {getattr(x, what)}, expected {getattr(y, what)}"
                )
        compare_arrays(exam, x, y, ("result", i))


def repeatable(exam: Examination) -> None:
    """The same call twice gives the same result."""
    for side, first in reversed(list(zip(exam.sides, exam.results))):
        call = attempt(side.call, exam.case, np.float64, True)
        if isinstance(call, Exception) or not same_numbers(exam, first, side.arrays(call)):
            if side.index == 1:
                raise NotApplicable("the reference is random")
            raise Disagreement("the same call twice gives different results")


# --- comparing --------------------------------------------------------------------------------


def paired(ours: Sequence[Any], theirs: Sequence[Any]) -> Iterator[tuple[int, Any, Any]]:
    """Yield (number, ours, theirs), after checking that there are as many."""
    if len(ours) != len(theirs):
        raise Disagreement(f"{len(ours)} results, expected {len(theirs)}")
    for i, (x, y) in enumerate(zip(ours, theirs)):
        yield i, x, y


def alike(ours: Sequence[Any], theirs: Sequence[Any]) -> Iterator[tuple[int, Any, Any]]:
    """Yield the pairs whose numbers can be compared; the rest is another aspect's business."""
    if len(ours) != len(theirs):
        raise NotApplicable("another number of results")
    for i, (x, y) in enumerate(zip(ours, theirs)):
        if x.shape != y.shape:
            raise NotApplicable("another shape")
        yield i, x, y


def compare_arrays(
    exam: Examination, x: Any, y: Any, place: tuple[str, int], order: int = 0
) -> None:
    """Raise if two arrays of one shape differ by more than rounding."""
    if x.dtype.kind in "fc" and y.dtype.kind in "fc" and x.dtype.itemsize < y.dtype.itemsize:
        narrow = x.dtype  # a dtype aspect complains of the width: the numbers are what they can be
    else:
        narrow = y.dtype
    override = exam.spec.rtol
    bad = far(x, y, tolerance(narrow, exam.length, override, order))
    if bad is None:
        return
    what, number = place
    where = np.argwhere(bad)[0].tolist() if bad.ndim else []
    at = f" at {where}" if where else ""
    one, other = (np.asarray(a)[tuple(where)] for a in (x, y))
    distance = ""
    if x.dtype == y.dtype and y.dtype.kind == "f":
        apart = ulps(np.atleast_1d(one), np.atleast_1d(other))
        distance = f" ({int(apart[0]):,} ULPs apart)" if apart.size else ""
    raise Disagreement(
        f"{what} {number}{at}: {one.item()!r}, expected {other.item()!r}{distance}",
        ours=x,
        theirs=y,
        place=place,
        bad=bad,
    )


def histograms(exam: Examination) -> dict[str, dict[int, int]]:
    """Return how far values and gradients in float32 are apart, in units in the last place."""
    found: dict[str, dict[int, int]] = {}
    calls = [attempt(side.call, exam.case, np.float32, True) for side in exam.sides]
    if any(isinstance(call, Exception) for call in calls):
        return found
    results = [side.arrays(call) for side, call in zip(exam.sides, calls)]
    found["value"] = _histogram(*results)
    weights = attempt(lambda: exam.weights)
    if isinstance(weights, Exception) or len(results[0]) != len(weights):
        return found
    gradients = [
        attempt(
            side.engine.gradients,
            call,
            [None if w is None else w.astype(a.dtype) for w, a in zip(weights, arrays)],
        )
        for side, call, arrays in zip(exam.sides, calls, results)
    ]
    if not any(isinstance(g, Exception) for g in gradients):
        found["gradient"] = _histogram(*gradients)
    return found


def _histogram(ours: Sequence[Any], theirs: Sequence[Any]) -> dict[int, int]:
    total: dict[int, int] = {}
    for x, y in zip(ours, theirs):
        if x is None or y is None or x.shape != y.shape or x.dtype != y.dtype:
            continue
        if y.dtype in (np.float32, np.complex64):
            for k, count in bins(ulps(x, y)).items():
                total[k] = total.get(k, 0) + count
    return total


def same_numbers(exam: Examination, first: Sequence[Any], second: Sequence[Any]) -> bool:
    """Return whether two answers of one side are the same but for rounding.

    LAPACK rounds differently from call to call, as the alignment of memory happens to be.
    """
    return len(first) == len(second) and all(
        a.shape == b.shape and far(a, b, tolerance(b.dtype, exam.length, exam.spec.rtol)) is None
        for a, b in zip(first, second)
    )
