"""The curves: training loss and test error of each optimizer, from both starts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator, PercentFormatter

from minigrad.data import Splits

from ..common.pictures import BLUE, ORANGE, RED, plain, save
from .learning import OPTIMIZERS, Case, Run

HIGHEST = 10.0  # loss shown; that of guessing is 2.3
PERCENT = (0, 1, 2, 5, 10, 20, 50, 100)


def draw(path: Path, data: Splits, runs: dict[Case, Run]) -> Path:
    """Draw a column for each optimizer: the training loss above, the test error below."""
    figure = Figure(figsize=(11, 6.5), layout="constrained")
    axes = figure.subplots(2, len(OPTIMIZERS), sharex=True, sharey="row")
    for column, optimizer in enumerate(OPTIMIZERS):
        upper, lower = axes[:, column]
        (level,) = (c.rate for c in runs if (c.optimizer, c.start) == (optimizer, "balanced"))
        for case, run in runs.items():
            if case.optimizer == optimizer:
                color, style, width = look(case, level)
                epochs = np.arange(1, len(run.means) + 1)
                label = f"{case.start}, rate {case.rate:g}"
                options = {"color": color, "linestyle": style, "linewidth": width}
                upper.plot(epochs, run.means, label=label, **options)
                lower.plot(epochs, run.errors, **options)
        upper.set_title(optimizer, loc="left", y=1.3, weight="bold")
        upper.legend(frameon=False, loc="upper left", bbox_to_anchor=(-0.03, 1.3))
        lower.set_xlabel("epoch")
        lower.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes[0, 0].set(ylabel=f"training loss (nats), cut at {HIGHEST:g}", yscale="log")
    _, highest = axes[0, 0].get_ylim()
    axes[0, 0].set_ylim(top=min(HIGHEST, highest))
    axes[1, 0].set_yscale("symlog", linthresh=0.01, linscale=0.5)  # a logarithm that has zero
    axes[1, 0].set(ylabel="test error", ylim=(0, 1))
    axes[1, 0].yaxis.set_major_locator(FixedLocator([percent / 100 for percent in PERCENT]))
    axes[1, 0].yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axes[1, 0].yaxis.set_minor_locator(NullLocator())
    figure.suptitle(f"{data.name}: two starts with the same function")
    plain(*axes.flat)
    return save(figure, path)


def look(case: Case, level: float) -> tuple[str, str, float]:
    """Return colour, style and width: a run on top of another one must leave that visible."""
    if case.start == "balanced":
        return BLUE, "-", 4
    return (ORANGE, "-", 1.5) if case.rate == level else (RED, "--", 1.5)
