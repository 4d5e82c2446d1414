"""Checks of a new model: it does not look ahead, and it has no opinion yet."""

from __future__ import annotations

from math import log2

from rich.console import Console

import minigrad as mg
from minigrad.data import TensorDataset

from ..common.page import indented, table
from .model import CharGPT
from .training import bits

AHEAD = 1e-5  # the most that a later character may change a score: rounding
OPINION = 0.25  # the most that the first bits per character may differ from log2


def look_ahead(model: CharGPT, alphabet: int) -> tuple[float, float]:
    """Change all characters from the middle of a window on.

    Returns:
        By how much that changes a score before the middle, and by how much one from there on, at
        most. The first must be 0: there, the model would see what it is to predict.
    """
    middle = model.length // 2
    one = mg.arange(model.length)[None] % alphabet
    other = mg.cat([one[:, :middle], (one[:, middle:] + 1) % alphabet], 1)
    with mg.no_grad():
        change = (model.eval()(one) - model(other)).abs()
    model.train()
    return change[:, :middle].max().item(), change[:, middle:].max().item()


def first_bits(model: CharGPT, held_out: TensorDataset) -> float:
    """Return the bits per character of a new model."""
    inputs, targets = held_out.tensors
    with mg.no_grad():
        found = bits(model.eval()(inputs), targets).item()
    model.train()
    return found


def check(console: Console, model: CharGPT, alphabet: int, held_out: TensorDataset) -> bool:
    """Print both checks; return whether the model passes."""
    before, after = look_ahead(model, alphabet)
    start, wanted = first_bits(model, held_out), log2(alphabet)
    rows = [
        ("later characters change a score by", f"{before:.1e}", "0", before <= AHEAD < after),
        (
            "bits per character, all alike",
            f"{start:.2f}",
            f"log2 {alphabet} = {wanted:.2f}",
            abs(start - wanted) <= OPINION,
        ),
    ]
    shown = table("before it learns", "measured", "expected", "", left=1)
    for name, measured, expected, right in rows:
        shown.add_row(
            name, measured, expected, "[green]agrees[/]" if right else "[bold red]DIFFERS[/]"
        )
    console.print(indented(shown))
    console.print(
        f"\nUp to {AHEAD:.0e} a change is rounding. New scores are small but not 0: the bits may "
        f"differ from log2 by {OPINION}."
    )
    return all(right for *_, right in rows)
