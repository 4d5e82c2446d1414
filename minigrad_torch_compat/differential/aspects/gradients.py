"""Aspects of derivatives: first gradients on both paths, second gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..engines import TapeEngine
from ..examination import Disagreement, Examination, NotApplicable, attempt, readable, shown
from .values import compare_arrays


def gradient(exam: Examination) -> None:
    """First gradients, of random gradients of the results."""
    theirs = exam.gradients
    side, call = exam.sides[0], exam.calls[0]
    weights = _fitting(exam)
    ours = attempt(side.engine.gradients, call, weights)
    if isinstance(ours, Exception):
        raise Disagreement(f"raises {shown(ours)}", error=ours)
    compare_gradients(exam, ours, theirs)


def create_graph(exam: Examination) -> None:
    """First gradients as ``create_graph`` computes them, which may be another path."""
    theirs = exam.gradients
    _fitting(exam)
    tensors = exam.graph(0)[1]
    ours = [None if g is None else exam.sides[0].engine.array(g) for g in tensors]
    compare_gradients(exam, ours, theirs)


def second_gradient(exam: Examination) -> None:
    """Gradients of a random combination of the first gradients, also in what they start from."""
    if not exam.spec.second:
        raise NotApplicable("the spec asks for none")
    _fitting(exam)
    theirs = second_of(exam, 1)
    if theirs is None:
        raise NotApplicable("the gradient does not depend on anything")
    compare_gradients(exam, second_of(exam, 0) or [None] * len(theirs), theirs, order=2)


def second_of(exam: Examination, index: int) -> list[Any] | None:
    """Return a side's second gradients as arrays, for its inputs and its weights."""
    side = exam.sides[index]
    if not isinstance(side.engine, TapeEngine):
        raise NotApplicable(f"{side.engine.name} keeps no graph")
    weights, found = exam.graph(index)
    tape, call = side.engine, exam.calls[index]
    rng = np.random.default_rng(1)
    outs, ends = [], []
    for g, reference in zip(found, exam.gradients, strict=True):
        if reference is None:
            continue
        end = readable(rng, reference.shape)
        if g is not None and tape.requires_grad(g) is not False:
            outs.append(g)
            ends.append(tape.tensor(np.asarray(end, reference.dtype)))
    if not outs:
        return None
    results = attempt(tape.grad, outs, [*call.inputs, *weights], ends)
    if isinstance(results, Exception):
        if index == 1:
            raise NotApplicable("the reference has no second gradient") from results
        raise Disagreement(f"raises {shown(results)}", error=results)
    return [None if g is None else tape.array(g) for g in results]


def compare_gradients(
    exam: Examination, ours: Sequence[Any], theirs: Sequence[Any], order: int = 1
) -> None:
    """Raise if gradients differ; None and zeros everywhere are the same thing."""
    if len(ours) != len(theirs):
        raise Disagreement(f"{len(ours)} gradients, expected {len(theirs)}")
    for i, (x, y) in enumerate(zip(ours, theirs)):
        if x is None or y is None:
            # PyTorch leaves out some gradients that are zero everywhere, and the other way round.
            rest = y if x is None else x
            if rest is not None and np.any(rest != 0):
                raise Disagreement(
                    f"input {i}: {'None' if x is None else 'a gradient'}, expected "
                    f"{'None' if y is None else 'a gradient'}",
                    missing=x is None,
                )
            continue
        x = np.asarray(x)
        for what in ("shape", "dtype"):
            if getattr(x, what) != getattr(y, what):
                raise Disagreement(
                    f"input {i}: gradient of {what} {getattr(x, what)}, expected {getattr(y, what)}"
                )
        compare_arrays(exam, x, y, ("input", i), order)


def _fitting(exam: Examination) -> list[Any]:
    """Return the weights, if the candidate's results can carry them."""
    for i, weight in enumerate(exam.weights):
        if weight is None:
            continue
        ours = exam.results[0]
        if i >= len(ours) or ours[i].shape != weight.shape:
            raise NotApplicable("the results differ already")
        mine = exam.calls[0].outputs[i]
        if exam.sides[0].engine.requires_grad(mine) is False:
            raise Disagreement(f"result {i} has no gradient", missing=True)
    return [
        None if w is None else w.astype(out.dtype)
        for w, out in zip(exam.weights, exam.results[0], strict=False)
    ]
