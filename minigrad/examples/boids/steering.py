"""The loss of a flight, its gradient checked by finite differences, and the rules learned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

import minigrad as mg
from minigrad import optim

from .flock import Flight, Rules, Start, fly

TARGET = mg.tensor([76.0, 42.0], dtype=mg.float64)
UNTRAINED = (2.0, 0.5, 0.1, 2.0, 8.0)  # separation, alignment, cohesion, near, sight
LAST = 20  # steps of a flight that count: to pass by is not to arrive
FAR, BODY = 10.0, 1.0  # m: what costs 1, alone or with another bird
RATE, DECAY = 0.1, 0.98  # of Adam, from one step to the next


class Loss(NamedTuple):
    """What a flight costs: how far the birds are from the target, how near to each other."""

    distance: mg.Tensor
    crowding: mg.Tensor

    @property
    def total(self) -> mg.Tensor:
        """What is minimised."""
        return self.distance + self.crowding


def loss_of(flight: Flight, target: mg.Tensor = TARGET) -> Loss:
    """Return the loss of a flight: means over all birds and the ``LAST`` steps.

    Formula: |x_i - target|^2 / FAR^2, and the sum over other birds of
        exp(-|x_j - x_i|^2 / 2 BODY^2), which is 1 for a bird at the same place.
    """
    places = flight.places[-LAST:]
    distance = ((places - target) ** 2).sum(-1).mean() / FAR**2
    offsets = places[:, None] - places[:, :, None]
    bumps = mg.exp(-(offsets**2).sum(-1) / (2 * BODY**2))
    return Loss(distance, bumps.sum(-1).mean() - 1)  # a bird is at its own place


# --- is the gradient right? ---------------------------------------------------------------------


class Comparison(NamedTuple):
    """Gradients of the loss by the logarithms of the rules: backward, and found by trying."""

    backward: np.ndarray
    tried: np.ndarray

    @property
    def error(self) -> float:
        """The difference relative to the size of the gradient."""
        difference = np.linalg.norm(self.backward - self.tried)
        return float(difference / np.linalg.norm(self.tried))


def compare(rules: Rules, start: Start, step: float = 1e-5) -> Comparison:
    """Compare the gradient through all steps of a flight with finite differences of it.

    Formula: (8 (f(h) - f(-h)) - (f(2h) - f(-2h))) / 12h, with an error that falls as h^4.
    """
    (gradient,) = mg.autograd.grad(loss_of(fly(rules, start, TARGET)).total, [rules.logarithms])
    values = rules.values().detach().numpy()

    def after(place: int, nudge: float) -> float:
        """Return the loss with one logarithm changed."""
        changed = values.copy()
        changed[place] *= np.exp(nudge)
        with mg.no_grad():
            return loss_of(fly(Rules(changed), start, TARGET)).total.item()

    tried = np.zeros(len(values))
    for i in range(len(values)):
        near, far = (after(i, h) - after(i, -h) for h in (step, 2 * step))
        tried[i] = (8 * near - far) / (12 * step)
    return Comparison(gradient.numpy(), tried)


# --- learning -----------------------------------------------------------------------------------


class Moment(NamedTuple):
    """One step of the optimizer: the loss, its parts and the rules it was measured with."""

    step: int
    loss: float
    distance: float
    crowding: float
    rules: np.ndarray


def learn(rules: Rules, start: Start, steps: int) -> Iterator[Moment]:
    """Change the rules so that the flock arrives; yield every step, at last one of no change.

    Fly, look how far off the birds are, go back through the flight to the five numbers, change
    them a little: the loop of every training, with a simulation for a network.
    """
    optimizer = optim.Adam(rules.parameters(), lr=RATE)
    schedule = optim.lr_scheduler.ExponentialLR(optimizer, DECAY)
    for step in range(steps + 1):
        optimizer.zero_grad()
        loss = loss_of(fly(rules, start, TARGET))
        parts = (loss.total.item(), loss.distance.item(), loss.crowding.item())
        yield Moment(step, *parts, rules.values().detach().numpy())
        if step < steps:
            loss.total.backward()
            optimizer.step()
            schedule.step()
