"""Curves: the figures of every step, for a plot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..figures import Figures
from .callback import Callback

if TYPE_CHECKING:
    from ..trainer import Trainer


class Curves(Callback):
    """Keeps the figures of every step, those before a resumption too.

    Attributes:
        figures: lists, by name; each has a number for each step.
    """

    def __init__(self) -> None:
        self.figures: dict[str, list[float]] = {}

    def on_batch_end(self, trainer: Trainer, figures: Figures) -> None:
        """Append the figures of a step."""
        for name, value in figures.items():
            self.figures.setdefault(name, []).append(value)

    def state_dict(self) -> dict[str, Any]:
        """Return the figures as arrays: they are long."""
        return {"figures": {name: np.array(values) for name, values in self.figures.items()}}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from the figures of a state."""
        self.figures = {name: values.tolist() for name, values in state["figures"].items()}
