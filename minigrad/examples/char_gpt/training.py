"""What is trained with what, and samples on the way."""

from __future__ import annotations

from collections.abc import Callable
from math import log
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console

import minigrad as mg
from minigrad import nn, optim
from minigrad.data import DataLoader, RandomSampler
from minigrad.training import Callback, Checkpoint, CSVLog, Curves, Progress, Schedule, Trainer

from .model import CharGPT, write
from .text import Text, Windows, side_by_side

BATCH = 16
STEPS = 100  # of an epoch, in which windows are drawn from all places
RATE = 3e-3  # of AdamW: reached after a tenth of the training, almost 0 in the end
DECAY = 0.1  # of weights
SAMPLE = 300  # characters

Print = Callable[[int, str], None]


class Writer(NamedTuple):
    """How samples are written: after which characters, how boldly, with what chance."""

    prompt: str
    temperature: float
    seed: int

    def sample(self, model: CharGPT, text: Text) -> str:
        """Return a sample, of the same chance each time."""
        chance = mg.Generator().manual_seed(self.seed)
        start = text.encode(self.prompt)
        return text.decode(write(model, start, SAMPLE, self.temperature, chance))


class Samples(Callback):
    """Prints a sample before, a few times during, and after the training."""

    def __init__(self, text: Text, writer: Writer, show: Print, every: int) -> None:
        self.text, self.writer, self.show, self.every = text, writer, show, every

    def on_fit_start(self, trainer: Trainer) -> None:
        """Print what a model writes that knows nothing."""
        self._print(trainer)

    def on_epoch_end(self, trainer: Trainer, figures: dict[str, float]) -> None:
        """Print what it has learned, if it is time."""
        if trainer.epoch % self.every == 0 or trainer.epoch == trainer.epochs:
            self._print(trainer)

    def _print(self, trainer: Trainer) -> None:
        with trainer.evaluating():
            self.show(trainer.epoch, self.writer.sample(trainer.model, self.text))


def bits(scores: mg.Tensor, targets: mg.Tensor) -> mg.Tensor:
    """Return the mean of -log2 P(target): bits that a character costs who knows the model.

    Shapes: scores (N, length, alphabet), targets (N, length).
    """
    return nn.functional.cross_entropy(scores.flatten(0, 1), targets.flatten()) / log(2)


def training_of(
    model: CharGPT, text: Text, epochs: int, folder: Path, console: Console, samples: Callback
) -> tuple[Trainer, Curves]:
    """Return what trains a model, and the curves that it will fill."""
    optimizer = optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, epochs * STEPS, pct_start=0.1, cycle_momentum=False
    )
    curves = Curves()
    callbacks = [
        Schedule(schedule, each="batch"),
        Progress(console),
        CSVLog(folder / "epochs.csv"),
        curves,
        samples,
        Checkpoint(folder, monitor="validation_loss"),
    ]
    return Trainer(model, bits, optimizer, callbacks=callbacks), curves


def loaders(text: Text, length: int) -> tuple[DataLoader, DataLoader]:
    """Return loaders of batches to learn from, STEPS of them, and of the held-out part."""
    windows = Windows(text.train, length)
    drawn = RandomSampler(windows, replacement=True, num_samples=STEPS * BATCH)
    held_out: Any = side_by_side(text.test, length)
    return DataLoader(windows, BATCH, sampler=drawn), DataLoader(held_out, 4 * BATCH)
