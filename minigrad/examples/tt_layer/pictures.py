"""Chapter 4: errors by rank, bonds by place, accuracy by number of parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, NullFormatter, PercentFormatter

from ..common.pictures import BLUE, GREEN, GREY, ORANGE, RED, plain, save
from .compressing import HIDDEN, Learned
from .cutting import REFERENCE, Cut, Matrix
from .states import States


def draw_errors(path: Path, matrix: Matrix) -> Path:
    """Draw the error of the matrix with one bond cut, and with all bonds cut."""
    figure = Figure(figsize=(10, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    draw_cuts(left, matrix.middle, label="bound: the same, as one bond is cut")
    for each in matrix.middle:
        if each.ranks[1] in (12, 9, 6):
            count = REFERENCE[each.ranks[1]]
            place = (each.ranks[1], each.error)
            style: dict[str, Any] = {"color": GREY, "fontsize": 9, "ha": "right", "va": "top"}
            left.annotate(f"{count} numbers", place, (-2, -9), textcoords="offset points", **style)
    left.set_title("ranks (3, r, 6): only the middle bond is cut", loc="left")
    left.set(xlabel="rank r of the middle bond", ylabel="relative error of W", ylim=(-0.1, 1.5))
    draw_cuts(right, matrix.everywhere, label="Oseledets' bound")
    ranks = [each.ranks[1] for each in matrix.everywhere]
    lowest = [each.least for each in matrix.everywhere]
    right.plot(ranks, lowest, color=GREEN, linestyle=":", label="no train is nearer than this")
    right.set_title("ranks at most r: all bonds are cut", loc="left")
    right.set(xlabel="largest rank r allowed")
    for axes in (left, right):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(frameon=False, loc="upper right")
    plain(left, right)
    return save(figure, path)


def draw_cuts(axes: Axes, cuts: list[Cut], label: str) -> None:
    """Draw measured errors as points and their bound as a line."""
    ranks = [each.ranks[1] for each in cuts]
    axes.plot(ranks, [each.most for each in cuts], color=RED, linewidth=1.2, label=label)
    errors = [each.error for each in cuts]
    axes.plot(ranks, errors, "o", color=BLUE, markersize=5, label="error of TT-SVD")


def draw_bonds(path: Path, states: States) -> Path:
    """Draw the bond dimension at each cut of three states."""
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.subplots()
    for (name, bonds), color, marker in zip(states.bonds.items(), (GREEN, BLUE, RED), "sov"):
        places = range(1, len(bonds) + 1)
        axes.plot(places, bonds, color=color, marker=marker, markersize=5)
        middle = len(bonds) // 2
        place = (places[middle], bonds[middle])
        style: dict[str, Any] = {"color": color, "ha": "center", "weight": "bold"}
        axes.annotate(name, place, (0, 7), textcoords="offset points", **style)
    axes.set_yscale("log", base=2)
    axes.yaxis.set_major_formatter("{x:.0f}")
    axes.set(xlabel="qubits left of the bond", ylabel="bond dimension", ylim=(0.8, 64))
    axes.set_title(f"{len(bonds) + 1} qubits as matrix product states", loc="left")
    plain(axes)
    return save(figure, path)


def draw_accuracies(path: Path, learned: Learned, name: str) -> Path:
    """Draw accuracy against the number of parameters: dense, compressed, fine-tuned."""
    figure = Figure(figsize=(8.5, 5.4), layout="constrained")
    axes = figure.subplots()
    for layout, color, marker in (("separate", ORANGE, "s"), ("paired", BLUE, "o")):
        found = [each for each in learned.compressed if each.layout == layout]
        counts = [each.parameters for each in found]
        before, after = [each.before for each in found], [each.after for each in found]
        style: dict[str, Any] = {"color": color, "marker": marker, "markersize": 6}
        label = f"compressed, {layout} cores"
        axes.plot(counts, before, linestyle="--", markerfacecolor="white", label=label, **style)
        axes.plot(counts, after, label=f"fine-tuned, {layout} cores", **style)
    narrow = np.array(learned.narrow).T
    axes.plot(*narrow, color=GREY, linestyle=":", marker="x", label="dense, fewer hidden numbers")
    count, share = learned.dense
    label = f"dense, {HIDDEN} hidden: {share:.1%}"
    axes.plot([count], [share], "*", color=RED, markersize=15, label=label)
    axes.set_xscale("log")
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.set(xlabel="parameters of the network", ylabel="accuracy on the test images")
    axes.set_ylim(0, 1.03)
    axes.set_title(f"{name}: the first layer as a tensor train", loc="left")
    axes.legend(frameon=False, loc="lower right")
    plain(axes)
    return save(figure, path)
