"""Recurrent layers and cells against PyTorch's: all settings, packed sequences, higher orders."""

import numpy as np
import pytest
import torch
from nn_compare import assert_same_layer, close, made, refuse_alike

import minigrad as mg

rng = np.random.default_rng(0)
X = rng.normal(size=(5, 3, 4))

NETWORKS = {
    "RNN": lambda nn: nn.RNN(4, 3),
    "RNN relu": lambda nn: nn.RNN(4, 3, 2, "relu", batch_first=True),
    "RNN both": lambda nn: nn.RNN(4, 3, num_layers=2, bidirectional=True, bias=False),
    "LSTM": lambda nn: nn.LSTM(4, 3),
    "LSTM deep": lambda nn: nn.LSTM(4, 3, 3, dropout=0.4, bias=False),
    "LSTM both": lambda nn: nn.LSTM(4, 3, 2, batch_first=True, dropout=0.3, bidirectional=True),
    "LSTM projected": lambda nn: nn.LSTM(4, 5, 2, bidirectional=True, proj_size=2),
    "GRU": lambda nn: nn.GRU(4, 3, bias=False),
    "GRU both": lambda nn: nn.GRU(4, 3, 2, dropout=0.3, bidirectional=True),
}


def first_states(layer, batch, lone=False):
    """Arrays for hx: one, or two of an LSTM."""
    count = layer.num_layers * (1 + layer.bidirectional)
    widths = [layer.proj_size or layer.hidden_size]
    widths += [layer.hidden_size] * (layer.mode == "LSTM")
    return [rng.normal(size=(count, width) if lone else (count, batch, width)) for width in widths]


def with_states(layer, x, *states):
    return layer(x, states if len(states) == 2 else states[0])


@pytest.mark.parametrize("name", NETWORKS)
def test_network(name) -> None:
    assert_same_layer(NETWORKS[name], [X])


@pytest.mark.parametrize("name", NETWORKS)
def test_first_states(name) -> None:
    layer = NETWORKS[name](mg.nn)
    batch = X.shape[0] if layer.batch_first else X.shape[1]
    assert_same_layer(NETWORKS[name], [X, *first_states(layer, batch)], with_states, (False,))


@pytest.mark.parametrize("name", NETWORKS)
def test_one_sequence(name) -> None:
    states = first_states(NETWORKS[name](mg.nn), 1, lone=True)
    assert_same_layer(NETWORKS[name], [X[:, 0], *states], with_states, (False,))
    assert_same_layer(NETWORKS[name], [X[:, 0]], modes=(False,))


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("lengths", [[5, 3, 1], [2, 4, 3], [4, 4, 4]])
def test_packed(name, lengths) -> None:
    def call(layer, x, *states):
        lib = mg if isinstance(x, mg.Tensor) else torch
        tools = lib.nn.utils.rnn
        packed = tools.pack_padded_sequence(x, lib.tensor(lengths), enforce_sorted=False)
        out, finals = with_states(layer, packed, *states) if states else layer(packed)
        return tools.pad_packed_sequence(out, padding_value=2.0)[0], finals

    assert_same_layer(NETWORKS[name], [X], call)
    states = first_states(NETWORKS[name](mg.nn), 3)
    assert_same_layer(NETWORKS[name], [X, *states], call, (False,))


CELLS = {
    "RNNCell": lambda nn: nn.RNNCell(4, 3),
    "RNNCell relu": lambda nn: nn.RNNCell(4, 3, False, "relu"),
    "LSTMCell": lambda nn: nn.LSTMCell(4, 3),
    "LSTMCell no bias": lambda nn: nn.LSTMCell(4, 3, bias=False),
    "GRUCell": lambda nn: nn.GRUCell(4, 3),
    "GRUCell no bias": lambda nn: nn.GRUCell(4, 3, bias=False),
}


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("shape", [(4,), (2, 4)])
def test_cell(name, shape) -> None:
    x = rng.normal(size=shape)
    states = [rng.normal(size=(*shape[:-1], 3)) for _ in range(1 + ("LSTM" in name))]
    assert_same_layer(CELLS[name], [x], modes=(True,))
    assert_same_layer(CELLS[name], [x, *states], with_states, (True,))


@pytest.mark.parametrize("name", ["RNN both", "LSTM projected", "GRU both"])
def test_second_derivatives(name) -> None:
    """Of a norm of gradients by all weights."""
    found = []
    layers = made(NETWORKS[name])
    for lib, layer in zip((mg, torch), layers, strict=True):
        layer.eval()
        x = lib.tensor(X, requires_grad=True)
        (gradient,) = lib.autograd.grad((layer(x)[0] ** 2).sum(), x, create_graph=True)
        (gradient**2).sum().backward()
        found.append([x.grad, *(p.grad for p in layer.parameters())])
    for ours, theirs in zip(*found, strict=True):
        close(ours.numpy(), theirs.numpy(), 1e-8, "second derivative")


def test_weights_by_layer() -> None:
    layer = mg.nn.LSTM(2, 3, bidirectional=True)
    assert [len(weights) for weights in layer.all_weights] == [4, 4]
    assert layer.all_weights[1][0] is layer.weight_ih_l0_reverse
    layer.flatten_parameters()


# --- sequences ------------------------------------------------------------------------------------

SEQUENCES = [rng.normal(size=(length, 2)) for length in (3, 1, 4)]


