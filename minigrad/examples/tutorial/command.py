"""Chapter after chapter: on the terminal, and onto the page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from minigrad.files import write

from ..common.page import page
from ..common.program import Out, Seed
from . import terminal
from .book import inside, read, tell
from .chapters import CHAPTERS
from .webpage import Chapters, webpage

Number = Annotated[
    int | None,
    typer.Option(min=1, max=len(CHAPTERS), help="Tell only this chapter; without it, all."),
]


def tutorial(
    out: Out = Path("minigrad-tutorial"),
    chapter: Number = None,
    seed: Seed = 0,
) -> None:
    """Tell what minigrad does, in small pieces of code that are run before your eyes.

    The same goes to one web page, tutorial.html, with the pictures.
    """
    console = page()
    console.print(
        "Tensors, gradients, networks: a first book. Each piece of code below is run as it is "
        "shown; what it prints stands behind a bar."
    )
    folder = out.resolve()
    told: Chapters = []
    with inside(folder):
        for name in CHAPTERS if chapter is None else CHAPTERS[chapter - 1 : chapter]:
            content = read(name, seed)
            terminal.open_chapter(console, content)
            told.append((content, []))
            for snippet in content.snippets:
                result = tell(snippet)
                terminal.show(console, result)
                told[-1][1].append(result)
    path = write(folder / "tutorial.html", webpage(told).encode())
    console.print("\nThe same as one page, with the pictures:")
    console.print(f"[bold]{escape(str(path))}[/]", soft_wrap=True)
