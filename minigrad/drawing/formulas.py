"""The text of each derivative rule, taken from the rule's own source so that it cannot drift."""

from __future__ import annotations

import ast
import functools
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ..autograd.table import Primitive

__all__ = ["formula", "formulas"]


@functools.cache
def formulas(primitive: Primitive) -> Mapping[str, str]:
    """Return the formula of each differentiable operand, by the operand's name."""
    found = {name: formula(primitive, name) for name in primitive.operands}
    return MappingProxyType({name: text for name, text in found.items() if text is not None})


@functools.cache
def formula(primitive: Primitive, operand: str) -> str | None:
    """Return the derivative rule of one operand as text; None if it has none.

    A lambda's text is its expression, without the underscores of private names; a named rule's is
    the first line of its docstring. Where the source is not at hand (an interactive session, a
    frozen program), the text is the rule's signature, such as ``rule(g, y)``.

    Raises:
        KeyError: if the primitive has no such operand.

    Example:
        >>> from minigrad.ops import mul
        >>> formula(mul.primitive, "x")
        'g * y'
    """
    if operand not in primitive.operands:
        raise KeyError(f"{primitive.name} has operands {primitive.operands}, not {operand!r}")
    position = primitive.operands.index(operand)
    rule = primitive.rules[0 if primitive.joint else position]
    if rule is None:
        return None
    if rule.__name__ != "<lambda>":
        text = _first_line(rule)
        equation, semicolon, words = text.partition(";")
        clause = re.search(rf"\bd{operand} = (.+?)(?=, d\w+ = |$)", equation)
        if primitive.joint and clause:  # its part of dx = ..., dy = ...; and what the words mean
            return clause[1] + semicolon + words
        return text.removeprefix(f"d{operand} = ") or _signature(rule)
    body = _body(primitive, rule, "joint" if primitive.joint else operand)
    if body is None:
        return _signature(rule)
    if primitive.joint and isinstance(body, ast.Tuple) and not primitive.variadic:
        body = body.elts[position]  # one expression per operand
        if isinstance(body, ast.Constant) and body.value is None:
            return None
    for name in ast.walk(body):
        if isinstance(name, ast.Name):
            name.id = name.id.lstrip("_")
    return ast.unparse(body)


def _first_line(rule: Callable[..., Any]) -> str:
    return (inspect.getdoc(rule) or "").partition("\n")[0].strip().removesuffix(".")


def _signature(rule: Callable[..., Any]) -> str:
    name = rule.__name__.strip("_") if rule.__name__ != "<lambda>" else "rule"
    return f"{name}({', '.join(inspect.signature(rule).parameters)})"


def _body(primitive: Primitive, rule: Callable[..., Any], keyword: str) -> ast.expr | None:
    """Return the expression of a lambda: from the decorator it stands in, or its own lines."""
    for tree in _trees(primitive.forward):
        if isinstance(tree, ast.FunctionDef):
            for call in tree.decorator_list:
                for given in getattr(call, "keywords", ()):
                    if given.arg == keyword and _is_source_of(given.value, rule):
                        return given.value.body  # type: ignore[attr-defined]
    found = [
        node.body
        for tree in _trees(rule)
        for node in ast.walk(tree)
        if isinstance(node, ast.Lambda) and _is_source_of(node, rule)
    ]
    texts = {ast.unparse(body) for body in found}
    return found[0] if len(texts) == 1 else None  # two alike on a line: no guessing


def _trees(function: Callable[..., Any]) -> Iterator[ast.stmt]:
    """Yield the statements that a function's source consists of; none if it cannot be read."""
    try:
        source = textwrap.dedent(inspect.getsource(function))
        yield from ast.parse(source).body
    except (OSError, TypeError, SyntaxError):
        return


def _is_source_of(node: ast.expr, rule: Callable[..., Any]) -> bool:
    """Return True for a lambda with the parameters of the rule."""
    if not isinstance(node, ast.Lambda):
        return False
    names = [argument.arg for argument in node.args.args]
    return names == list(inspect.signature(rule).parameters)
