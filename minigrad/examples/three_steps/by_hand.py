"""Step 1: NumPy alone. Every derivative is worked out on paper, and written down."""

from __future__ import annotations

import numpy as np

from .problem import LEARNING_RATE, Array, Learned, Problem, Weights


def backprop(weights: Weights, x: Array, y: Array) -> tuple[float, Weights]:
    """Return the mean squared error, and its derivative by every weight."""
    w1, b1, w2, b2 = weights.values()

    # Forward: four lines.
    z = x @ w1 + b1
    h = np.tanh(z)
    error = h @ w2 + b2 - y
    loss = (error**2).mean()

    # Backward: these lines from the last to the first, by the chain rule.
    d_error = 2 * error / error.size  # of the mean of the squares
    d_b2 = d_error.sum(axis=0)  # b2 was added to every row
    d_w2 = h.T @ d_error
    d_h = d_error @ w2.T
    d_z = d_h * (1 - h**2)  # tanh' = 1 - tanh²
    d_b1 = d_z.sum(axis=0)
    d_w1 = x.T @ d_z

    return loss, {"w1": d_w1, "b1": d_b1, "w2": d_w2, "b2": d_b2}


def learn(problem: Problem, steps: int) -> Learned:
    """Go downhill by these gradients."""
    weights = {name: start.copy() for name, start in problem.start.items()}
    losses = []
    for _ in range(steps):
        loss, gradients = backprop(weights, problem.x, problem.y)
        for name in weights:
            weights[name] -= LEARNING_RATE * gradients[name]
        losses.append(float(loss))
    return Learned(losses, weights)
