"""Step 2: the same forward pass on tensors. The backward pass is one call."""

from __future__ import annotations

from typing import Any

import minigrad as mg

from .problem import LEARNING_RATE, Learned, Problem


def learn(problem: Problem, steps: int) -> Learned:
    """Go downhill by the gradients that ``backward`` leaves in the weights."""
    x, y = mg.tensor(problem.x), mg.tensor(problem.y)
    weights: dict[str, Any] = {
        name: mg.tensor(start, requires_grad=True) for name, start in problem.start.items()
    }
    w1, b1, w2, b2 = weights.values()
    losses = []
    for _ in range(steps):
        z = x @ w1 + b1
        h = mg.tanh(z)
        error = h @ w2 + b2 - y
        loss = (error**2).mean()
        loss.backward()
        with mg.no_grad():  # changing the weights is not part of the function
            for weight in weights.values():
                weight -= LEARNING_RATE * weight.grad
                weight.grad = None  # else the next gradient would be added
        losses.append(loss.item())
    last = {name: weight.detach().numpy() for name, weight in weights.items()}
    return Learned(losses, last)
