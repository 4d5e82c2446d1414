"""What is on the screen while the network learns."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ..common.page import indented, table


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
