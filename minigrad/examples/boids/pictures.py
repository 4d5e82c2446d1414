"""The paths before and after; the loss and the rules as they change."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..common.pictures import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, SKY, plain, save
from .flock import SIZE, STEP, Flight, Rules, Start
from .steering import TARGET, Moment

MARGIN = 2.0  # m, around the field


def draw_field(axes: Axes) -> None:
    """Draw the walls and the target."""
    width, height = SIZE
    axes.plot([0, width, width, 0, 0], [0, 0, height, height, 0], color=GREY, linewidth=1.5)
    axes.plot(*TARGET.tolist(), "+", color=RED, markersize=16, markeredgewidth=2.5, label="target")
    axes.set(xlim=(-MARGIN, width + MARGIN), ylim=(-MARGIN, height + MARGIN), aspect="equal")
    axes.set(xlabel="x (m)", ylabel="y (m)")
    axes.spines[:].set_visible(False)


def draw_legend(figure: Figure, axes: Axes) -> None:
    """Say below everything what the colours mean."""
    for color, label in ((BLUE, "follows the rules"), (ORANGE, "knows the target, too")):
        axes.plot([], [], "o", color=color, label=label)
    entries = axes.get_legend_handles_labels()
    figure.legend(*entries, loc="outside lower center", ncols=3, frameon=False, markerscale=0.8)


def draw_paths(path: Path, flights: dict[str, Flight], start: Start) -> Path:
    """Draw the way of every bird, from a small dot to a large one."""
    leads = start.leads.numpy()[:, 0] > 0
    figure = Figure(figsize=(12, 4.9), layout="constrained")
    for axes, (name, flight) in zip(figure.subplots(1, 2, sharey=True), flights.items()):
        places = flight.places.detach().numpy()
        draw_field(axes)
        for which, color in ((~leads, BLUE), (leads, ORANGE)):
            axes.plot(*places[:, which].transpose(2, 0, 1), color=color, alpha=0.45, linewidth=0.9)
            axes.plot(*places[0, which].T, ".", color=color, markersize=3)
            axes.plot(*places[-1, which].T, "o", color=color, markersize=5)
        away = np.linalg.norm(places[-1] - TARGET.numpy(), axis=-1).mean()
        title = f"{name}: after {STEP * (len(places) - 1):g} s the birds are {away:.1f} m away"
        axes.set_title(title, loc="left")
        axes.label_outer()
    draw_legend(figure, axes)
    return save(figure, path)


def draw_learning(path: Path, history: list[Moment]) -> Path:
    """Draw the loss and its parts, and the five numbers, over the steps of the optimizer."""
    steps = [moment.step for moment in history]
    figure = Figure(figsize=(11, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(steps, [moment.loss for moment in history], color=BLUE, linewidth=2, label="loss")
    parts = {"distance": (GREEN, "--"), "crowding": (RED, ":")}
    for name, (color, line) in parts.items():
        values = [getattr(moment, name) for moment in history]
        left.plot(steps, values, color=color, linestyle=line, label=name)
    left.set(yscale="log", xlabel="steps of the optimizer", ylabel="loss")
    left.set_title("the loss of the flight and its parts", loc="left")
    left.legend(frameon=False)
    rules = np.array([moment.rules for moment in history])
    colors = (RED, BLUE, GREEN, PURPLE, SKY)
    for name, unit, values, color in zip(Rules.NAMES, Rules.UNITS, rules.T, colors):
        right.plot(steps, values, color=color, label=f"{name} ({unit})")
    right.set(yscale="log", xlabel="steps of the optimizer", ylabel="value")
    right.set_title("the five numbers of the rules", loc="left")
    right.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    plain(left, right)
    return save(figure, path)
