"""Tells, without running a program, which names of torch it uses and which minigrad lacks."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from ..imports import finder
from ..missing import MissingName, elsewhere, nearest
from .names import Uses, uses


@dataclass
class Verdict:
    """What is to be said of a name.

    Attributes:
        name: as PyTorch has it: ``torch.nn.Linear``.
        lines: where it stands in the file.
        missing: the shortest part of the name that minigrad lacks; None if it has all.
        like: the supported name that comes nearest to what is missing.
    """

    name: str
    lines: list[int]
    missing: str | None
    like: str | None


def check(path: str) -> dict[str, list[Verdict]]:
    """Return the verdicts on the names of a file and of the files beside it that it imports.

    Raises:
        OSError: if the file cannot be read.
        SyntaxError: if it, or one it imports, is no Python.
    """
    finder.activate()
    pages: dict[str, list[Verdict]] = {}
    queue = [Path(path)]
    root = Path(path).parent
    while queue:
        file = queue.pop(0)
        if str(file) in pages:
            continue
        found = uses(file.read_text(encoding="utf-8"), str(file))
        pages[str(file)] = [_verdict(name, lines) for name, lines in sorted(found.lines.items())]
        queue += sorted(_beside(found, file, root))
    return pages


def _beside(found: Uses, file: Path, root: Path) -> Iterator[Path]:
    """Yield the program's own files that a file imports."""
    for level, name in found.imports:
        base = root
        if level:
            base = file.parent
            for _ in range(level - 1):
                base = base.parent
        target = base.joinpath(*name.split(".")) if name else base
        for candidate in (target.with_suffix(".py"), target / "__init__.py"):
            if candidate.is_file():
                yield candidate


def _verdict(name: str, lines: list[int]) -> Verdict:
    missing, like = _resolve(name)
    return Verdict(name, lines, missing, like)


def _resolve(name: str) -> tuple[str | None, str | None]:
    """Return the part of a name that minigrad lacks, and what comes nearest; None if it has it."""
    top, *rest = name.split(".")
    owner: Any = importlib.import_module(top)
    reached = top
    for part in rest:
        if not (isinstance(owner, ModuleType) or inspect.isclass(owner)):
            return None, None  # an attribute of a value: not a name of torch's
        found = _part(owner, reached, part)
        if found is None:
            like = nearest(part, dir(owner))
            return f"{reached}.{part}", elsewhere(part) or (f"{reached}.{like}" if like else None)
        owner, reached = found[0], f"{reached}.{part}"
    return None, None


def _part(owner: Any, reached: str, part: str) -> tuple[Any] | None:
    try:
        return (getattr(owner, part),)
    except (MissingName, AttributeError):
        pass
    try:
        return (importlib.import_module(f"{reached}.{part}"),)
    except ImportError:
        return None


def report(pages: dict[str, list[Verdict]]) -> int:
    """Print the verdicts, file by file; return 1 if a name is missing, else 0."""
    lacking = 0
    for path, verdicts in pages.items():
        missing = [verdict for verdict in verdicts if verdict.missing]
        lacking += len(missing)
        print(f"{path}: {len(verdicts)} names of torch, {len(missing)} missing")
        for verdict in verdicts:
            print(_line(verdict))
    return 1 if lacking else 0


def _line(verdict: Verdict) -> str:
    lines = ", ".join(map(str, sorted(verdict.lines)))
    text = f"  {verdict.name:<44} line{'s' if len(verdict.lines) > 1 else ''} {lines}"
    if verdict.missing is None:
        return text
    hint = f"; the nearest name it has is {verdict.like}" if verdict.like else ""
    return f"{text}: minigrad has no {verdict.missing}{hint}"


def main(path: str) -> int:
    """Check a file and print the verdicts; return the exit status."""
    try:
        pages = check(path)
    except SyntaxError as error:
        print(f"{error.filename}, line {error.lineno}: {error.msg}", file=sys.stderr)
        return 2
    except (OSError, UnicodeDecodeError) as error:
        print(f"can't read {path!r}: {getattr(error, 'strerror', error)}", file=sys.stderr)
        return 2
    return report(pages)
