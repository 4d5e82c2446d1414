"""Figures of a training: what a batch gave, and their means over an epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..tensor import Tensor

Figures = dict[str, float]


def accuracy(output: Tensor, target: Tensor) -> Tensor:
    """Return the fraction of samples whose highest score is that of the target.

    Shapes: ``output`` (N, classes, ...), ``target`` (N, ...) of class numbers.
    """
    return (output.argmax(1) == target).float().mean()


def batch_size(batch: Any) -> int:
    """Return how many samples a batch has: the length of its first tensor."""
    while isinstance(batch, Mapping | list | tuple):
        batch = next(iter(batch.values() if isinstance(batch, Mapping) else batch))
    return len(batch) if isinstance(batch, Tensor) and batch.ndim else 1


class Means:
    """Means of figures over samples: a smaller last batch counts for less.

    Attributes:
        sums: of each figure, times the samples it is the mean of.
        counts: of those samples.
    """

    def __init__(self) -> None:
        self.sums: Figures = {}
        self.counts: dict[str, int] = {}

    def add(self, figures: Figures, samples: int) -> None:
        """Count in the figures of a batch."""
        for name, value in figures.items():
            self.sums[name] = self.sums.get(name, 0.0) + value * samples
            self.counts[name] = self.counts.get(name, 0) + samples

    def result(self) -> Figures:
        """Return the means so far."""
        return {name: total / self.counts[name] for name, total in self.sums.items()}


def numbers(figures: Mapping[str, Any]) -> Figures:
    """Return figures as Python floats; of a tensor, its only element."""
    return {
        name: float(value.detach().item() if isinstance(value, Tensor) else value)
        for name, value in figures.items()
    }
