"""The losses of every round."""

from __future__ import annotations

from math import log
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from ..common.pictures import BLUE, GREY, RED, plain, save
from .game import REAL

DRAW = REAL / 2  # the best D where real and fake images are alike
DRAWN_LOSSES = {
    "discriminator": -REAL * log(DRAW) - (2 - REAL) * log(1 - DRAW),
    "generator": -log(DRAW),
}


def draw_curves(path: Path, figures: dict[str, list[float]], name: str) -> Path:
    """Draw losses above probabilities, with those of a draw between the players."""
    figure = Figure(figsize=(8, 6.5), layout="constrained")
    upper, lower = figure.subplots(2, sharex=True)
    curve = {"linewidth": 0.9}
    steps = np.arange(1, len(figures["generator"]) + 1)
    for player, color in (("discriminator", BLUE), ("generator", RED)):
        upper.plot(steps, figures[player], color=color, label=f"of the {player}", **curve)
        label = f"in a draw: {DRAWN_LOSSES[player]:.2f}"
        upper.axhline(DRAWN_LOSSES[player], color=color, linestyle=":", label=label)
    for kind, color in (("real", BLUE), ("fake", RED)):
        lower.plot(steps, figures[kind], color=color, label=f"of {kind} images", **curve)
    lower.axhline(DRAW, color=GREY, linestyle=":", label=f"in a draw: {DRAW:.2f}")
    highest = max(*figures["discriminator"], *figures["generator"])
    upper.set(ylabel="loss (nats)", ylim=(0, 1.3 * highest))  # the upper part is for the legend
    upper.set_title(f"{name}: the losses of the two players ...", loc="left")
    upper.legend(frameon=False, ncols=2, loc="upper right")
    lower.set(ylabel="D: probability of being real", xlabel="round", ylim=(0, 1.2))
    lower.set_yticks(np.linspace(0, 1, 6))
    lower.set_title("... and what the discriminator says, mean of a batch", loc="left")
    lower.legend(frameon=False, ncols=3, loc="upper right")
    plain(upper, lower)
    return save(figure, path)
