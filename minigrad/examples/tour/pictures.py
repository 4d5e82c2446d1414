"""Chapter 5: the loss curve, and what the network says about images it has never seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from minigrad.data import Splits

from ..common.pictures import BLUE, GREY, RED, plain, save
from .training import Result

ROWS, COLUMNS = 5, 8


def draw_loss(path: Path, result: Result, data: Splits) -> Path:
    """Draw the loss of every step and its mean over every epoch, above the test accuracy."""
    epochs = len(result.accuracies)
    steps = np.arange(1, len(result.losses) + 1)
    ends = steps.reshape(epochs, -1)[:, -1]
    means = np.reshape(result.losses, (epochs, -1)).mean(axis=1)
    figure = Figure(figsize=(8, 6), layout="constrained")
    upper, lower = figure.subplots(2, height_ratios=(2, 1), sharex=True)
    upper.plot(steps, result.losses, color=BLUE, alpha=0.35, linewidth=0.8, label="of a batch")
    upper.plot(ends, means, color=BLUE, marker="o", markersize=4, label="mean of an epoch")
    upper.set(yscale="log", ylabel="cross-entropy loss")
    upper.legend(frameon=False, loc="upper right")
    upper.set_title(f"{data.name}: the loss falls ...", loc="left")
    lower.plot(ends, result.accuracies, color=RED, marker="s", markersize=4)
    lower.set(xlabel="steps of the optimizer", ylabel="test accuracy")
    lower.yaxis.set_major_formatter(PercentFormatter(1))
    lower.set_title(f"... and {result.accuracies[-1]:.1%} of the test images are read", loc="left")
    plain(upper, lower)
    return save(figure, path)


def draw_predictions(path: Path, result: Result, data: Splits) -> Path:
    """Draw test images with the predicted digit: the mistakes first, then others."""
    images, labels = data.test.images.numpy()[:, 0], data.test.labels.numpy()
    wrong = result.predictions != labels
    mistakes = np.flatnonzero(wrong)[: 2 * COLUMNS]
    others = np.flatnonzero(~wrong)[: ROWS * COLUMNS - len(mistakes)]
    figure = Figure(figsize=(COLUMNS * 1.15, ROWS * 1.3 + 0.4), layout="constrained")
    for place, sample in enumerate([*mistakes, *others], start=1):
        axes = figure.add_subplot(ROWS, COLUMNS, place)
        axes.imshow(images[sample], cmap="gray_r", vmin=0, vmax=1)
        axes.set(xticks=[], yticks=[])
        color, width = (RED, 3) if wrong[sample] else (GREY, 0.5)
        title = f"says {result.predictions[sample]}, is {labels[sample]}"
        weight = "bold" if wrong[sample] else "normal"
        axes.set_title(title, fontsize=9, color=color, weight=weight)
        axes.spines[:].set(color=color, linewidth=width)
    figure.suptitle(
        f"{data.name}: {len(mistakes)} of {wrong.sum()} mistakes in {len(labels):,} test images "
        f"(framed), and {len(others)} images read correctly",
        fontsize=11,
    )
    return save(figure, path)
