"""How the tour speaks: headings, matrices, tables and a training board; files written whole."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.live import Live
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
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


class Board:
    """A table that grows by a line an epoch, with a progress bar below it while training runs."""

    def __init__(self, console: Console, epochs: int, steps: int) -> None:
        self.table = table("epoch", "training loss", "test accuracy", "seconds", left=0)
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
        )
        self.task = self.bar.add_task("starting", total=epochs * steps)
        self.training = True
        self.live = Live(console=console, get_renderable=self.shown, refresh_per_second=8)

    def shown(self) -> Any:
        """Return what is on the screen now; the bar goes when training is over."""
        parts = [self.table, self.bar] if self.training else [self.table]
        return indented(Group(*parts))

    def step(self, loss: float) -> None:
        """Count a step of the optimizer."""
        self.bar.update(self.task, advance=1, description=f"loss {loss:7.4f}")

    def epoch(self, number: int, loss: float, accuracy: float, seconds: float) -> None:
        """Add a line for an epoch."""
        self.table.add_row(f"{number}", f"{loss:.4f}", f"{accuracy:.2%}", f"{seconds:.1f}")

    def __enter__(self) -> Board:
        self.live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.training = False
        self.live.stop()
        if not self.live.console.is_terminal:  # where Live leaves the last line open
            self.live.console.print()


def write(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all: readers never see half of it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path
