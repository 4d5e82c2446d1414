"""What a chapter is, and how it is run: nothing is told that was not executed."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import os
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from ..common.listing import body, source
from .chapters import CHAPTERS

PICTURES = (".png", ".svg")


class Snippet(NamedTuple):
    """A piece of code and the words before it; a definition has nothing to run."""

    title: str
    words: list[str]
    code: str
    run: Callable[[], None] | None


class Chapter(NamedTuple):
    """Number, title, opening words and snippets. The first has no title: it is the imports."""

    number: int
    title: str
    words: list[str]
    snippets: list[Snippet]


class Told(NamedTuple):
    """A snippet that was run: what it printed, and the pictures it left."""

    snippet: Snippet
    output: str
    pictures: list[Path]


def read(name: str, seed: int) -> Chapter:
    """Return a chapter, whose random numbers begin with a seed."""
    module = import_module(f"{__package__}.chapters.{name}")
    title, *words = paragraphs(module)
    number = CHAPTERS.index(name) + 1
    return Chapter(number, title.rstrip("."), words, [opening(module, seed), *snippets(module)])


def opening(module: ModuleType, seed: int) -> Snippet:
    """Return the lines every snippet of a chapter relies on: its imports, and a seed."""
    text = inspect.getsource(module)
    imports = [
        ast.get_source_segment(text, node)
        for node in ast.parse(text).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    code = "\n".join([*map(str, imports), "", f"mg.manual_seed({seed})"])
    return Snippet("", [], code, lambda: exec(code, {}))


def snippets(module: ModuleType) -> Iterator[Snippet]:
    """Yield the functions and classes that a module defines, in their order."""
    for name, item in vars(module).items():
        if getattr(item, "__module__", None) != module.__name__:
            continue  # imported
        words = paragraphs(item)
        if inspect.isfunction(item) and not inspect.signature(item).parameters:
            yield Snippet(name.replace("_", " ").capitalize(), words, body(item), item)
        else:
            kind = "The class" if inspect.isclass(item) else "The function"
            yield Snippet(f"{kind} {name}", words, source(item, docstring=False), None)


def paragraphs(item: Any) -> list[str]:
    """Return the paragraphs of a docstring, each on one line."""
    return [" ".join(text.split()) for text in (inspect.getdoc(item) or "").split("\n\n")]


def tell(snippet: Snippet) -> Told:
    """Run a snippet; catch what it prints, and notice the pictures it leaves in this folder."""
    before = pictures()
    printed = io.StringIO()
    if snippet.run:
        with contextlib.redirect_stdout(printed):
            snippet.run()
    left = [path for path, written in pictures().items() if before.get(path) != written]
    return Told(snippet, printed.getvalue().rstrip("\n").expandtabs(4), left)


def pictures() -> dict[Path, int]:
    """Return the pictures in this folder, and when they were written."""
    found = (path for path in sorted(Path.cwd().iterdir()) if path.suffix in PICTURES)
    return {path: path.stat().st_mtime_ns for path in found}


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Work in a folder, where the snippets leave their files; then go back."""
    folder.mkdir(parents=True, exist_ok=True)
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
