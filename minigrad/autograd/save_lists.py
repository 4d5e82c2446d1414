"""The save list: a rule's signature says what its node keeps until backward.

A call of a primitive is seen by its save lists as one flat tuple: (out, attributes, residuals,
needs, position, *operands). From each rule's parameter names, once, a function is made that takes
such a tuple to the rule's arguments; recording runs it at every call, so it must be quick.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from operator import itemgetter
from typing import Any

OUT, ATTRIBUTES, RESIDUALS, NEEDS, POSITION, OPERANDS = range(6)

Call = tuple[Any, ...]
Getter = Callable[[Call], Any]

_WHOLE = {"out": OUT, "needs": NEEDS, "position": POSITION}


@functools.cache
def rule_needs(rule: Callable[..., Any]) -> tuple[str, ...]:
    """Return what a rule asks for beside the gradient: its parameters' names."""
    return tuple(inspect.signature(rule).parameters)[1:]


def save_list(
    rule: Callable[..., Any], operands: tuple[str, ...], attributes: tuple[str, ...], variadic: bool
) -> Callable[[Call], tuple[Any, ...]]:
    """Return a function from a call to the arguments that ``rule`` will want after the gradient.

    Args:
        rule: the derivative rule.
        operands: names of the primitive's operands.
        attributes: names of its keyword arguments.
        variadic: there is one name for any number of operands.
    """
    names = rule_needs(rule)
    places = {**_WHOLE, **{name: OPERANDS + i for i, name in enumerate(operands)}}
    if not names:
        return lambda call: ()
    if not variadic and set(names) <= set(places):
        if len(names) == 1:
            place = places[names[0]]
            return lambda call: (call[place],)
        return itemgetter(*map(places.__getitem__, names))
    getters = [_getter(name, places, attributes, variadic) for name in names]
    return lambda call: tuple([get(call) for get in getters])


def _getter(
    name: str, places: dict[str, int], attributes: tuple[str, ...], variadic: bool
) -> Getter:
    if name in attributes:
        return lambda call: call[ATTRIBUTES][name]
    operand = name.removesuffix("_shape")
    if variadic and places.get(operand) == OPERANDS:
        if operand == name:
            return itemgetter(slice(OPERANDS, None))
        return lambda call: tuple([array.shape for array in call[OPERANDS:]])
    if name in places:
        return itemgetter(places[name])
    if operand in places:
        place = places[operand]
        return lambda call: getattr(call[place], "shape", ())
    return lambda call: call[RESIDUALS][name]
