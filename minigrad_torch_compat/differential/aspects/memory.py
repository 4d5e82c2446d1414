"""Aspects of memory: which results share it with an operand; that operands stay as they were."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arguments import leaves
from ..examination import Disagreement, Examination, NotApplicable, Side
from .values import compare_arrays


def aliasing(exam: Examination) -> None:
    """Each result is a view of the same operands as the reference's: a write is seen there."""
    if not all(side.engine.shares_memory for side in exam.sides):
        raise NotApplicable("an engine copies")
    if len(exam.results[0]) != len(exam.results[1]):
        raise NotApplicable("another number of results")
    ours, theirs = (_shared(side, exam) for side in exam.sides)
    for (result, operand), wanted in theirs.items():
        if ours.get((result, operand), wanted) != wanted:
            how = "is a copy of" if wanted else "shares memory with"
            raise Disagreement(
                f"result {result} {how} operand {operand}, expected "
                + ("a view: a write into it is not seen" if wanted else "a copy: a write is seen")
            )


def inputs(exam: Examination) -> None:
    """The call leaves its arguments as they were, or changes them as the reference does."""
    operands = [_operands(side, exam) for side in exam.sides]
    if not operands[1]:
        raise NotApplicable("no arrays")
    for i, (x, y) in enumerate(zip(*operands)):
        if x.dtype == y.dtype and x.shape == y.shape:
            try:
                compare_arrays(exam, x, y, ("operand", i))
            except Disagreement as found:
                raise Disagreement(f"the call changed an argument: {found}") from None


def _operands(side: Side, exam: Examination) -> list[Any]:
    call = exam.calls[side.index]
    found = leaves([list(call.args), list(call.kwargs.values())])
    arrays = (side.engine.array(value) for value in found if not _plain(value))
    return [array for array in arrays if array.dtype.kind in "fciub"]


def _plain(value: Any) -> bool:
    """Return True for arguments that are no tensors."""
    return value is None or isinstance(value, int | float | complex | str | slice | type(...))


def _shared(side: Side, exam: Examination) -> dict[tuple[int, int], bool]:
    """Return whether results share memory with operands, for those that have any."""
    call = exam.calls[side.index]
    operands = _operands(side, exam)
    return {
        (i, j): bool(np.may_share_memory(result, operand))
        for i, result in enumerate(exam.results[side.index])
        if result.size and not _plain(call.outputs[i])
        for j, operand in enumerate(operands)
        if operand.size
    }
