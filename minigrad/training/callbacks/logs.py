"""Logs: the figures of every epoch, for a table or for TensorBoard."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...files import write
from ..figures import Figures
from .callback import Callback

if TYPE_CHECKING:
    from ..trainer import Trainer


class CSVLog(Callback):
    """Writes the history as a CSV file after every epoch, a line each.

    The file is written anew each time, so that after a resumption it holds no epoch twice.

    Args:
        path: the file.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def on_epoch_end(self, trainer: Trainer, figures: Figures) -> None:
        """Write all epochs so far."""
        names = list(dict.fromkeys(name for row in trainer.history for name in row))
        text = io.StringIO()
        table = csv.DictWriter(text, ["epoch", *names], lineterminator="\n")
        table.writeheader()
        for number, row in enumerate(trainer.history, start=1):
            table.writerow({"epoch": number, **row})
        write(self.path, text.getvalue().encode())


class TensorBoardLog(Callback):
    """Writes the figures of batches and epochs, and the learning rate, for TensorBoard.

    Args:
        folder: where to.

    Raises:
        ModuleNotFoundError: without the package tensorboardX.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        try:
            from tensorboardX import SummaryWriter  # type: ignore[import-untyped]
        except ModuleNotFoundError:
            raise ModuleNotFoundError(
                "TensorBoardLog needs the package tensorboardX: pip install tensorboardX",
                name="tensorboardX",
            ) from None
        self._kind: Any = SummaryWriter
        self.folder = os.fspath(folder)
        self._writer: Any = None

    def on_fit_start(self, trainer: Trainer) -> None:
        """Open the log; what a resumed training repeats is replaced."""
        self._writer = self._kind(self.folder, purge_step=trainer.step or None)

    def on_batch_end(self, trainer: Trainer, figures: Figures) -> None:
        """Write the figures of a batch."""
        for name, value in figures.items():
            self._writer.add_scalar(f"batch/{name}", value, trainer.step)

    def on_epoch_end(self, trainer: Trainer, figures: Figures) -> None:
        """Write the figures of an epoch, and the learning rate of the first group."""
        for name, value in figures.items():
            self._writer.add_scalar(f"epoch/{name}", value, trainer.step)
        rate = trainer.optimizer.param_groups[0]["lr"]
        self._writer.add_scalar("learning rate", float(rate), trainer.step)

    def on_fit_end(self, trainer: Trainer) -> None:
        """Close the log."""
        self._writer.close()
