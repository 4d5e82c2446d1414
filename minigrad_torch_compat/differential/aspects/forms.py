"""Aspects of other spellings: ``x.name(...)``, ``x.name_(...)``, ``nn.functional.name(...)``."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from ..arguments import leaves
from ..engines import Call, TapeEngine
from ..examination import Disagreement, Examination, NotApplicable, Side, attempt, readable, shown
from .gradients import compare_gradients
from .values import compare_arrays, paired, same_numbers


def method(exam: Examination) -> None:
    """The method of the operator's name: as the reference's method."""
    _compare(exam, _both(exam, exam.spec.method, lambda side, name: side.engine.method(name)))


def functional(exam: Examination) -> None:
    """The function of that name in ``nn.functional``, where it is another one."""
    forms = _both(
        exam, exam.spec.method, lambda side, name: getattr(side.engine.functional, name, None)
    )
    if forms == (inspect.unwrap(exam.spec.ours), inspect.unwrap(exam.spec.theirs)):
        raise NotApplicable("it is the function compared")
    _compare(exam, forms)


def in_place(exam: Examination) -> None:
    """The in-place method on a copy: its value, which tensor it returns, its gradient."""
    if not all(isinstance(side.engine, TapeEngine) for side in exam.sides):
        raise NotApplicable("an engine has no tensors to write into")
    name = f"{exam.spec.method}_" if exam.spec.method else None
    forms = _both(exam, name, lambda side, name: side.engine.method(name))
    theirs = attempt(_write, exam.sides[1], exam, forms[1])
    ours = attempt(_write, exam.sides[0], exam, forms[0])
    if _refused(ours, theirs):
        return
    for (call, target), side in zip((ours, theirs), exam.sides):
        if call.outputs[0] is not target:
            if side.index == 1:
                raise NotApplicable("the reference returns another tensor")
            raise Disagreement("does not return the tensor it was called on")
    x, y = (
        side.engine.array(call.outputs[0]) for side, (call, _) in zip(exam.sides, (ours, theirs))
    )
    _same(exam, [x], [y])
    if exam.sides[1].engine.requires_grad(theirs[1]):
        weight = readable(np.random.default_rng(0), y.shape).astype(y.dtype)
        wanted = attempt(exam.sides[1].engine.gradients, theirs[0], [weight])
        if not isinstance(wanted, Exception):
            found = attempt(exam.sides[0].engine.gradients, ours[0], [weight])
            if isinstance(found, Exception):
                raise Disagreement(f"gradient raises {shown(found)}", error=found)
            compare_gradients(exam, found, wanted)


def _write(side: Side, exam: Examination, form: Any) -> tuple[Call, Any]:
    """Call an in-place form on a copy of the first argument, which is no leaf."""
    args, kwargs, inputs = side.arguments(exam.case, np.float64, True)
    target = args[0].clone()
    result = form(target, *args[1:], **kwargs)
    return Call(form, args, kwargs, inputs, [result]), target


def _both(exam: Examination, name: str | None, find: Any) -> tuple[Any, Any]:
    """Return the form of that name on both sides, for a first argument that is a tensor."""
    first = exam.case.args[0] if exam.case.args else None
    if name is None or not isinstance(first, np.ndarray):
        raise NotApplicable("no such form")
    ours, theirs = (find(side, name) for side in exam.sides)
    if theirs is None:
        raise NotApplicable("the reference has no such form")
    if ours is None:
        if exam.sides[0].engine.tensor_class is None:
            raise NotApplicable("the engine has no methods")
        raise Disagreement(f"has no {name!r}", missing=True)
    return ours, theirs


def _compare(exam: Examination, forms: tuple[Any, Any]) -> None:
    """Compare the values of two forms in float64."""
    found = [_result(exam, side, form) for side, form in zip(exam.sides, forms)]
    if _refused(*found):
        return
    again = _result(exam, exam.sides[1], forms[1])
    if not same_numbers(exam, *(_arrays(exam.sides[1], result) for result in (found[1], again))):
        raise NotApplicable("the reference is random")
    _same(exam, *(_arrays(side, result) for side, result in zip(exam.sides, found)))


def _result(exam: Examination, side: Side, form: Any) -> Any:
    """Return what a form answers, or the error it raises."""
    args, kwargs, _ = side.arguments(exam.case, np.float64, False)
    return attempt(form, *args, **kwargs)


def _arrays(side: Side, result: Any) -> list[Any]:
    return [side.engine.array(out) for out in leaves(result)]


def _same(exam: Examination, ours: list[Any], theirs: list[Any]) -> None:
    for i, x, y in paired(ours, theirs):
        if x.shape != y.shape or x.dtype != y.dtype:
            raise Disagreement(
                f"result {i}: {x.dtype} of shape {x.shape}, expected {y.dtype} of {y.shape}"
            )
        compare_arrays(exam, x, y, ("result", i))


def _refused(ours: Any, theirs: Any) -> bool:
    """Return True if both raise the same; raise if they disagree in that."""
    from .refusals import compare_errors

    if isinstance(ours, Exception) or isinstance(theirs, Exception):
        compare_errors(ours, theirs)
        return True
    return False
