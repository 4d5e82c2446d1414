"""How the programs speak: headings, matrices and tables."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table

WIDTH = 92  # longer lines are hard to read


def page() -> Console:
    """Return a console for a terminal or, without colours and control codes, a file."""
    console = Console(highlight=False)
    console.width = min(console.width, WIDTH)
    return console


def chapter(console: Console, number: int, title: str) -> None:
    """Print a heading."""
    console.print()
    console.rule(f"[bold cyan]{number}[/]  [bold]{title}[/]", align="left", style="cyan")
    console.print()


def indented(content: Any) -> Padding:
    """Set something off from the text."""
    return Padding(content, (0, 0, 0, 2), expand=False)


def table(*columns: str, left: int | None = None) -> Table:
    """Return an empty table; all columns but the first ``left`` are of numbers, aligned right."""
    made = Table(box=SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False)
    for i, column in enumerate(columns):
        made.add_column(column, justify="left" if left is None or i < left else "right")
    return made


def matrix(values: Any) -> str:
    """Return numbers in rows and columns, without brackets: a page of a book, not of a program.

    Example:
        >>> print(matrix([[10.0, -0.25], [2.0, 3.0]]))
        10  -0.25
         2      3
    """
    array = np.asarray(values)
    rows = [[f"{number:.4g}" for number in row] for row in np.atleast_2d(array)]
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(map(str.rjust, row, widths)).rstrip() for row in rows)
