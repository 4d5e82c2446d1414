"""The flock: three rules between birds, what limits them, and a simulation that has gradients.

Every bird i sees the others by their places x and velocities v, d_ij = x_j - x_i, and steers with
the acceleration

    separation  s * sum_j  -d_ij / r * near_ij         away from those that are too near
    alignment   a * mean_j (v_j - v_i)                 at the velocity of the others
    cohesion    c * mean_j d_ij                        to where the others are

A radius that cut birds off would have a derivative of zero: near_ij = exp(-|d_ij|^2 / 2 r^2), and
the means have weights exp(-|d_ij|^2 / 2 R^2), r a short distance and R a long one. A bird is among
those that it sees, so no sum of weights vanishes. All five numbers (s, a, c, r, R) can be learned.

The limits would stop gradients too if they cut: a clamped number does not depend on what it was.
These only bend (see ``bounded``): nothing passes them, and everything counts on either side.

Source: C. W. Reynolds, Flocks, herds, and schools, SIGGRAPH 1987; leaders after I. D. Couzin et
al., Effective leadership and decision-making in animal groups on the move, Nature 433, 2005.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

import minigrad as mg
from minigrad import nn

STEP, STEPS = 0.15, 100  # s; how many
SIZE = (100.0, 60.0)  # m, of the field between the walls
TOP_SPEED, TOP_ACCELERATION = 10.0, 20.0  # m/s, m/s^2
TOP_WISH = 10.0  # m/s^2: what a bird can do by itself, so the walls are stronger
SLOWING = 3.0  # s, in which the air takes 63% of a bird's momentum
WALL_PUSH, WALL_DEPTH, WALL_WIDTH = 25.0, 9.0, 1.5  # m/s^2, m, m
CRUISE, ARRIVAL, REACTION = 8.0, 5.0, 0.25  # m/s, m, s: how those fly that know the target


class Start(NamedTuple):
    """How a flight begins: (n, 2) places in m, velocities in m/s; (n, 1) one for each leader."""

    places: mg.Tensor
    velocities: mg.Tensor
    leads: mg.Tensor


class Flight(NamedTuple):
    """Places and velocities of all birds at all times: (times, n, 2) each."""

    places: mg.Tensor
    velocities: mg.Tensor


class Rules(nn.Module):
    """The five numbers of the three rules; their logarithms are learned, so they stay positive."""

    NAMES = ("separation", "alignment", "cohesion", "near", "sight")
    UNITS = ("m/s²", "1/s", "1/s²", "m", "m")

    def __init__(self, values: Any) -> None:
        super().__init__()
        self.logarithms = nn.Parameter(mg.tensor(values, dtype=mg.float64).log())

    def values(self) -> mg.Tensor:
        """Return the five numbers."""
        return self.logarithms.exp()

    def forward(self, places: mg.Tensor, velocities: mg.Tensor) -> mg.Tensor:
        """Return the acceleration that each bird wants, (n, 2)."""
        separation, alignment, cohesion, near, sight = self.values()
        offsets = places - places[:, None]  # (n, n, 2): from bird i to bird j
        squares = (offsets**2).sum(-1, keepdim=True)
        crowd = mg.exp(-squares / (2 * near**2))
        seen = mg.exp(-squares / (2 * sight**2))
        seen = seen / seen.sum(1, keepdim=True)
        return (
            separation * (-offsets / near * crowd).sum(1)
            + alignment * (seen * (velocities - velocities[:, None])).sum(1)
            + cohesion * (seen * offsets).sum(1)
        )


def bounded(vectors: mg.Tensor, most: float) -> mg.Tensor:
    """Shorten vectors so that none is longer than ``most``; those that are short hardly change.

    Formula: u / sqrt(1 + |u|^2 / most^2). Its derivative is nowhere zero: along u it is
        (1 + |u|^2 / most^2)^(-3/2), across u the same with the exponent -1/2.
    """
    return vectors / mg.sqrt(1 + (vectors**2).sum(-1, keepdim=True) / most**2)


def walls(places: mg.Tensor) -> mg.Tensor:
    """Return the push of the walls: from ``WALL_DEPTH`` before them on, harder and harder.

    Formula: softplus, a ramp without a corner; far from a wall its derivative is small, not zero.
    """
    softplus = nn.functional.softplus
    beyond = places - mg.tensor(SIZE, dtype=places.dtype)
    low = softplus((WALL_DEPTH - places) / WALL_WIDTH)
    high = softplus((WALL_DEPTH + beyond) / WALL_WIDTH)
    return WALL_PUSH * (low - high)


def lead(places: mg.Tensor, velocities: mg.Tensor, target: mg.Tensor) -> mg.Tensor:
    """Return the acceleration of those who know the target: turn to it, and slow down there.

    They want to fly at ``CRUISE``, but slower the nearer they are within ``ARRIVAL``.
    """
    wanted = CRUISE / ARRIVAL * bounded(target - places, ARRIVAL)
    return (wanted - velocities) / REACTION


def fly(rules: Rules, start: Start, target: mg.Tensor, steps: int = STEPS) -> Flight:
    """Simulate a flight, with a graph for gradients through all of its steps.

    The speed limit is that of relativity: forces change a momentum p (per mass, in m/s), which may
    grow, and the velocity p / sqrt(1 + |p|^2 / V^2) stays below V. To bend the velocity itself at
    every step would shorten it a little each time and slow down all birds.
    """
    places, velocities, leads = start
    momenta = velocities / mg.sqrt(1 - (velocities**2).sum(-1, keepdim=True) / TOP_SPEED**2)
    flight = [(places, velocities)]
    for _ in range(steps):
        wish = rules(places, velocities) + leads * lead(places, velocities, target)
        forces = bounded(wish, TOP_WISH) + walls(places) - momenta / SLOWING
        momenta = momenta + STEP * bounded(forces, TOP_ACCELERATION)
        velocities = bounded(momenta, TOP_SPEED)
        places = places + STEP * velocities
        flight.append((places, velocities))
    return Flight(*(mg.stack(part) for part in zip(*flight)))


def gather(birds: int, leaders: int, seed: int) -> Start:
    """Return birds scattered in a corner of the field, flying any way; the first ones lead."""
    random = np.random.default_rng(seed)
    places = np.array([24.0, 20.0]) + random.uniform(-1, 1, (birds, 2)) * [14, 11]
    headings = random.uniform(0, 2 * np.pi, birds)
    speeds = random.uniform(1, 4, (birds, 1))
    velocities = speeds * np.stack([np.cos(headings), np.sin(headings)], axis=1)
    leads = (np.arange(birds) < leaders).astype(float)[:, None]
    return Start(*(mg.tensor(part) for part in (places, velocities, leads)))
