"""Notebooks: their code cells as Python sources, with what only IPython understands taken out."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from .reading import SubmissionError
from .text import decoded

_LINE = re.compile(r"^(\s*)([!%?]|.*\?\s*$)")
_ASSIGNED = re.compile(r"^(\s*)([\w.,\s]+?)\s*=\s*[!%]")
_HARMLESS_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun")


def cells_of(data: bytes) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the titles and sources of a notebook's code cells, and notes.

    Raises:
        SubmissionError: if it is no notebook.
    """
    cells, notes = [], []
    code = [cell for cell in _cells(data) if cell.get("cell_type") == "code"]
    for number, cell in enumerate(code, 1):
        title = f"cell {number}"
        text = cell.get("source", "")
        source, said = plain("".join(text) if isinstance(text, list) else str(text))
        notes += [f"{title}: {note}" for note in said]
        if source.strip():
            cells.append((title, source))
    return cells, notes


def _cells(data: bytes) -> list[dict[str, Any]]:
    try:
        notebook = json.loads(decoded(data)[0])
    except (ValueError, RecursionError) as error:
        raise SubmissionError(f"the notebook is not JSON: {error}") from error
    if not isinstance(notebook, dict):
        raise SubmissionError("the notebook is no JSON object")
    if "worksheets" in notebook:
        notebook = _upgraded(data)
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise SubmissionError("the notebook has no list of cells")
    return [cell for cell in cells if isinstance(cell, dict)]


def _upgraded(data: bytes) -> dict[str, Any]:
    """Return a notebook of before 2015 in the present format."""
    try:
        import nbformat
    except ImportError:
        raise SubmissionError(
            "the notebook has the format of before version 4: install minigrad[grading] to read "
            "it, or save it with a newer Jupyter"
        ) from None
    try:
        reads: Any = nbformat.reads  # it has no types
        upgraded: dict[str, Any] = reads(decoded(data)[0], as_version=4)
    except Exception as error:
        raise SubmissionError(f"the notebook cannot be read: {error}") from error
    return upgraded


def plain(source: str) -> tuple[str, list[str]]:
    """Return a cell as Python, line by line, and what was taken out.

    A cell that is Python already stays as it is: ``%`` may begin a line of an expression.
    """
    if _is_python(source):
        return source, []
    lines = source.split("\n")
    first = next((line.strip() for line in lines if line.strip()), "")
    notes: list[str] = []
    if first.startswith("%%") and not first.startswith(_HARMLESS_CELLS):
        return "", [f"{first.split()[0]} was left out with its whole cell"]
    for index, line in enumerate(lines):
        if found := _ASSIGNED.match(line):
            lines[index] = f"{found[1]}{found[2]} = None  # {line.strip()}"
        elif found := _LINE.match(line):
            if line.strip().startswith("%%time"):
                pass  # the cell itself is run
            lines[index] = f"{found[1]}pass  # {line.strip()}"
        else:
            continue
        notes.append(f"{line.strip()[:80]!r} was left out: it is no Python")
    return "\n".join(lines), notes


def _is_python(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
