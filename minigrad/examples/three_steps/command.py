"""The three steps told one after another, compared, and checked."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.markup import escape

import minigrad as mg
from minigrad import optim

from ..common.listing import body, listing, source
from ..common.page import chapter, indented, page, table
from ..common.program import Out, Seed
from . import by_hand, with_autograd, with_modules
from .pictures import draw
from .problem import HIDDEN, LEARNING_RATE, NOISE, POINTS, Learned, Problem, problem

ALLOWED = 1e-12  # rounding, grown over the steps: all numbers are float64
ADAM = 0.02  # learning rate


def three_steps(
    out: Out = Path("minigrad-three_steps"),
    steps: Annotated[int, typer.Option(min=300, help="How often the weights change.")] = 1000,
    seed: Seed = 0,
) -> None:
    """Train the same network by hand-written gradients, by autograd, and with modules."""
    console = page()
    task = problem(seed)
    console.print(
        f"A network with one hidden layer of {HIDDEN} numbers learns a curve from {POINTS} noisy "
        "points: y = sin(pi x) + noise. Three programs train it; each leaves to minigrad a part of "
        "what the one before wrote out."
    )
    hand = told(console, 1, "By hand", by_hand_text(), partial(by_hand.learn, task, steps))
    auto = told(console, 2, "Autograd", autograd_text(), partial(with_autograd.learn, task, steps))
    ready = partial(own_start, task, steps, seed)
    own = told(console, 3, "Module and optimizer", modules_text(), ready)
    chapter(console, 4, "Do they agree?")
    right = compare(console, hand, auto, same_start(task, steps))
    right = conclude(console, hand, own) and right
    path = draw(out / "losses.png", task, hand, auto, own)
    console.print("\nThe three loss curves in one plot, and the curves that were learned:")
    console.print(f"[bold]{escape(str(path.resolve()))}[/]", soft_wrap=True)
    if not right:
        raise typer.Exit(1)


def own_start(task: Problem, steps: int, seed: int) -> Learned:
    """Train step 3 as one would: from the layers' own initial weights, with Adam."""
    mg.manual_seed(seed)
    model = with_modules.TwoLayers()
    optimizer = optim.Adam(model.parameters(), lr=ADAM)
    return with_modules.learn(model, optimizer, task, steps)


def same_start(task: Problem, steps: int) -> Learned:
    """Train step 3 as the others were: from their weights, and by plain gradient descent."""
    model = with_modules.TwoLayers()
    with_modules.set_weights(model, task.start)
    optimizer = optim.SGD(model.parameters(), lr=LEARNING_RATE)
    return with_modules.learn(model, optimizer, task, steps)


# --- the text -------------------------------------------------------------------------------------

Text = tuple[str, list[str]]  # a few words, and pieces of code


def by_hand_text() -> Text:
    """Return what to say and to show of step 1."""
    words = (
        "NumPy alone. Every line of the forward pass has its derivative below, worked out on "
        "paper. Change the network, and all of them are to be worked out anew:"
    )
    return words, [source(by_hand.backprop, docstring=False), body(by_hand.learn)]


def autograd_text() -> Text:
    """Return what to say and to show of step 2."""
    words = (
        "The same forward pass, on tensors that want a gradient. The backward pass is one call, "
        "whatever the network is:"
    )
    return words, [body(with_autograd.learn)]


def modules_text() -> Text:
    """Return what to say and to show of step 3."""
    words = (
        "Layers bring their weights with them, and the optimizer knows how to change them. The "
        "loop stays as it is for every model and every optimizer:"
    )
    return words, [source(with_modules.TwoLayers), body(with_modules.learn), body(own_start)]


def lines(code: list[str]) -> int:
    """Return how many lines of code there are, without comments and empty lines."""
    every = (line.strip() for piece in code for line in piece.splitlines())
    return sum(bool(line) and line[0] not in '#"' for line in every)


def told(
    console: Console, number: int, title: str, text: Text, learn: Callable[[], Learned]
) -> Learned:
    """Show a step's code, run it, and show its figures."""
    chapter(console, number, title)
    words, code = text
    console.print(words)
    for piece in code:
        console.print()
        console.print(indented(listing(piece)))
    start = time.perf_counter()
    learned = learn()
    seconds = time.perf_counter() - start
    console.print(
        f"\n{lines(code)} lines. The loss falls from {learned.losses[0]:.4f} to "
        f"[bold]{learned.losses[-1]:.4f}[/] in {len(learned.losses)} steps, which took "
        f"{seconds:.2f} s."
    )
    return learned


# --- the checks -----------------------------------------------------------------------------------


def differences(one: Learned, other: Learned) -> tuple[float, float]:
    """Return the largest difference of two trainings' losses, and of their last weights."""
    losses = np.abs(np.subtract(one.losses, other.losses)).max()
    weights = [np.abs(one.weights[name] - other.weights[name]).max() for name in one.weights]
    return float(losses), float(max(weights))


def compare(console: Console, hand: Learned, auto: Learned, same: Learned) -> bool:
    """Compare trainings that should be the same but for rounding; return whether they are."""
    console.print(
        "Steps 1 and 2 start from the same weights and go the same way; so does step 3, if it is "
        "given these weights, and SGD for Adam. Only the order of some additions may differ, so "
        "what remains between them is rounding:\n"
    )
    shown = table("compared with step 1", "losses", "last weights", "allowed", "")
    right = True
    for name, other in (("step 2", auto), ("step 3, same start, SGD", same)):
        found = differences(hand, other)
        agrees = all(difference <= ALLOWED for difference in found)
        verdict = "[green]agrees[/]" if agrees else "[bold red]DIFFERS[/]"
        shown.add_row(name, *(f"{number:.1e}" for number in found), f"{ALLOWED:.0e}", verdict)
        right = right and agrees
    console.print(indented(shown))
    return right


def conclude(console: Console, hand: Learned, own: Learned) -> bool:
    """Say how step 3, started in its own way, did; return whether it did as well or better."""
    better = own.losses[-1] <= hand.losses[-1]
    verdict = "[green]no higher[/]" if better else "[bold red]HIGHER[/]"
    console.print(
        "\nStep 3 as it was shown differs in two things: its layers choose their own first weights "
        f"(between -1/√n and 1/√n for n inputs), and Adam (learning rate {ADAM}) gives every "
        f"weight a pace of its own, where steps 1 and 2 take {LEARNING_RATE} for all. Its last "
        f"loss, {own.losses[-1]:.4f}, is {verdict} than that of step 1, {hand.losses[-1]:.4f}. "
        f"The noise has a variance of {NOISE**2:.2f}: below that, only noise is left to learn."
    )
    return better
