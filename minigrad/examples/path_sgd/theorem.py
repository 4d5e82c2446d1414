"""Chapter 4: Path-SGD passes through the same functions, whichever network it begins with.

The paper proves it (section 4) for real numbers. In float64 two runs differ by rounding, which
later steps may magnify. Where all factors are powers of two, products with them are exact, and the
runs must be equal in every bit.
"""

from __future__ import annotations

import numpy as np
from rich.console import Console

from minigrad.data import Splits

from ..common.page import chapter, indented, table
from .learning import Case, Run, train
from .networks import unbalanced

ALLOWED = 1e-9  # of a loss: rounding, after all steps


def largest_difference(one: list[float], other: list[float]) -> float:
    """Return how far two runs are apart: the largest relative difference of their losses."""
    with np.errstate(invalid="ignore", over="ignore"):
        return float(np.max(np.abs(np.subtract(one, other)) / np.abs(one)))


def verify(console: Console, data: Splits, runs: dict[Case, Run], epochs: int, seed: int) -> bool:
    """Compare the losses of the runs from both starts; return whether the theorem holds."""
    chapter(console, 4, "The theorem")
    console.print(
        "Both starts, the same rate, the same images: how far are the losses apart, in the step "
        "where they are furthest? Path-SGD's must be equal, up to rounding.\n"
    )
    shown = table("optimizer", "rate", "steps", "largest difference", "allowed", "", left=1)
    right = True
    for case, run in runs.items():
        if case.start == "balanced":
            apart = largest_difference(run.losses, runs[case._replace(start="unbalanced")].losses)
            cells = [f"{case.rate:g}", f"{len(run.losses):,}", f"{apart:.1e}"]
            if case.optimizer == "Path-SGD":
                holds = apart <= ALLOWED
                right = right and holds
                cells += [f"{ALLOWED:g}", _verdict(holds)]
            shown.add_row(case.optimizer, *cells)
    same, steps, rate = equal_bits(data, runs, epochs, seed)
    cells = [f"{rate:g}", f"{steps:,}", "none" if same == steps else f"in {steps - same}"]
    shown.add_row("Path-SGD, powers of two", *cells, "none", _verdict(same == steps))
    console.print(indented(shown))
    return right and same == steps


def equal_bits(
    data: Splits, runs: dict[Case, Run], epochs: int, seed: int
) -> tuple[int, int, float]:
    """Start with factors that are powers of two; return how many losses are equal, of how many."""
    (case,) = (c for c in runs if (c.optimizer, c.start) == ("Path-SGD", "balanced"))
    network = unbalanced(data.train.images[0].numel(), seed, exact=True)
    losses = train(network, case, data, epochs, seed).losses
    same = sum(one == other for one, other in zip(losses, runs[case].losses))
    return same, len(losses), case.rate


def _verdict(holds: bool) -> str:
    return "[green]holds[/]" if holds else "[bold red]FAILS[/]"
