"""The table of derivatives: a row for each primitive, made by ``primitive``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from .save_lists import rule_needs, save_list

# How operands are converted before the forward function sees them: see ``operands.convert``.
Policy = str | Callable[[tuple[Any, ...]], tuple[Any, ...]]


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
        fills: of several results, those that got no gradient are shown to the rule as zeros.
    """

    fills = True

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


class Keep:
    """A forward result together with the residuals that its rules will name."""

    __slots__ = ("out", "residuals")

    def __init__(self, out: Any, **residuals: Any) -> None:
        self.out = out
        self.residuals = residuals


PRIMITIVES: dict[str, Primitive] = {}
