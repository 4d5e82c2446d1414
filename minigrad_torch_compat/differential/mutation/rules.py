"""Where rules are found in the source, and how a mutant takes a rule's place for a while."""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType, FunctionType
from typing import Any

from minigrad.autograd import PRIMITIVES

from .alterations import alterations, is_zero


@dataclass(frozen=True)
class Rule:
    """A derivative rule as it is written, with the primitives that use it."""

    function: FunctionType
    primitives: tuple[str, ...]
    operands: tuple[str, ...]

    @property
    def name(self) -> str:
        """``mul.x``: a primitive and the operand whose gradient this is (``conv.joint``)."""
        entry = PRIMITIVES[self.primitives[0]]
        if entry.joint:
            return f"{entry.name}.joint"
        names = [
            operand
            for operand, rule in zip(entry.operands, entry.rules)
            if rule is not None and inspect.unwrap(rule) is self.function
        ]
        return f"{entry.name}.{'+'.join(names)}"


@dataclass(frozen=True)
class Mutant:
    """A rule with one mistake.

    Attributes:
        name: rule, kind of mistake and how the altered expression reads: its identity.
        primitives: those whose specs must notice.
    """

    name: str
    primitives: tuple[str, ...]
    code: CodeType = field(repr=False, compare=False)
    function: FunctionType = field(repr=False, compare=False)

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Let the mutant take the rule's place: in the function itself, wherever it is used."""
        original, self.function.__code__ = self.function.__code__, self.code
        try:
            yield
        finally:
            self.function.__code__ = original


def rules_of(names: Iterable[str]) -> list[Rule]:
    """Return the rules of some primitives, each function once."""
    users: dict[FunctionType, list[str]] = {}
    for name in names:
        for rule in PRIMITIVES[name].rules:
            function = None if rule is None else inspect.unwrap(rule)
            if isinstance(function, FunctionType) and name not in users.setdefault(function, []):
                users[function].append(name)
    return [
        Rule(function, tuple(found), PRIMITIVES[found[0]].operands)
        for function, found in users.items()
    ]


def mutants_of(rule: Rule) -> list[Mutant]:
    """Return every altered form of a rule; none for one that refuses or is zero everywhere."""
    node = node_of(rule.function)
    if node is None or (isinstance(node, ast.Lambda) and is_zero(node.body)):
        return []
    found: dict[str, Mutant] = {}
    for kind, altered in alterations(node, rule.operands):
        code = compiled(rule.function, altered)
        if code is None or (
            code.co_code == rule.function.__code__.co_code
            and (
                code.co_consts == rule.function.__code__.co_consts
                and code.co_names == rule.function.__code__.co_names
            )
        ):
            continue
        name = f"{rule.name}: {kind}: {difference(node, altered)}"
        found.setdefault(name, Mutant(name, rule.primitives, code, rule.function))
    return list(found.values())


# --- source ---------------------------------------------------------------------------------------


@functools.cache
def _tree(filename: str) -> ast.Module:
    with open(filename, encoding="utf-8") as file:
        return ast.parse(file.read(), filename)


def node_of(function: FunctionType) -> Any:
    """Return the node of a lambda or function: the one that begins where its code does."""
    code = function.__code__
    if code.co_name != "<lambda>":
        for node in ast.walk(_tree(code.co_filename)):
            if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
                first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                if first == code.co_firstlineno:
                    return node
        return None
    parameters = code.co_varnames[: code.co_argcount]
    here = [
        node
        for node in ast.walk(_tree(code.co_filename))
        if isinstance(node, ast.Lambda)
        and node.lineno == code.co_firstlineno
        and tuple(argument.arg for argument in node.args.args) == parameters
    ]
    for node in here:  # two alike on one line differ in what they say
        made = compiled(function, node)
        if made is not None and made.co_code == code.co_code:
            return node
    return None


def compiled(function: FunctionType, node: Any) -> CodeType | None:
    """Return the code of an altered function; None if it no longer fits the function's cells."""
    free = function.__code__.co_freevars
    inner: ast.stmt
    if isinstance(node, ast.Lambda):
        inner = ast.Expr(node)
    else:
        inner = ast.FunctionDef(
            node.name, node.args, node.body, [], node.returns, node.type_comment, **_type_params
        )
    outer = ast.FunctionDef(
        name="outer",
        args=ast.arguments([], [ast.arg(name) for name in free], None, [], [], None, []),
        body=[inner],
        decorator_list=[],
        **_type_params,
    )
    module = ast.fix_missing_locations(ast.Module([outer], []))
    name = "<lambda>" if isinstance(node, ast.Lambda) else node.name
    flags = function.__code__.co_flags & _FUTURE
    whole = compile(module, function.__code__.co_filename, "exec", flags, dont_inherit=True)
    (made,) = (c for c in whole.co_consts if isinstance(c, CodeType))
    for code in made.co_consts:
        if isinstance(code, CodeType) and code.co_name == name and code.co_freevars == free:
            return code
    return None


_FUTURE = 0x1000000  # from __future__ import annotations
_type_params: dict[str, Any] = {"type_params": []} if hasattr(ast, "TypeVar") else {}


def difference(before: ast.AST, after: ast.AST) -> str:
    """Return the line of the altered source that differs."""
    old, new = ast.unparse(before).splitlines(), ast.unparse(after).splitlines()
    return next((line.strip() for a, line in zip(old, new) if a != line), new[-1].strip())
