"""Progress: a line for each epoch, and a bar while one runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ..figures import Figures
from .callback import Callback

if TYPE_CHECKING:
    from ..trainer import Trainer


class Progress(Callback):
    """Prints the figures of every epoch; on a terminal, a bar shows the batches and the time left.

    Args:
        console: of the package rich; by default one for the standard output.

    Raises:
        ModuleNotFoundError: without the package rich.
    """

    def __init__(self, console: Any = None) -> None:
        from rich.console import Console

        self.console = Console(highlight=False) if console is None else console
        self._bar: Any = None

    def on_fit_start(self, trainer: Trainer) -> None:
        """Show the bar; where the length of the loader is not known, without an end."""
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        columns = (BarColumn(bar_width=32), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(
            TextColumn("{task.description}"),
            *columns,
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        try:
            total = len(trainer.loader) * (trainer.epochs or 0)
        except TypeError:
            total = None
        self._task = self._bar.add_task("starting", total=total, completed=trainer.step)
        self._bar.start()
        self._began = time.perf_counter()

    def on_batch_end(self, trainer: Trainer, figures: Figures) -> None:
        """Advance the bar."""
        text = f"epoch {trainer.epoch + 1}  {shown(figures)}"
        self._bar.update(self._task, advance=1, description=text)

    def on_epoch_end(self, trainer: Trainer, figures: Figures) -> None:
        """Print the figures of an epoch."""
        seconds = time.perf_counter() - self._began
        width = len(str(trainer.epochs))
        text = f"epoch {trainer.epoch:>{width}}/{trainer.epochs}  {shown(figures)}  {seconds:.1f} s"
        self.console.print(text, markup=False, soft_wrap=True)

    def on_fit_end(self, trainer: Trainer) -> None:
        """Take the bar away."""
        self._bar.stop()


def shown(figures: Figures) -> str:
    """Return figures as text."""
    return "  ".join(f"{name.replace('_', ' ')} {value:.4g}" for name, value in figures.items())
