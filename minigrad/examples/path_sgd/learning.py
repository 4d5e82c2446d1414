"""Chapters 2 and 3: three optimizers, their rates, and what becomes of both networks.

Where a hidden unit is rescaled by c, the gradient g of an entering weight w becomes g / c:

    SGD:        c w - lr g / c                    is not c times w - lr g,
    Path-SGD:   c w - lr (g / c) / (κ / c²)       is c times w - lr g / κ,

for each path through w leaves by a weight that was divided by c, so κ, the sum of the squares of
the rest of those paths, is divided by c².
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console

import minigrad as mg
from minigrad import nn, optim
from minigrad.data import Samples, Splits, batches

from ..common.page import chapter, indented, table
from .networks import STARTS

BATCH = 100
RATES = (1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0)

Make = Callable[[nn.Module, tuple[int, ...], float], Any]
OPTIMIZERS: dict[str, Make] = {
    "SGD": lambda network, shape, rate: optim.SGD(network.parameters(), lr=rate),
    "AdaGrad": lambda network, shape, rate: optim.Adagrad(network.parameters(), lr=rate),
    "Path-SGD": lambda network, shape, rate: optim.PathSGD(network, shape, lr=rate),
}


class Run(NamedTuple):
    """The loss of every step, its mean over every epoch, the test error after each."""

    losses: list[float]
    means: list[float]
    errors: list[float]


class Case(NamedTuple):
    """An optimizer, where it starts, and its rate."""

    optimizer: str
    start: str
    rate: float


def test_error(network: nn.Module, samples: Samples) -> float:
    """Return the fraction of images read wrongly."""
    with mg.no_grad():
        guesses = network(samples.images).argmax(1)
    return (guesses != samples.labels).numpy().mean().item()


def train(network: nn.Module, case: Case, data: Splits, epochs: int, seed: int) -> Run:
    """Train with cross-entropy, by the same batches in every case."""
    shape = tuple(data.train.images.shape[1:])
    optimizer = OPTIMIZERS[case.optimizer](network, shape, case.rate)
    shuffle = np.random.default_rng([seed, 2])
    run = Run([], [], [])
    steps = math.ceil(len(data.train.labels) / BATCH)
    with np.errstate(over="ignore", invalid="ignore"):  # a rate too high is a finding, no fault
        for _ in range(epochs):
            for images, labels in batches(data.train, BATCH, shuffle):
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(network(images), labels)
                loss.backward()
                optimizer.step()
                run.losses.append(loss.item())
            run.means.append(float(np.mean(run.losses[-steps:])))
            run.errors.append(test_error(network, data.test))
    return run


def begin(case: Case, data: Splits, epochs: int, seed: int) -> Run:
    """Train a new network."""
    network = STARTS[case.start](data.train.images[0].numel(), seed)
    return train(network, case, data, epochs, seed)


def choose_rates(console: Console, data: Splits, epochs: int, seed: int) -> list[Case]:
    """Try all rates, for each optimizer and start by itself; return the cases with the best."""
    chapter(console, 2, "Rates, chosen for each by itself")
    console.print(
        "Every optimizer tries every rate from every start. Below is the mean training loss of "
        f"epoch {epochs}; the lowest, marked, gives the rate. The test images have no part in it.\n"
    )
    pairs = [(optimizer, start) for optimizer in OPTIMIZERS for start in STARTS]
    tried = {
        Case(*pair, rate): begin(Case(*pair, rate), data, epochs, seed).means[-1]
        for pair in pairs
        for rate in RATES
    }
    best = [
        min((Case(*pair, rate) for rate in RATES), key=lambda case: _worth(tried[case]))
        for pair in pairs
    ]
    shown = table("rate", *(f"{optimizer}\n{start}" for optimizer, start in pairs), left=0)
    for rate in RATES:
        cases = [Case(*pair, rate) for pair in pairs]
        texts = [_short(tried[case]) for case in cases]
        marked = [
            f"[bold green]> {text}[/]" if case in best else text for case, text in zip(cases, texts)
        ]
        shown.add_row(f"{rate:g}", *marked)
    console.print(indented(shown))
    return best


def _worth(loss: float) -> float:
    return math.inf if math.isnan(loss) else loss


def _short(loss: float) -> str:
    if math.isnan(loss):
        return "fails"
    return f"{loss:.3f}" if loss < 100 else f"{loss:.0e}"


def cases_to_run(best: list[Case]) -> list[Case]:
    """Return for each optimizer: the balanced start, the unbalanced one, that with equal rates."""
    cases = []
    for optimizer in OPTIMIZERS:
        level, rough = (case for case in best if case.optimizer == optimizer)
        cases += [level, rough, level._replace(start="unbalanced")]
    return list(dict.fromkeys(cases))  # if both rates are equal, the last two are the same


def learn(
    console: Console, data: Splits, best: list[Case], epochs: int, seed: int
) -> dict[Case, Run]:
    """Train from both starts and print what came of it."""
    chapter(console, 3, "What becomes of both")
    console.print(
        f"{epochs} epochs, {BATCH} images a step, the same ones for all. Where the unbalanced "
        "start has a rate of its own, that of the balanced one is tried there too.\n"
    )
    shown = table("optimizer", "start", "rate", "training loss", "test error", left=2)
    runs: dict[Case, Run] = {}
    for case in cases_to_run(best):
        if case.start == "balanced" and runs:
            shown.add_section()
        runs[case] = run = begin(case, data, epochs, seed)
        loss, error = _short(run.means[-1]), f"{run.errors[-1]:.1%}"
        shown.add_row(case.optimizer, case.start, f"{case.rate:g}", loss, error)
    console.print(indented(shown))
    console.print("\nThe training loss in the end, each start with its own best rate:")
    for level, rough in zip(best[::2], best[1::2]):
        ratio = runs[rough].means[-1] / runs[level].means[-1]
        console.print(f"  {level.optimizer}: {ratio:.2f} times as high from the unbalanced start")
    return runs
