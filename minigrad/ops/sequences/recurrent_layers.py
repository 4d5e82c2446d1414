"""Recurrent networks: layers of recurrences, in one direction or both, and single steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...autograd.traced import Traced
from ...backend.arrays import namespace
from ..contracting.linear import linear
from ..neurons.dropout import dropout as drop
from ..shaping.joining import cat, stack
from .recurrent import _gru, _lstm, _rnn_relu, _rnn_tanh

__all__ = [
    "gru",
    "gru_cell",
    "lstm",
    "lstm_cell",
    "rnn_relu",
    "rnn_relu_cell",
    "rnn_tanh",
    "rnn_tanh_cell",
]

Step = Callable[[Any, tuple[Any, ...], Sequence[Any], tuple[int, ...]], tuple[Any, ...]]

# --- one direction of one layer -------------------------------------------------------------------


def _biases(weights: Sequence[Any], has_biases: bool) -> tuple[Any, Any]:
    return (weights[2], weights[3]) if has_biases else (None, None)


def _plain(recurrence: Any, x: Any, states: Any, weights: Any, biases: Any, sizes: Any) -> Any:
    bias = None if biases[0] is None else biases[0] + biases[1]
    return (recurrence(linear(x, weights[0], bias), *states, weights[1], sizes=sizes),)


def _tanh_step(x: Any, states: Any, weights: Any, biases: Any, sizes: Any) -> Any:
    return _plain(_rnn_tanh, x, states, weights, biases, sizes)


def _relu_step(x: Any, states: Any, weights: Any, biases: Any, sizes: Any) -> Any:
    return _plain(_rnn_relu, x, states, weights, biases, sizes)


def _gru_step(x: Any, states: Any, weights: Any, biases: Any, sizes: Any) -> Any:
    gates = linear(x, weights[0], biases[0])
    return (_gru(gates, *states, weights[1], biases[1], sizes=sizes),)


def _lstm_step(x: Any, states: Any, weights: Any, biases: Any, sizes: Any) -> Any:
    bias = None if biases[0] is None else biases[0] + biases[1]
    named = 2 if bias is None else 4
    projection = weights[named] if len(weights) > named else None
    gates = linear(x, weights[0], bias)
    return _lstm(gates, *states, weights[1], projection, sizes=sizes)


# --- all layers -----------------------------------------------------------------------------------


class _Steps:
    """The steps of packed sequences: which rows come last, and the rows in the other direction."""

    def __init__(self, sizes: tuple[int, ...], like: Any) -> None:
        self.sizes = sizes
        self.even = sizes[0] == sizes[-1]
        if self.even:
            return
        starts = np.cumsum((0, *sizes[:-1]))
        lengths = (np.asarray(sizes)[:, None] > np.arange(sizes[0])).sum(0)
        step = np.repeat(np.arange(len(sizes)), sizes)
        column = np.arange(sum(sizes)) - starts[step]
        xp = namespace(like._array)
        self.last = xp.asarray(starts[lengths - 1] + np.arange(sizes[0]))
        self.turn = xp.asarray(starts[lengths[column] - 1 - step] + column)

    def turned(self, rows: Any) -> Any:
        """Return the rows of each sequence in reverse order."""
        if not self.even:
            return rows[self.turn]
        return rows.reshape((len(self.sizes), self.sizes[0], -1)).flip(0).reshape(rows.shape)

    def final(self, rows: Any) -> Any:
        """Return the last row of each sequence."""
        return rows[len(rows) - self.sizes[0] :] if self.even else rows[self.last]


def _run(
    step: Any,
    input: Any,
    states: Sequence[Any],
    params: Sequence[Any],
    has_biases: bool,
    num_layers: int,
    dropout: float,
    train: bool,
    bidirectional: bool,
    batch_first: bool,
    batch_sizes: Any,
) -> tuple[Any, ...]:
    """Return the output and the final states of all layers."""
    if batch_sizes is None:
        input = input.transpose(0, 1) if batch_first else input
        length, batch, _ = input.shape
        if not length:
            raise RuntimeError("Expected sequence length to be larger than 0 in RNN")
        rows, sizes = input.reshape((length * batch, -1)), (batch,) * length
    else:
        rows, sizes = input, tuple(batch_sizes.tolist())
    steps = _Steps(sizes, input)
    directions = 1 + bool(bidirectional)
    count, rest = divmod(len(params), num_layers * directions)
    if rest:
        raise RuntimeError(f"got {len(params)} weights for {num_layers} layers")
    expected = (num_layers * directions, sizes[0])
    for state in states:
        if state.ndim != 3 or tuple(state.shape[:2]) != expected:
            # PyTorch's LSTM looks for the third dimension first.
            error = IndexError if state.ndim < 3 and len(states) == 2 else RuntimeError
            raise error(
                f"Expected hidden states of shape ({expected[0]}, {expected[1]}, width), for "
                f"{num_layers} layers, {directions} directions and a batch of {sizes[0]}, got "
                f"{tuple(state.shape)}"
            )
    finals: list[list[Any]] = [[] for _ in states]
    for layer in range(num_layers):
        outputs = []
        for direction in range(directions):
            at = layer * directions + direction
            weights = params[at * count : (at + 1) * count]
            x = steps.turned(rows) if direction else rows
            begin = tuple(state[at] for state in states)
            results = step(x, begin, weights, _biases(weights, has_biases), sizes)
            for final, result in zip(finals, results):
                final.append(steps.final(result))
            outputs.append(steps.turned(results[0]) if direction else results[0])
        rows = cat(outputs, 1) if bidirectional else outputs[0]
        if dropout and train and layer < num_layers - 1:
            rows = drop(rows, dropout)
    if batch_sizes is None:
        rows = rows.reshape((length, batch, -1))
        rows = rows.transpose(0, 1) if batch_first else rows
    return rows, *map(stack, finals)


def lstm(
    input: Any,
    hx: Sequence[Any],
    params: Sequence[Any],
    has_biases: bool,
    num_layers: int,
    dropout: float,
    train: bool,
    bidirectional: bool,
    batch_first: bool = False,
    *,
    batch_sizes: Any = None,
) -> tuple[Any, Any, Any]:
    """Return the output, the final states and the final cells of a long short-term memory.

    Shapes:
        input (L, N, features), (N, L, features) if ``batch_first``, or packed rows. The states are
        (layers * directions, N, width). The output is as the input, with all directions' widths.

    Args:
        input: sequences.
        hx: the first states and cells.
        params: for each layer and direction weights of the input and of the state, their biases,
            and the projection if there is one.
        has_biases: whether there are biases.
        num_layers: how many layers, each of which takes the output of the one before.
        dropout: how likely an element between two layers is dropped, in training.
        train: whether to drop.
        bidirectional: each layer runs in both directions.
        batch_first: the first dimension is that of the batch.
        batch_sizes: of packed sequences, how many last to each step.

    Raises:
        RuntimeError: for sequences of no steps, or sizes that do not fit.

    Source: S. Hochreiter and J. Schmidhuber, Long short-term memory, 1997.
    """
    settings = (has_biases, num_layers, dropout, train, bidirectional, batch_first, batch_sizes)
    output, h, c = _run(_lstm_step, input, hx, params, *settings)
    return output, h, c


def _of_one_state(name: str, step: Any, text: str, source: str) -> Callable[..., tuple[Any, Any]]:
    """Return the function of a network that has one state."""

    def function(
        input: Any,
        hx: Any,
        params: Sequence[Any],
        has_biases: bool,
        num_layers: int,
        dropout: float,
        train: bool,
        bidirectional: bool,
        batch_first: bool = False,
        *,
        batch_sizes: Any = None,
    ) -> tuple[Any, Any]:
        settings = (has_biases, num_layers, dropout, train, bidirectional, batch_first)
        output, h = _run(step, input, (hx,), params, *settings, batch_sizes)
        return output, h

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"""Return the output and the final states of {text}.

    Shapes, Args, Raises: as ``lstm``, with ``hx`` the first states alone.

    Source: {source}
    """
    return function


_ELMAN = "J. Elman, Finding structure in time, 1990."
_CHO = "K. Cho et al., Learning phrase representations using RNN encoder-decoder, 2014."

rnn_tanh = _of_one_state("rnn_tanh", _tanh_step, "a recurrent network with ``tanh``", _ELMAN)
rnn_relu = _of_one_state("rnn_relu", _relu_step, "a recurrent network with ``relu``", _ELMAN)
gru = _of_one_state("gru", _gru_step, "gated recurrent units", _CHO)

# --- single steps ---------------------------------------------------------------------------------


def _cell(
    step: Any, gates: int, input: Any, states: tuple[Any, ...], weights: Any, biases: Any
) -> Any:
    """Check the sizes and take one step."""
    rows, features = weights[0].shape
    width = weights[1].shape[1]
    if input.ndim != 2 or input.shape[1] != features:
        raise RuntimeError(f"input has inconsistent input_size: {input.shape}, expected {features}")
    for state in states:
        if state.shape != (input.shape[0], width):
            raise RuntimeError(
                f"hidden has inconsistent size: got {state.shape}, expected "
                f"{(input.shape[0], width)}"
            )
    if rows != gates * width or weights[1].shape[0] != rows:
        raise RuntimeError(
            f"weights {weights[0].shape} and {weights[1].shape} do not fit {gates} gates of {width}"
        )
    biases = biases if all(isinstance(bias, Traced) for bias in biases) else (None, None)
    return step(input, states, weights, biases, (input.shape[0],))


def lstm_cell(
    input: Any, hx: Sequence[Any], w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None
) -> tuple[Any, Any]:
    """Return the next state and cell of a long short-term memory.

    Shapes: input (N, features), hx two of (N, width), w_ih (4 * width, features), w_hh (4 * width,
    width), biases (4 * width,).

    Raises:
        RuntimeError: for sizes that do not fit.
    """
    h, c = _cell(_lstm_step, 4, input, tuple(hx), (w_ih, w_hh), (b_ih, b_hh))
    return h, c


def gru_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """Return the next state of a gated recurrent unit.

    Shapes: input (N, features), hx (N, width), weights (3 * width, ...), biases (3 * width,).

    Raises:
        RuntimeError: for sizes that do not fit.
    """
    return _cell(_gru_step, 3, input, (hx,), (w_ih, w_hh), (b_ih, b_hh))[0]


def rnn_tanh_cell(
    input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None
) -> Any:
    """Return ``tanh(input @ w_ih.T + b_ih + hx @ w_hh.T + b_hh)``.

    Shapes: input (N, features), hx (N, width), weights (width, ...), biases (width,).

    Raises:
        RuntimeError: for sizes that do not fit.
    """
    return _cell(_tanh_step, 1, input, (hx,), (w_ih, w_hh), (b_ih, b_hh))[0]


def rnn_relu_cell(
    input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None
) -> Any:
    """Return ``relu(input @ w_ih.T + b_ih + hx @ w_hh.T + b_hh)``: see ``rnn_tanh_cell``."""
    return _cell(_relu_step, 1, input, (hx,), (w_ih, w_hh), (b_ih, b_hh))[0]
