"""Specs of ``minigrad.ops.sequences.recurrent`` and ``recurrent_layers``."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st

import minigrad as mg

from ..spec import Case, register
from ..strategies import reals

GATES = {"lstm": 4, "gru": 3, "rnn_tanh": 1, "rnn_relu": 1}


def _called(function: Callable[..., Any], states: int, batch_sizes: Any) -> Callable[..., Any]:
    """Return a network of tensors alone: input, states, weights."""

    def call(input: Any, *tensors: Any, **settings: Any) -> Any:
        packed = settings.pop("packed", False)
        hx = tensors[0] if states == 1 else tensors[:states]
        params, biases = list(tensors[states:]), settings.pop("biases")
        order = ("num_layers", "dropout", "train", "bidirectional")
        rest = [settings[name] for name in order]
        if packed:
            return batch_sizes(function, input, hx, params, biases, *rest)
        return function(input, hx, params, biases, *rest, settings["batch_first"])

    return call


SIZES = [3, 3, 1]


def _ours_packed(function: Any, input: Any, hx: Any, *rest: Any) -> Any:
    return function(input, hx, *rest, batch_sizes=mg.tensor(SIZES))


def _theirs_packed(function: Any, input: Any, hx: Any, *rest: Any) -> Any:
    return function(input, torch.tensor(SIZES), hx, *rest)


@st.composite
def networks(draw: st.DrawFn, gates: int, packed: bool) -> Case:
    """A network of one or two layers in one or two directions; a projection for four gates."""
    features, width, layers = (draw(st.integers(1, 2)) for _ in range(3))
    length, batch = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    both, first, biases = (draw(st.booleans()) for _ in range(3))
    shown = draw(st.sampled_from([None, 1])) if gates == 4 and width > 1 else None
    state = width if shown is None else shown
    batch = SIZES[0] if packed else batch
    shape = (batch, length, features) if first else (length, batch, features)
    shapes = [(sum(SIZES), features) if packed else shape]
    directions = 1 + both
    shapes += [(layers * directions, batch, state)]
    shapes += [(layers * directions, batch, width)] * (gates == 4)
    for layer in range(layers):
        inputs = state * directions if layer else features
        for _ in range(directions):
            shapes += [(gates * width, inputs), (gates * width, state)]
            shapes += [(gates * width,)] * 2 * biases
            shapes += [(shown, width)] * (shown is not None)
    settings = {"num_layers": layers, "dropout": 0.0, "train": True, "bidirectional": both}
    settings |= {"packed": True} if packed else {"batch_first": first}
    return Case(tuple(draw(reals(s)) for s in shapes), settings | {"biases": biases})


for _name, _gates in GATES.items():
    for _packed in (False, True):
        _states = 2 if _name == "lstm" else 1
        register(
            f"{_name}/packed" if _packed else _name,
            _called(getattr(mg, _name), _states, _ours_packed),
            _called(getattr(torch, _name), _states, _theirs_packed),
            networks(_gates, _packed),
            tier=2,
        )

# --- single steps ---------------------------------------------------------------------------------


def _cell(function: Callable[..., Any], states: int) -> Callable[..., Any]:
    if states == 1:
        return function
    return lambda x, h, c, *weights: function(x, (h, c), *weights)


@st.composite
def cells(draw: st.DrawFn, gates: int) -> Case:
    """One step; biases or none."""
    batch, features, width = (draw(st.integers(1, 3)) for _ in range(3))
    shapes = [(batch, features)] + [(batch, width)] * (2 if gates == 4 else 1)
    shapes += [(gates * width, features), (gates * width, width)]
    shapes += [(gates * width,)] * draw(st.sampled_from([0, 2]))
    return Case(tuple(draw(reals(s)) for s in shapes))


def _refused(gates: int) -> list[Case]:
    def case(input: Any, state: Any, *weights: Any) -> Case:
        shapes = [input, *[state] * (2 if gates == 4 else 1), *weights]
        return Case(tuple(np.ones(shape) for shape in shapes))

    rows = gates * 3
    return [
        case((2, 4), (2, 3), (rows, 2), (rows, 3)),
        case((2, 2), (1, 3), (rows, 2), (rows, 3)),
        case((2, 2), (2, 2), (rows, 2), (rows, 3)),
        case((2, 2), (2, 3), (rows + 1, 2), (rows, 3)),
    ]


for _name, _gates in GATES.items():
    _states = 2 if _name == "lstm" else 1
    register(
        f"{_name}_cell",
        _cell(getattr(mg, f"{_name}_cell"), _states),
        _cell(getattr(torch, f"{_name}_cell"), _states),
        cells(_gates),
        tier=2,
        errors=st.sampled_from(_refused(_gates)),
    )
