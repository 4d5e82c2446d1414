"""Kernels that overwrite where they should accumulate: ``out[places] = g`` for ``+= g``."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from minigrad.autograd import PRIMITIVES

from .rules import Mutant, compiled, difference, node_of


def kernel_mutants(names: Iterable[str]) -> list[Mutant]:
    """Return the mutants of all functions that the forward functions of some primitives call.

    Adjoints are primitives too, and have derivatives; what has none takes part in no gradient.
    """
    users: dict[FunctionType, list[str]] = {}
    for name in names:
        if not PRIMITIVES[name].differentiable:
            continue
        for function in called_by(PRIMITIVES[name].forward):
            users.setdefault(function, []).append(name)
    found: dict[str, Mutant] = {}
    for function in sorted(users, key=lambda f: (f.__module__, f.__code__.co_firstlineno)):
        node = node_of(function)
        for altered in () if node is None else overwriting(node):
            code = compiled(function, altered)
            if code is not None:
                kernel = f"{function.__module__.split('.')[-1]}.{function.__qualname__}"
                kind = "overwritten instead of accumulated"
                name = f"{kernel}: {kind}: {difference(node, altered)}"
                found.setdefault(name, Mutant(name, tuple(users[function]), code, function))
    return list(found.values())


def called_by(function: Any) -> list[FunctionType]:
    """Return a function and those of minigrad that it names, and so on; primitives end the way."""
    found: dict[FunctionType, None] = {}
    queue = [function]
    while queue:
        one = queue.pop()
        if isinstance(one, type):
            queue += [value for value in vars(one).values() if isinstance(value, FunctionType)]
        elif isinstance(one, FunctionType) and one not in found:
            found[one] = None
            names = list(_names(one.__code__))
            values = [one.__globals__.get(name) for name in names]
            modules = [value for value in values if isinstance(value, ModuleType)]
            values += [vars(module).get(name) for module in modules for name in names]
            queue += [
                v for v in values if str(getattr(v, "__module__", "")).startswith("minigrad.")
            ]
    return list(found)


def _names(code: Any) -> Iterator[str]:
    """Return the names that a function mentions, and those of the functions in it."""
    yield from code.co_names
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            yield from _names(constant)


def overwriting(function: ast.AST) -> Iterator[ast.AST]:
    """Yield copies of a function, in each of which one ``a[i] += b`` has become ``a[i] = b``."""
    for index, node in enumerate(ast.walk(function)):
        if _accumulates(node):
            altered = copy.deepcopy(function)
            for place, other in enumerate(ast.walk(altered)):
                if place == index:
                    assigned = _assigned(other)
                    yield ast.fix_missing_locations(_Replace(other, assigned).visit(altered))
                    break


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, ast.copy_location(new, old)

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else self.generic_visit(node)


def _accumulates(node: ast.AST) -> bool:
    """Return whether a statement is ``a[i] += b`` or ``np.add.at(a, i, b)``."""
    if isinstance(node, ast.AugAssign):
        return isinstance(node.op, ast.Add) and isinstance(node.target, ast.Subscript)
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).endswith(".add.at")
        and len(node.value.args) == 3
    )


def _assigned(node: Any) -> ast.stmt:
    if isinstance(node, ast.AugAssign):
        return ast.Assign([node.target], node.value)
    out, index, values = node.value.args
    return ast.Assign([ast.Subscript(out, index, ast.Store())], values)