def both(function):
    """What a program makes of the sequences on each engine, as arrays."""
    found = []
    for lib in (mg, torch):
        leaves = [lib.tensor(sequence, requires_grad=True) for sequence in SEQUENCES]
        results = function(lib, lib.nn.utils.rnn, leaves)
        sum((result**2).sum() for result in results if result.requires_grad).backward()
        found.append([*(r.detach().numpy() for r in results), *(x.grad.numpy() for x in leaves)])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("side", ["left", "right"])
def test_padding(first, side) -> None:
    both(lambda lib, tools, leaves: [tools.pad_sequence(leaves, first, 7.0, side)])
    both(
        lambda lib, tools, leaves: tools.unpad_sequence(
            tools.pad_sequence(leaves, first), lib.tensor([3, 1, 4]), first
        )
    )


def test_packing() -> None:
    both(lambda lib, tools, leaves: list(tools.pack_sequence(leaves, enforce_sorted=False)))
    both(lambda lib, tools, leaves: tools.unpack_sequence(tools.pack_sequence(leaves, False)))
    both(
        lambda lib, tools, leaves: tools.pad_packed_sequence(
            tools.pack_sequence(leaves, False), True, -1.0, 6
        )
    )
    packed = mg.nn.utils.rnn.pack_sequence([mg.ones(2), mg.ones(1)])
    assert packed.sorted_indices is None
    assert packed.batch_sizes.tolist() == [2, 1]
    assert packed.double().data.dtype == mg.float64
    assert packed.float() is packed


# --- what PyTorch refuses -------------------------------------------------------------------------

WRONG = {
    "nonlinearity": lambda lib: lib.nn.RNN(2, 3, nonlinearity="sin"),
    "mode": lambda lib: lib.nn.RNNBase("X", 2, 3),
    "dropout": lambda lib: lib.nn.LSTM(2, 3, 2, dropout=1.5),
    "dropout bool": lambda lib: lib.nn.LSTM(2, 3, 2, dropout=True),
    "hidden": lambda lib: lib.nn.LSTM(2, 0),
    "hidden float": lambda lib: lib.nn.LSTM(2, 3.0),
    "input": lambda lib: lib.nn.LSTM(0, 3),
    "layers": lambda lib: lib.nn.GRU(2, 3, 0),
    "bias": lambda lib: lib.nn.GRU(2, 3, bias=1),
    "projection": lambda lib: lib.nn.LSTM(2, 3, proj_size=3),
    "negative projection": lambda lib: lib.nn.LSTM(2, 3, proj_size=-1),
    "features": lambda lib: lib.nn.GRU(2, 3)(lib.ones(4, 5, 3)),
    "ndim": lambda lib: lib.nn.GRU(2, 3)(lib.ones(4, 5, 3, 2)),
    "dtype": lambda lib: lib.nn.GRU(2, 3)(lib.ones(4, 5, 2, dtype=lib.float64)),
    "no steps": lambda lib: lib.nn.GRU(2, 3)(lib.ones(0, 5, 2)),
    "state size": lambda lib: lib.nn.GRU(2, 3)(lib.ones(4, 5, 2), lib.ones(1, 4, 3)),
    "state ndim": lambda lib: lib.nn.GRU(2, 3)(lib.ones(4, 5, 2), lib.ones(1, 3)),
    "lone state": lambda lib: lib.nn.RNN(2, 3)(lib.ones(4, 2), lib.ones(1, 1, 3)),
    "cell state": lambda lib: lib.nn.LSTM(2, 3)(
        lib.ones(4, 5, 2), (lib.ones(1, 5, 3), lib.ones(1, 5, 2))
    ),
    "step ndim": lambda lib: lib.nn.GRUCell(2, 3)(lib.ones(1, 1, 2)),
    "step features": lambda lib: lib.nn.GRUCell(2, 3)(lib.ones(1, 3)),
    "step state": lambda lib: lib.nn.LSTMCell(2, 3)(
        lib.ones(1, 2), (lib.ones(2, 3), lib.ones(1, 3))
    ),
    "step function": lambda lib: lib.nn.RNNCell(2, 3, nonlinearity="sin")(lib.ones(1, 2)),
    "unsorted": lambda lib: lib.nn.utils.rnn.pack_padded_sequence(lib.ones(3, 2), [1, 2]),
    "empty": lambda lib: lib.nn.utils.rnn.pack_padded_sequence(lib.ones(3, 2), [2, 0]),
    "lengths": lambda lib: lib.nn.utils.rnn.pack_padded_sequence(lib.ones(3, 2), [2]),
    "total length": lambda lib: lib.nn.utils.rnn.pad_packed_sequence(
        lib.nn.utils.rnn.pack_sequence([lib.ones(2)]), total_length=1
    ),
    "side": lambda lib: lib.nn.utils.rnn.pad_sequence([lib.ones(2)], padding_side="top"),
    "no sequences": lambda lib: lib.nn.utils.rnn.pad_sequence([]),
    "no iterable": lambda lib: lib.nn.utils.rnn.pad_sequence(3),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_raises_what_pytorch_raises(wrong) -> None:
    refuse_alike(wrong)


def test_dropout_without_a_layer_after_it() -> None:
    with pytest.warns(UserWarning, match="dropout option") as caught:
        mg.nn.LSTM(2, 3, dropout=0.5)
    assert caught[0].filename == __file__
