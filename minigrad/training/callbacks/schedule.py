"""Schedule: steps of a learning-rate scheduler."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from ..figures import Figures
from .callback import Callback, Monitor

if TYPE_CHECKING:
    from ..trainer import Trainer


class Schedule(Callback):
    """Calls ``scheduler.step()`` after every epoch, or after every batch.

    Args:
        scheduler: from ``optim.lr_scheduler``.
        each: "epoch" or "batch".
        monitor: the figure that ``ReduceLROnPlateau`` looks at.

    Raises:
        ValueError: for another ``each``, or if the scheduler needs a figure and none is named.
    """

    def __init__(self, scheduler: Any, each: str = "epoch", monitor: str | None = None) -> None:
        if each not in ("epoch", "batch"):
            raise ValueError(f"each must be 'epoch' or 'batch', got {each!r}")
        first = next(iter(inspect.signature(scheduler.step).parameters.values()), None)
        if monitor is None and first is not None and first.default is inspect.Parameter.empty:
            raise ValueError(f"{type(scheduler).__name__} needs a figure: give monitor its name")
        self.scheduler, self.each = scheduler, each
        self.monitor = None if monitor is None else Monitor(monitor, "min")

    def on_batch_end(self, trainer: Trainer, figures: Figures) -> None:
        """Step, if it is done after batches."""
        if self.each == "batch":
            self._step(figures)

    def on_epoch_end(self, trainer: Trainer, figures: Figures) -> None:
        """Step, if it is done after epochs."""
        if self.each == "epoch":
            self._step(figures)

    def _step(self, figures: Figures) -> None:
        self.scheduler.step(*() if self.monitor is None else (self.monitor.value(figures),))

    def state_dict(self) -> dict[str, Any]:
        """Return the scheduler's state."""
        return {"scheduler": self.scheduler.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take over a scheduler's state."""
        self.scheduler.load_state_dict(state["scheduler"])
