"""Step 3: a Module keeps the weights, an optimizer changes them. This is how one works."""

from __future__ import annotations

import minigrad as mg
from minigrad import nn, optim

from .problem import HIDDEN, Learned, Problem, Weights


class TwoLayers(nn.Module):
    """A hidden layer with tanh, and a layer that adds up what it found."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(1, HIDDEN, dtype=mg.float64)
        self.second = nn.Linear(HIDDEN, 1, dtype=mg.float64)

    def forward(self, x: mg.Tensor) -> mg.Tensor:
        """Return the prediction for every row."""
        return self.second(mg.tanh(self.first(x)))


def learn(model: nn.Module, optimizer: optim.Optimizer, problem: Problem, steps: int) -> Learned:
    """Train any model with any optimizer: nothing in here knows which they are."""
    x, y = mg.tensor(problem.x), mg.tensor(problem.y)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return Learned(losses, weights_of(model))


# --- the names of the other steps -----------------------------------------------------------------
#
# A Linear layer keeps its matrix as (outputs, inputs): it is ours, turned over.


def weights_of(model: nn.Module) -> Weights:
    """Return the weights under the names, and in the shapes, of steps 1 and 2."""
    state = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    return {
        "w1": state["first.weight"].T,
        "b1": state["first.bias"],
        "w2": state["second.weight"].T,
        "b2": state["second.bias"],
    }


def set_weights(model: nn.Module, weights: Weights) -> None:
    """Put weights of steps 1 and 2 into the model."""
    model.load_state_dict(
        {
            "first.weight": mg.tensor(weights["w1"].T),
            "first.bias": mg.tensor(weights["b1"]),
            "second.weight": mg.tensor(weights["w2"].T),
            "second.bias": mg.tensor(weights["b2"]),
        }
    )
