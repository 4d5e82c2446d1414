"""EarlyStopping: no further when it no longer helps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..figures import Figures
from .callback import Callback, Monitor

if TYPE_CHECKING:
    from ..trainer import Trainer


class EarlyStopping(Callback):
    """Ends training when a figure has not become better for some epochs, or is NaN or infinite.

    Args:
        monitor: the figure.
        patience: epochs without a better one that are borne.
        mode: "min" if lower is better, "max" if higher is.
        min_delta: a change that is not larger does not count.
        restore: whether the model goes back to its best epoch in the end.

    Attributes:
        reason: in words why training was ended; None if it was not.
    """

    def __init__(
        self,
        monitor: str = "validation_loss",
        patience: int = 3,
        mode: str = "min",
        min_delta: float = 0.0,
        restore: bool = False,
    ) -> None:
        self.monitor = Monitor(monitor, mode, min_delta)
        self.patience, self.restore = patience, restore
        self.waited = 0
        self.reason: str | None = None
        self._best: dict[str, Any] | None = None

    def on_fit_start(self, trainer: Trainer) -> None:
        """Stay stopped, if what is resumed was."""
        trainer.stopping = self.reason is not None

    def on_epoch_end(self, trainer: Trainer, figures: Figures) -> None:
        """Count the epochs without a better figure."""
        value = self.monitor.value(figures)
        if self.monitor.improved(figures):
            self.waited = 0
            if self.restore:
                state = trainer.model.state_dict()
                self._best = {name: tensor.clone() for name, tensor in state.items()}
        else:
            self.waited += 1
        name = self.monitor.figure
        if not math.isfinite(value):
            self._stop(trainer, f"{name} is {value} after epoch {trainer.epoch}")
        elif self.waited > self.patience:
            best = f"{self.monitor.best:.6g}"
            self._stop(trainer, f"{name} is not better than {best} for {self.waited} epochs")

    def _stop(self, trainer: Trainer, reason: str) -> None:
        self.reason = reason
        trainer.stopping = True
        if self._best is not None:
            trainer.model.load_state_dict(self._best)

    def state_dict(self) -> dict[str, Any]:
        """Return the best figure and model, and how long ago that was."""
        return {
            "best": self.monitor.best,
            "waited": self.waited,
            "reason": self.reason,
            "model": self._best,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.monitor.best, self.waited = state["best"], state["waited"]
        self.reason, self._best = state["reason"], state["model"]
