"""What is altered: one mistake in the syntax tree of a rule."""

from __future__ import annotations

import ast
import copy
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

Alteration = tuple[str, ast.AST]  # what was done, the altered function

_AXES = {"axis", "axes", "dim", "dims"}
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}


def alterations(function: ast.AST, operands: tuple[str, ...]) -> Iterator[Alteration]:
    """Yield copies of a rule (a lambda or a function), each with one mistake.

    Args:
        function: the rule's node.
        operands: names of the primitive's operands, of which any two may be confused.
    """
    count = sum(1 for _ in ast.walk(function))
    for index in range(count):
        for name, alter in _ALTERATIONS:
            # A copy for each, since trees are altered where they are.
            altered = copy.deepcopy(function)
            node = next(itertools.islice(ast.walk(altered), index, None))
            for replacement in alter(node) or ():
                yield name, _replaced(altered, node, replacement)
                altered = copy.deepcopy(function)
                node = next(itertools.islice(ast.walk(altered), index, None))
    yield from _swapped(function, operands)


def _replaced(tree: ast.AST, node: ast.AST, replacement: ast.AST) -> ast.AST:
    class Replace(ast.NodeTransformer):
        def visit(self, visited: ast.AST) -> Any:
            return replacement if visited is node else self.generic_visit(visited)

    ast.copy_location(replacement, node)
    return ast.fix_missing_locations(Replace().visit(tree))


def _swapped(function: ast.AST, operands: tuple[str, ...]) -> Iterator[Alteration]:
    """Confuse two operands that the rule names."""
    named = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    for one, other in itertools.combinations([name for name in operands if name in named], 2):
        altered = copy.deepcopy(function)
        for node in ast.walk(altered):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                node.id = {one: other, other: one}.get(node.id, node.id)
        yield f"swapped {one} and {other}", altered


# --- of an expression -----------------------------------------------------------------------------


def _sign(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        if not isinstance(node.operand, ast.Constant):
            yield node.operand
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        opposite = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield ast.BinOp(node.left, opposite, node.right)


def _returned_sign(node: ast.AST) -> Iterator[ast.AST]:
    """Negate what a rule returns: each of the gradients of a joint one."""
    if isinstance(node, ast.Lambda):
        yield ast.Lambda(node.args, _negated(node.body))
    elif isinstance(node, ast.Return) and is_zero(node.value):
        return
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        for i, value in enumerate(node.value.elts):
            if not isinstance(value, ast.Constant | ast.Starred):
                parts = [*node.value.elts[:i], _negated(value), *node.value.elts[i + 1 :]]
                yield ast.Return(ast.Tuple(parts, ast.Load()))
    elif isinstance(node, ast.Return) and not isinstance(node.value, ast.Constant | None):
        yield ast.Return(_negated(node.value))


def is_zero(value: ast.AST | None) -> bool:
    """Return whether an expression says that a gradient is 0, of which there is one sign only."""
    return value is not None and re.fullmatch(r"zero\(\w+\)|g \* 0", ast.unparse(value)) is not None


def _negated(value: ast.expr) -> ast.expr:
    """Return ``-value``, and None where the value is None: no gradient."""
    if isinstance(value, ast.IfExp):
        return ast.IfExp(value.test, _negated(value.body), _negated(value.orelse))
    if isinstance(value, ast.Constant) and value.value is None:
        return value
    return ast.UnaryOp(ast.USub(), value)


def _factor(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield from (node.left, node.right)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        yield node.left


def _term(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        yield from (node.left, node.right)


def _constant(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp):
        for side, other in (("left", "right"), ("right", "left")):
            value = getattr(node, side)
            # Numbers in arithmetic with numbers are sizes and indices.
            if isinstance(value, ast.Constant) and isinstance(value.value, float | complex):
                changed = ast.Constant(value.value * 1.5 + 0.25)
                parts = {side: changed, other: getattr(node, other)}
                yield ast.BinOp(parts["left"], node.op, parts["right"])


def _condition(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        opposite = _OPPOSITE.get(type(node.ops[0]))
        if opposite is not None:
            yield ast.Compare(node.left, [opposite()], node.comparators)


def _branches(node: ast.AST) -> Iterator[ast.AST]:
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "where"
        and len(node.args) == 3
    ):
        condition, one, other = node.args
        yield ast.Call(node.func, [condition, other, one], node.keywords)


def _axis(node: ast.AST) -> Iterator[ast.AST]:
    """Take the dimension before the right one: the last instead of the first."""
    if not isinstance(node, ast.Call):
        return
    for i, keyword in enumerate(node.keywords):
        if keyword.arg in _AXES:
            value = ast.unparse(keyword.value)
            shifted = ast.parse(
                f"({value}) - 1 if isinstance({value}, int) else "
                f"tuple(map((-1).__add__, {value} or ()))",
                mode="eval",
            ).body
            changed = ast.keyword(keyword.arg, shifted)
            keywords = [*node.keywords[:i], changed, *node.keywords[i + 1 :]]
            yield ast.Call(node.func, node.args, keywords)


_ALTERATIONS: tuple[tuple[str, Callable[[ast.AST], Iterator[ast.AST] | None]], ...] = (
    ("sign of the result", _returned_sign),
    ("sign", _sign),
    ("dropped factor", _factor),
    ("dropped term", _term),
    ("wrong constant", _constant),
    ("inverted condition", _condition),
    ("exchanged branches", _branches),
    ("wrong axis", _axis),
)
