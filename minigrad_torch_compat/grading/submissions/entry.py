"""Which of the files that were handed in is the implementation."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from pathlib import PurePosixPath

from .reading import SubmissionError
from .text import decoded

_USUAL = ("tensor", "engine", "autograd", "autodiff", "value", "variable", "homework", "main")
_NOT_MEANT = ("test_*.py", "*_test.py", "conftest.py", "setup.py", "noxfile.py", "__main__.py")


def chosen(files: Mapping[str, bytes], patterns: Sequence[str]) -> str:
    """Return the entry: a .py file, a notebook, or the folder of a package.

    Args:
        files: contents by path.
        patterns: of the assignment; the first that matches wins. A folder ends with a slash.

    Raises:
        SubmissionError: if nothing can be meant, or several files can.
    """
    for pattern in patterns:
        if found := _matching(files, pattern):
            return found
    single = [name for name in files if name.endswith((".py", ".ipynb"))]
    if len(single) == 1:
        return _package_of(single[0], files)
    if not single:
        raise SubmissionError("there is no Python file and no notebook")
    if "__init__.py" in files:
        return "."
    return _package_of(_best(files, single), files)


def _matching(files: Mapping[str, bytes], pattern: str) -> str:
    if pattern.endswith("/"):
        folder = pattern.strip("/")
        is_there = any(name.startswith(folder + "/") for name in files)
        return folder if f"{folder}/__init__.py" in files or is_there else ""
    matches = [n for n in files if fnmatch(n, pattern) or fnmatch(PurePosixPath(n).name, pattern)]
    return min(matches, key=lambda name: (name.count("/"), name), default="")


def _package_of(name: str, files: Mapping[str, bytes]) -> str:
    """Return the outermost package that a file belongs to, or the file."""
    best, folder = name, PurePosixPath(name).parent
    while str(folder) != "." and f"{folder}/__init__.py" in files:
        best, folder = str(folder), folder.parent
    return best


def _best(files: Mapping[str, bytes], names: Sequence[str]) -> str:
    """Return the file that defines a class with a backward pass."""
    meant = [n for n in names if not any(fnmatch(PurePosixPath(n).name, p) for p in _NOT_MEANT)]
    python = [name for name in meant if name.endswith(".py")]
    engines = [name for name in python if _has_backward(decoded(files[name])[0])]
    for found in (engines, python, meant):
        ranked = sorted(found, key=_rank)
        packages = {_package_of(name, files) for name in found}
        if len(packages) == 1 or (found and _rank(ranked[0])[0] < len(_USUAL)):
            return ranked[0]
        if found:
            raise SubmissionError(
                f"it is not clear which of {', '.join(sorted(packages)[:8])} is meant: "
                "name it under [submission] entry in the assignment"
            )
    raise SubmissionError("there are tests only, and no implementation")


def _rank(name: str) -> tuple[int, int, str]:
    stem = PurePosixPath(name).stem.lower()
    usual = next((i for i, word in enumerate(_USUAL) if word in stem), len(_USUAL))
    return usual, name.count("/"), name


def _has_backward(text: str) -> bool:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    names = [n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    return "backward" in names


def only_defines(text: str) -> bool:
    """Tell whether importing a source only defines things, and trains or plots nothing."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(_defines(statement) for statement in body)


def _defines(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.If):
        return "__name__" in ast.dump(statement.test) or all(map(_defines, statement.body))
    if isinstance(statement, ast.Try):
        return all(map(_defines, statement.body))
    defining = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
                ast.Assign, ast.AnnAssign, ast.Pass)  # fmt: skip
    return isinstance(statement, defining)
