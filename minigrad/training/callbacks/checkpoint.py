"""Checkpoint: files to go on from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..figures import Figures
from .callback import Callback, Monitor

if TYPE_CHECKING:
    from ..trainer import Trainer


class Checkpoint(Callback):
    """Writes ``last.safetensors``, and ``best.safetensors`` when a figure is the best so far.

    Go on with ``trainer.fit(..., resume=checkpoint.last_path)``.

    Args:
        folder: where to; made if need be.
        every: how many batches lie between two; by default one at each end of an epoch. There is
            always one at the end of an epoch.
        monitor: the figure that "best" is about, for example "validation_loss".
        mode: "min" if a lower one is better, "max" if a higher one is.

    Raises:
        ValueError: for another mode, or if ``every`` is no positive number.
    """

    last = True

    def __init__(
        self,
        folder: str | os.PathLike[str],
        every: int | None = None,
        monitor: str | None = None,
        mode: str = "min",
    ) -> None:
        if every is not None and every < 1:
            raise ValueError(f"every must be at least 1, got {every}")
        self.every = every
        self.monitor = None if monitor is None else Monitor(monitor, mode)
        self.last_path = Path(folder) / "last.safetensors"
        self.best_path = Path(folder) / "best.safetensors"

    def on_batch_end(self, trainer: Trainer, figures: Figures) -> None:
        """Write the last one, if it is time."""
        if self.every and trainer.step % self.every == 0:
            trainer.save(self.last_path)

    def on_epoch_end(self, trainer: Trainer, figures: Figures) -> None:
        """Write the last one, and the best."""
        if self.monitor is not None and self.monitor.improved(figures):
            trainer.save(self.best_path)
        trainer.save(self.last_path)

    def state_dict(self) -> dict[str, Any]:
        """Return the best value so far."""
        return {} if self.monitor is None else {"best": self.monitor.best}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over the best value so far."""
        assert self.monitor is not None
        self.monitor.best = state["best"]
