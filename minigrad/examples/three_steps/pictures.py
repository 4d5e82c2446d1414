"""The three loss curves, and the curves that were learned."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from ..common.pictures import BLUE, GREY, ORANGE, RED, plain, save
from .problem import NOISE, Learned, Problem, predict


def draw(path: Path, problem: Problem, by_hand: Learned, autograd: Learned, own: Learned) -> Path:
    """Draw the losses of the three steps, and what each makes of the points."""
    figure = Figure(figsize=(10, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    steps = (
        # A broad line below a thin dashed one: both are seen where they are the same.
        (by_hand, "1  by hand", {"color": ORANGE, "linewidth": 5}),
        (autograd, "2  autograd", {"color": BLUE, "linewidth": 1.8, "linestyle": (0, (4, 2))}),
        (own, "3  Module and Adam", {"color": RED, "linewidth": 1.8}),
    )
    right.scatter(*problem[:2], color=GREY, s=12, alpha=0.6, linewidth=0, label="points")
    for learned, name, style in steps:
        left.plot(range(len(learned.losses)), learned.losses, label=name, **style)
        right.plot(problem.x, predict(learned.weights, problem.x), label=name, **style)
    left.axhline(NOISE**2, color=GREY, linewidth=0.8, linestyle=":", label="variance of the noise")
    left.set(yscale="log", xlabel="steps of training", ylabel="mean squared error")
    left.set_title("The loss: 1 and 2 are the same line", loc="left")
    left.legend(frameon=False)
    right.set(xlabel="x", ylabel="y")
    right.set_title("What was learned", loc="left")
    right.legend(frameon=False)
    plain(left, right)
    return save(figure, path)
