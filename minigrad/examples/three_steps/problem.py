"""What is to be learned: one period of a sine, from noisy points."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

POINTS = 100
NOISE = 0.1  # standard deviation
HIDDEN = 16
LEARNING_RATE = 0.05

Array = np.ndarray
Weights = dict[str, Array]


class Problem(NamedTuple):
    """The points, a column each, and the weights that steps 1 and 2 start from."""

    x: Array
    y: Array
    start: Weights


class Learned(NamedTuple):
    """What a step leaves: the loss before each change of the weights, and the last weights."""

    losses: list[float]
    weights: Weights


def problem(seed: int) -> Problem:
    """Return points y = sin(pi x) + noise, and normally distributed weights.

    Shapes: x and y (points, 1); w1 (1, hidden), b1 (hidden,), w2 (hidden, 1), b2 (1,).
    """
    rng = np.random.default_rng(seed)
    x = np.linspace(-1, 1, POINTS)[:, None]
    y = np.sin(np.pi * x) + NOISE * rng.normal(size=x.shape)
    start = {
        "w1": rng.normal(size=(1, HIDDEN)),
        "b1": rng.normal(size=HIDDEN),
        "w2": rng.normal(size=(HIDDEN, 1)) / np.sqrt(HIDDEN),
        "b2": np.zeros(1),
    }
    return Problem(x, y, start)


def predict(weights: Weights, x: Array) -> Array:
    """Return what the network makes of x: w2 tanh(w1 x + b1) + b2."""
    return np.tanh(x @ weights["w1"] + weights["b1"]) @ weights["w2"] + weights["b2"]
