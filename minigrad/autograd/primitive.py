"""Primitives: differentiable operations, each with one derivative rule per operand.

    @primitive(
        x=lambda g, y: g * y,
        y=lambda g, x: g * x,
    )
    def mul(x, y):
        return np.multiply(x, y)

A rule takes the incoming gradient ``g`` (that of the output) and returns the gradient of its
operand. Its other parameters say what it needs, and **that signature is the save list**: for the
operands that require a gradient, a node keeps exactly what their rules name.

    x, y            an operand's value              out         the output
    x_shape         an operand's shape only         dim, ...    a keyword argument of the call
    mask, ...       a residual that the forward returned with ``Keep(out, mask=mask)``
    position        which operand (of variadic primitives)
    needs           which operands want a gradient (for a joint rule, which returns all of them)

Positional parameters of the forward function are operands, keyword-only ones are attributes.

A primitive is polymorphic. Called with arrays it returns an array and records nothing; called with
tensors it returns a tensor and records itself. Rules are written with operators and primitives, so
the same rule differentiates arrays (fast) and tensors (``create_graph``: any order).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from .recording import apply, binary, configured, unary
from .table import PRIMITIVES, Keep, Policy, Primitive

__all__ = ["PRIMITIVES", "Keep", "Primitive", "primitive"]


def primitive(
    *,
    joint: Callable[..., Any] | None = None,
    view: bool = False,
    dtypes: Policy | None = None,
    **rules: Callable[..., Any],
) -> Callable[[Callable[..., Any]], Any]:
    """Make a function of arrays a primitive. See the module's text for the rules' form.

    Args:
        joint: one rule that returns the gradients of all operands at once, where they share work.
        view: the result may share memory with the first operand.
        dtypes: conversion of the operands: "promote" to their common dtype, "float" from integers
            too, "number", "floating" and "real" refuse others, or None (see ``operands.convert``).
        **rules: the derivative rule of each differentiable operand.
    """

    def decorate(forward: Callable[..., Any]) -> Any:
        entry = Primitive(forward, rules, joint, view, dtypes)
        if entry.name in PRIMITIVES:
            raise TypeError(f"a primitive named {entry.name} exists already")
        PRIMITIVES[entry.name] = entry
        call = functools.wraps(forward)(_call_of(entry))
        call.primitive = entry  # type: ignore[attr-defined]
        entry.call = call
        return call

    return decorate


def _call_of(entry: Primitive) -> Callable[..., Any]:
    """Choose the call path: hot unary and binary operations have one of fixed arity."""
    plain = not (entry.joint or entry.variadic)
    hot = plain and not (entry.attributes or entry.view or None in entry.rules)
    if hot and entry.dtypes is not None and len(entry.operands) == 1:
        return unary(entry)
    if hot and entry.dtypes is not None and len(entry.operands) == 2:
        return binary(entry)
    if plain and len(entry.operands) == 1:
        return configured(entry)

    def call(*operands: Any, **attributes: Any) -> Any:
        return apply(entry, operands, attributes)

    return call
