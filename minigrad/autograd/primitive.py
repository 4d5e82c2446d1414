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
    mask, ...       a residual the forward chose to ``keep``
    position        which operand (variadic primitives);  needs: which operands want a gradient

Positional parameters of the forward function are operands, keyword-only ones are attributes.

A primitive is polymorphic. Called with arrays it returns an array and records nothing; called with
tensors it returns a tensor and records itself. Rules are written with operators and primitives, so
the same rule differentiates arrays (fast) and tensors (``create_graph``: any order).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from .operands import Policy
from .recording import Keep, apply, binary, configured, unary
from .save_lists import rule_needs, save_list

__all__ = ["PRIMITIVES", "Keep", "Primitive", "primitive", "rule_needs"]

PRIMITIVES: dict[str, Primitive] = {}


class Primitive:
    """A differentiable operation: a row of the table of derivatives.

    Attributes:
        name: its name in the table.
        call: the polymorphic function that users and rules call.
        forward: the function of arrays that computes it.
        operands: names of the positional parameters.
        rules: one rule per operand, None where there is no derivative. A joint rule stands alone.
        joint: one rule returns the gradients of all operands as a tuple.
        variadic: all operands are alike and any number of them (``*tensors``).
        view: the result may share memory with the first operand.
        saves: its rules name arrays, so that its nodes keep memory until backward.
        dtypes: the policy that converts the operands (see ``operands.convert``), or None.
    """

    def __init__(
        self,
        forward: Callable[..., Any],
        rules: dict[str, Callable[..., Any]],
        joint: Callable[..., Any] | None,
        view: bool,
        dtypes: Policy | None,
    ) -> None:
        self.name = forward.__name__.strip("_")
        self.forward = forward
        self.call: Callable[..., Any]
        self.view = view
        self.dtypes = dtypes
        parameters = inspect.signature(forward).parameters.values()
        self.operands = tuple(p.name for p in parameters if p.kind is not p.KEYWORD_ONLY)
        self.variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters)
        self.defaults = {
            p.name: p.default
            for p in parameters
            if p.kind is p.KEYWORD_ONLY and p.default is not p.empty
        }
        self.attributes = tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)
        unknown = set(rules) - set(self.operands)
        if unknown:
            raise TypeError(f"{self.name} has rules for {sorted(unknown)}, which are no operands")
        self.joint = joint is not None
        self.rules: tuple[Any, ...]
        self.rules = (joint,) if joint else tuple(rules.get(name) for name in self.operands)
        self.differentiable = any(self.rules)
        named = {name for rule in self.rules if rule for name in rule_needs(rule)}
        plain = {*self.attributes, *(f"{name}_shape" for name in self.operands), "position"}
        self.saves = bool(named - plain - {"needs"})
        self.save_lists: tuple[Any, ...] = tuple(
            None if rule is None else save_list(rule, self.operands, self.attributes, self.variadic)
            for rule in self.rules
        )

    def __repr__(self) -> str:
        return f"<primitive {self.name}>"


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
            too, "number" and "floating" refuse other dtypes, or None (see ``operands.convert``).
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
