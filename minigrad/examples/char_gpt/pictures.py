"""Bits per character over the training, beside those of the bigram model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from minigrad.training import Curves, Trainer

from ..common.pictures import BLUE, GREY, RED, plain, save


def draw_bits(path: Path, trainer: Trainer, curves: Curves, bigram: float) -> Path:
    """Draw the loss of every step and of the held-out part after every epoch."""
    losses = curves.figures["loss"]
    steps = np.arange(1, len(losses) + 1)
    ends = steps.reshape(len(trainer.history), -1)[:, -1]
    learned = [row["loss"] for row in trainer.history]
    held_out = [row["validation_loss"] for row in trainer.history]
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    axes.plot(steps, losses, color=BLUE, alpha=0.35, linewidth=0.8, label="batch learned from")
    axes.plot(ends, learned, "o-", color=BLUE, markersize=4, label="mean of an epoch")
    axes.plot(ends, held_out, "s-", color=RED, markersize=4, label="held-out part")
    label = f"bigram model, held-out part: {bigram:.2f}"
    axes.axhline(bigram, color=GREY, linestyle=":", label=label)
    axes.set(xlabel="steps of the optimizer", ylabel="bits per character", ylim=(0, None))
    axes.set_title(f"A character of the held-out part costs {held_out[-1]:.2f} bits", loc="left")
    axes.legend(frameon=False, loc="upper right")
    plain(axes)
    return save(figure, path)
