"""Operators with one mistake each, which the tester must catch; and what they should be."""

import itertools

import numpy as np
import torch

import minigrad as mg
from minigrad_torch_compat.differential import strategies
from minigrad_torch_compat.differential.engines.with_minigrad import MinigradEngine

reals = strategies.reals


def exp_of_wrong_sign(x):
    return 2 * mg.exp(x).detach() - mg.exp(x)


def leaky_at_zero(x):
    """relu, whose gradient at 0 is a half: as good a convention as PyTorch's."""
    return (x + mg.abs(x)) / 2


def wrong_from_four_on(x):
    """A mistake that only long inputs show."""
    return mg.sum(x) if x.numel() < 4 else mg.sum(x) * 2


def in_single(x):
    """The sine in float32, whatever was asked for."""
    return mg.sin(x.to(mg.float32)).to(x.dtype)


def sum_in_half(x):
    """The sum of exponentials, rounded to float16 on the way."""
    return mg.sum(mg.exp(x).to(mg.float16).to(x.dtype))


def sum_of_exponentials(x):
    return torch.sum(torch.exp(x))


class Incomplete(MinigradEngine):
    """minigrad without its in-place methods."""

    name = "incomplete"
    tensor_class = type("Bare", (), {"exp": mg.exp})


def always_double(x):
    return mg.cos(x).to(mg.float64)


def never_a_view(x):
    return mg.clone(mg.reshape(x, (-1,)))


def always_a_view(x):
    return x.view(x.shape)


def untracked(x):
    return mg.exp(x).detach()


def unfinished(x):
    raise NotImplementedError("exp is not there yet")


def crashing(x):
    return mg.exp(x) if x.numel() < 3 else [][0]


_ticks = itertools.count()


def jittery(x):
    return mg.exp(x) + next(_ticks)


def careless(x):
    """Writes into its argument."""
    with mg.no_grad():
        x += 1
    return mg.exp(x - 1)


def transposed(x):
    return mg.exp(x).T


def impolite(x):
    """Refuses negative numbers with another error than PyTorch's."""
    if x.ndim != 1:
        raise ValueError("expected a vector")
    return mg.exp(x)


def polite(x):
    if x.ndim != 1:
        raise RuntimeError("expected a vector")
    return torch.exp(x)


def add(x, y):
    return x + y


def not_summed(g, x, y):
    """The gradient of x + y, which forgets that y was broadcast."""
    return g, g


def summed(g, x, y):
    return _fitted(g, x.shape), _fitted(g, y.shape)


def _fitted(g, shape):
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    stretched = tuple(i for i, n in enumerate(shape) if n == 1 and g.shape[i] != 1)
    return g.sum(axis=stretched, keepdims=True) if stretched else g


class Tanh:
    """A layer in the way of a first course: it remembers what backward needs."""

    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, g):
        return g * (1 - self.out**2)


class BadTanh(Tanh):
    def backward(self, g):
        return g * (1 - self.out)
