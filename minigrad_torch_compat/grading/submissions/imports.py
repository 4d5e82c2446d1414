"""What sources import, found without running them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from .submission import Submission


@dataclass(frozen=True)
class Import:
    """An import, or the name of a module given to what imports by name."""

    module: str
    where: str  # "tensor.py, line 3"
    by_name: bool = False  # through importlib or __import__


def imports_of(submission: Submission) -> list[Import]:
    """Return every import in a submission's sources, in order."""
    texts = submission.sources | dict(submission.cells)
    return [found for name, text in texts.items() for found in _imports(text, name)]


def _imports(text: str, name: str) -> Iterator[Import]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return  # loading it will tell
    for node in ast.walk(tree):
        where = f"{name}, line {getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, where) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield Import(node.module, where)
        elif isinstance(node, ast.Call) and _imports_by_name(node.func) and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield Import(first.value, where, by_name=True)


def _imports_by_name(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id in ("__import__", "import_module")
    return isinstance(function, ast.Attribute) and function.attr in ("import_module", "__import__")


def forbidden(submission: Submission, names: set[str]) -> list[Import]:
    """Return the imports of modules that are forbidden, or of what lies in them."""
    own = submission.own_names
    return [
        found
        for found in imports_of(submission)
        if found.module.partition(".")[0] not in own
        and any(found.module == name or found.module.startswith(name + ".") for name in names)
    ]
