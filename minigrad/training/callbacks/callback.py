"""Callback: the joints of a training, at which nothing happens yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..figures import Figures

if TYPE_CHECKING:
    from ..trainer import Trainer


class Callback:
    """Base class: redefine the joints that matter, and the state that must survive a resumption."""

    last = False  # whether it is told after all others

    def on_fit_start(self, trainer: Trainer) -> None:
        """Before the first epoch; after a resumption too."""

    def on_epoch_start(self, trainer: Trainer) -> None:
        """Before the first batch of an epoch."""

    def on_batch_end(self, trainer: Trainer, figures: Figures) -> None:
        """After a step, with its figures."""

    def on_epoch_end(self, trainer: Trainer, figures: Figures) -> None:
        """After an epoch, with its mean figures and those of validation."""

    def on_fit_end(self, trainer: Trainer) -> None:
        """After the last epoch, or when an error ended the training."""

    def state_dict(self) -> dict[str, Any]:
        """Return what ``load_state_dict`` needs: numbers, tensors, dicts and lists of them."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""


class Monitor:
    """Watches a figure for its best value.

    Args:
        figure: its name, for example "validation_loss".
        mode: "min" if lower is better, "max" if higher is.
        min_delta: what counts as better is better by more than this.

    Raises:
        ValueError: for another mode.
    """

    def __init__(self, figure: str, mode: str, min_delta: float = 0.0) -> None:
        if mode not in ("min", "max"):
            raise ValueError(f"mode must be 'min' or 'max', got {mode!r}")
        self.figure, self.sign, self.min_delta = figure, 1 if mode == "max" else -1, min_delta
        self.best: float | None = None

    def value(self, figures: Figures) -> float:
        """Return the figure.

        Raises:
            KeyError: if it is not measured; the message names those that are.
        """
        if self.figure not in figures:
            raise KeyError(f"no figure {self.figure!r}: this training has {', '.join(figures)}")
        return figures[self.figure]

    def improved(self, figures: Figures) -> bool:
        """Return whether the figure is the best so far, and remember it if so."""
        value = self.value(figures)
        if self.best is not None and not self.sign * (value - self.best) > self.min_delta:
            return False
        if value != value:  # NaN is no improvement on nothing
            return False
        self.best = value
        return True
