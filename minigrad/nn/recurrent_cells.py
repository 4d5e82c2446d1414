"""Single steps of recurrent networks, for loops of one's own."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from .. import ops
from ..creation import empty, zeros
from . import init
from .module import Module
from .parameter import Parameter

__all__ = ["GRUCell", "LSTMCell", "RNNCell", "RNNCellBase"]


class RNNCellBase(Module):
    """What the cells share.

    Args:
        input_size, hidden_size: sizes of inputs and states.
        bias: whether there are biases.
        num_chunks: the number of gates.
        device, dtype: of the parameters.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool,
        num_chunks: int,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.bias = bias
        rows = num_chunks * hidden_size
        options = {"device": device, "dtype": dtype}
        self.weight_ih = Parameter(empty(rows, input_size, **options))
        self.weight_hh = Parameter(empty(rows, hidden_size, **options))
        for name in ("bias_ih", "bias_hh"):
            self.register_parameter(name, Parameter(empty(rows, **options)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all weights uniformly in +- 1 / sqrt(hidden_size)."""
        bound = 1 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0.0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def _step(
        self, function: Callable[..., Any], input: Any, states: tuple[Any, ...] | None, count: int
    ) -> tuple[Any, ...]:
        """Return the next states; the input and they may lack the dimension of the batch."""
        name = type(self).__name__
        for what, tensor in (("input", input), *(("hidden", state) for state in states or ())):
            if tensor.ndim not in (1, 2):
                raise ValueError(
                    f"{name}: Expected {what} to be 1D or 2D, got {tensor.ndim}D instead"
                )
        alone = input.ndim == 1
        x = input.unsqueeze(0) if alone else input
        if states is None:
            shape = (x.shape[0], self.hidden_size)
            states = (zeros(*shape, dtype=x.dtype, device=x.device),) * count
        elif alone:
            states = tuple(state.unsqueeze(0) for state in states)
        hx: Any = states if count > 1 else states[0]
        found = function(x, hx, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh)
        following = found if count > 1 else (found,)
        return tuple(state.squeeze(0) for state in following) if alone else following

    def extra_repr(self) -> str:
        """Return the sizes and the settings that are not the usual ones."""
        text = f"{self.input_size}, {self.hidden_size}"
        if self.bias is not True:
            text += f", bias={self.bias}"
        if getattr(self, "nonlinearity", "tanh") != "tanh":
            text += f", nonlinearity={self.nonlinearity}"
        return text


class RNNCell(RNNCellBase):
    """``tanh(x @ w_ih.T + b_ih + h @ w_hh.T + b_hh)``, a step of ``RNN``.

    Args:
        input_size, hidden_size: sizes of inputs and states.
        bias: whether there are biases.
        nonlinearity: "tanh" or "relu".
        device, dtype: of the parameters.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Any, hx: Any = None) -> Any:
        """Return the next state (N, hidden_size), or (hidden_size,); the first one is zero.

        Raises:
            ValueError: for another number of dimensions.
            RuntimeError: for sizes that do not fit, or an unknown function.
        """
        if self.nonlinearity not in ("tanh", "relu"):
            raise RuntimeError(f"Unknown nonlinearity: {self.nonlinearity}")
        function = ops.rnn_tanh_cell if self.nonlinearity == "tanh" else ops.rnn_relu_cell
        return self._step(function, input, None if hx is None else (hx,), 1)[0]


class LSTMCell(RNNCellBase):
    """A step of ``LSTM``."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input: Any, hx: Any = None) -> Any:
        """Return the next state and cell; the first ones are zero.

        Raises:
            ValueError: for another number of dimensions.
            RuntimeError: for sizes that do not fit.
        """
        return self._step(ops.lstm_cell, input, None if hx is None else tuple(hx), 2)


class GRUCell(RNNCellBase):
    """A step of ``GRU``."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Any, hx: Any = None) -> Any:
        """Return the next state; the first one is zero.

        Raises:
            ValueError: for another number of dimensions.
            RuntimeError: for sizes that do not fit.
        """
        return self._step(ops.gru_cell, input, None if hx is None else (hx,), 1)[0]
