"""Layers.

A layer is a function with numbers of its own, its parameters, that training will change. To build
a network is to put layers behind each other so that the shapes fit.
"""

import minigrad as mg
from minigrad import nn


def linear() -> None:
    """`Linear(3, 2)` makes 2 numbers of 3: x Wᵀ + b. The shape of the weight is (out, in)."""
    mg.manual_seed(0)
    layer = nn.Linear(3, 2)
    print(layer)
    print(layer.weight.shape, layer.bias.shape)
    x = mg.ones(5, 3)
    print(layer(x).shape)
    print(mg.allclose(layer(x), x @ layer.weight.T + layer.bias))


def linear_on_more_directions() -> None:
    """It works on the last direction, and leaves those before as they are."""
    layer = nn.Linear(3, 2)
    print(layer(mg.ones(3)).shape)
    print(layer(mg.ones(10, 7, 3)).shape)
    try:
        layer(mg.ones(5, 4))
    except RuntimeError as error:
        print(type(error).__name__, "as 4 is not 3")


def convolution() -> None:
    """`Conv1d` slides a small window along (batch, channels, length), and sees 5 numbers at once.

    There is room for length - 5 + 1 windows. `padding` adds zeros at both ends, `stride` takes
    every second window only: in general, (length + 2 padding - kernel) // stride + 1.
    """
    x = mg.ones(8, 1, 64)
    print(nn.Conv1d(1, 4, kernel_size=5).weight.shape)
    print(nn.Conv1d(1, 4, kernel_size=5)(x).shape)
    print(nn.Conv1d(1, 4, kernel_size=5, padding=2)(x).shape)
    print(nn.Conv1d(1, 4, kernel_size=5, padding=2, stride=2)(x).shape)


def window_by_window() -> None:
    """What it computes: the sum of weight times number, for each window."""
    layer = nn.Conv1d(1, 1, kernel_size=2, bias=False)
    layer.load_state_dict({"weight": mg.tensor([[[-1.0, 1.0]]])})
    x = mg.tensor([[[1.0, 1.0, 4.0, 4.0, 0.0]]])
    print(layer(x))  # the difference of neighbours: it finds edges


def one_behind_another() -> None:
    """`Sequential` hands each layer what the one before made. Between them there is a `ReLU`.

    Without it, two linear layers would be no more than one.
    """
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    print(model)
    print(model(mg.ones(5, 4)).shape)
    count = sum(parameter.numel() for parameter in model.parameters())
    print(count, "numbers to learn")


class Listener(nn.Module):
    """Your own network: make its layers in `__init__`, and say in `forward` what they do.

    Two convolutions look for edges and for what edges form; each halves the length. The mean over
    the rest does not mind where in the wave something was found.
    """

    def __init__(self) -> None:
        super().__init__()
        self.edges = nn.Conv1d(1, 8, kernel_size=5, stride=2, padding=2)
        self.forms = nn.Conv1d(8, 16, kernel_size=5, stride=2, padding=2)
        self.scores = nn.Linear(16, 2)

    def forward(self, waves: mg.Tensor) -> mg.Tensor:
        """Return two scores for each wave: round, and square."""
        found = mg.relu(self.edges(waves))
        found = mg.relu(self.forms(found))
        return self.scores(found.mean(dim=2))


def what_is_to_be_learned() -> None:
    """A module finds the parameters of its layers by itself, under their names."""
    model = Listener()
    for name, parameter in model.named_parameters():
        print(f"{name:13}", parameter.shape)
    print(model(mg.zeros(32, 1, 64)).shape)
