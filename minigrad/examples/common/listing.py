"""Show code that runs: the source of a function or class, read from its file."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import Any

from rich.syntax import Syntax


def source(definition: Any, docstring: bool = True) -> str:
    """Return the source of a function or class, with or without its docstring.

    Raises:
        OSError: if its file is not there.
    """
    text = textwrap.dedent(inspect.getsource(definition)).rstrip()
    if docstring:
        return text
    first, last = _docstring(text)
    lines = text.splitlines()
    below = lines[last:]
    while below and not below[0].strip():
        below.pop(0)
    return "\n".join(lines[: first - 1] + below)


def body(function: Any) -> str:
    """Return what stands below the signature and docstring of a function, moved to the left.

    Raises:
        OSError: if its file is not there.
    """
    text = textwrap.dedent(inspect.getsource(function)).rstrip()
    _, last = _docstring(text)
    return textwrap.dedent("\n".join(text.splitlines()[last:])).strip("\n")


def _docstring(text: str) -> tuple[int, int]:
    """Return the first and the last line of the docstring of a definition; lines count from 1."""
    (definition,) = ast.parse(text).body
    assert isinstance(definition, ast.FunctionDef | ast.ClassDef)
    first = definition.body[0]
    if ast.get_docstring(definition) is None or first.end_lineno is None:
        raise ValueError(f"{definition.name} has no docstring to find its beginning by")
    return first.lineno, first.end_lineno


def listing(text: str) -> Syntax:
    """Return Python code in colours that suit light and dark terminals."""
    return Syntax(text, "python", theme="ansi_dark", background_color="default", word_wrap=True)
