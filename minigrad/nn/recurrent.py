"""Recurrent networks: layers that run along sequences."""

from __future__ import annotations

from typing import Any

from .recurrent_base import RNNBase

__all__ = ["GRU", "LSTM", "RNN"]


class RNN(RNNBase):
    """``h[t] = tanh(x[t] @ w_ih.T + b_ih + h[t - 1] @ w_hh.T + b_hh)``: see ``LSTM``.

    Args:
        nonlinearity: "tanh" or "relu".
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(
                f"Unknown nonlinearity '{nonlinearity}'. Select from 'tanh' or 'relu'."
            )
        self.__dict__["nonlinearity"] = nonlinearity  # before the registers are there
        settings = (num_layers, bias, batch_first, dropout, bidirectional, 0, device, dtype)
        super().__init__(f"RNN_{nonlinearity.upper()}", input_size, hidden_size, *settings)


class LSTM(RNNBase):
    """Long short-term memory: gates i, f, o say what a cell takes in, keeps and shows.

    Args:
        input_size, hidden_size: sizes of inputs and states.
        num_layers: how many layers, each of which takes the output of the one before.
        bias: whether there are biases.
        batch_first: inputs and outputs are (N, L, ...) instead of (L, N, ...).
        dropout: how likely an element between two layers is dropped, in training.
        bidirectional: each layer runs in both directions, whose outputs are side by side.
        proj_size: project the states to this size.
        device, dtype: of the parameters.

    Raises:
        ValueError, TypeError: for settings out of range or of a wrong type.

    Source: Hochreiter and Schmidhuber, Long short-term memory (1997).
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        settings = (num_layers, bias, batch_first, dropout, bidirectional, proj_size)
        super().__init__("LSTM", input_size, hidden_size, *settings, device, dtype)


class GRU(RNNBase):
    """Gated recurrent units: gates r and z say what a state forgets and keeps: see ``LSTM``.

    Source: Cho et al., Learning phrase representations using RNN encoder-decoder (2014).
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        settings = (num_layers, bias, batch_first, dropout, bidirectional, 0, device, dtype)
        super().__init__("GRU", input_size, hidden_size, *settings)
