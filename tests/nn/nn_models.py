"""A small model with everything a module may hold, on either engine."""

import torch

import minigrad as mg


def build(lib, parameter):
    class Leaf(lib.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = lib.nn.Parameter(parameter([1.0, 2.0]))
            self.register_parameter("bias", None)

        def forward(self, x):
            return self.weight * x

        def extra_repr(self):
            return "size=2"

    class Net(lib.nn.Module):
        def __init__(self):
            super().__init__()
            self.first = Leaf()
            self.second = self.first
            self.third = Leaf()
            self.empty = None
            self.scale = lib.nn.Parameter(parameter(3.0))
            self.register_buffer("count", parameter([0.0]))
            self.register_buffer("hidden", parameter([7.0]), persistent=False)
            self.steps = 5

        def forward(self, x):
            return self.third(self.first(x)) * self.scale

    Leaf.__qualname__, Net.__qualname__ = "Leaf", "Net"
    return Net()


def pair():
    return build(mg, mg.tensor), build(torch, torch.tensor)
