"""What recurrent networks share: weights for all layers and directions, checks, the call."""

from __future__ import annotations

import math
import warnings
from typing import Any

from .. import ops
from ..creation import empty, zeros
from . import init
from .module import Module
from .parameter import Parameter
from .utils.rnn import PackedSequence

__all__ = ["RNNBase"]

_GATES = {"LSTM": 4, "GRU": 3, "RNN_TANH": 1, "RNN_RELU": 1}
_FUNCTIONS: dict[str, Any] = {
    "LSTM": ops.lstm,
    "GRU": ops.gru,
    "RNN_TANH": ops.rnn_tanh,
    "RNN_RELU": ops.rnn_relu,
}


class RNNBase(Module):
    """What the recurrent networks share. For the arguments see ``LSTM``."""

    def __init__(
        self,
        mode: str,
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
        super().__init__()
        self.mode = mode
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = dropout
        self.bidirectional = bidirectional
        self.proj_size = proj_size
        self._check()
        self.dropout = float(dropout)
        self._all_weights: list[list[str]] = []
        for layer in range(num_layers):
            for suffix in ("", "_reverse")[: self._directions]:
                shapes = self._shapes(layer)
                names = [f"{name}_l{layer}{suffix}" for name in shapes]
                for name, shape in zip(names, shapes.values()):
                    setattr(self, name, Parameter(empty(*shape, device=device, dtype=dtype)))
                self._all_weights.append(names)
        self.reset_parameters()

    def _check(self) -> None:
        dropout = self.dropout
        if (
            isinstance(dropout, bool)
            or not isinstance(dropout, int | float)
            or not 0 <= dropout <= 1
        ):
            raise ValueError(
                "dropout should be a number in range [0, 1] representing the probability of an "
                f"element being zeroed, got {dropout}"
            )
        for name, kind in (
            ("bias", bool),
            ("batch_first", bool),
            ("input_size", int),
            ("hidden_size", int),
        ):
            if not isinstance(getattr(self, name), kind):
                given = type(getattr(self, name)).__name__
                raise TypeError(f"{name} should be of type {kind.__name__}, got: {given}")
        for name in ("input_size", "hidden_size", "num_layers"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be greater than zero, got {getattr(self, name)}")
        if self.proj_size < 0:
            raise ValueError(
                "proj_size should be a positive integer or zero to disable projections"
            )
        if self.proj_size >= self.hidden_size:
            raise ValueError("proj_size has to be smaller than hidden_size")
        if self.mode not in _GATES:
            raise ValueError(f"Unrecognized RNN mode: {self.mode}")
        if dropout > 0 and self.num_layers == 1:
            warnings.warn(
                "dropout option adds dropout after all but last recurrent layer, so non-zero "
                f"dropout expects num_layers greater than 1, but got dropout={dropout} and "
                "num_layers=1",
                stacklevel=4,
            )

    @property
    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    @property
    def _state_size(self) -> int:
        return self.proj_size or self.hidden_size

    def _shapes(self, layer: int) -> dict[str, tuple[int, ...]]:
        """Return the weights of one layer and direction."""
        rows = _GATES[self.mode] * self.hidden_size
        inputs = self.input_size if layer == 0 else self._state_size * self._directions
        shapes: dict[str, tuple[int, ...]] = {
            "weight_ih": (rows, inputs),
            "weight_hh": (rows, self._state_size),
        }
        if self.bias:
            shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
        if self.proj_size:
            shapes["weight_hr"] = (self.proj_size, self.hidden_size)
        return shapes

    @property
    def all_weights(self) -> list[list[Any]]:
        """The parameters, a list for each layer and direction."""
        return [[getattr(self, name) for name in names] for names in self._all_weights]

    def reset_parameters(self) -> None:
        """Draw all weights uniformly in +- 1 / sqrt(hidden_size)."""
        bound = 1 / math.sqrt(self.hidden_size)
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def flatten_parameters(self) -> None:
        """Do nothing: it is there for programs that call it for the sake of cuDNN."""

    # --- calling --------------------------------------------------------------------------

    def forward(self, input: Any, hx: Any = None) -> Any:
        """Return the output of the last layer, and the final states of all.

        Shapes:
            input: (L, N, input_size), (N, L, input_size) if ``batch_first``, (L, input_size), or
                packed; the output is like it.
            hx: (layers * directions, N, hidden_size), without N if the input has none; zeros by
                default. Of an LSTM a pair, states (with ``proj_size``, if there is one) and cells.

        Raises:
            ValueError: for another number of dimensions, or another dtype than the weights'.
            RuntimeError: for sizes that do not fit.
        """
        if isinstance(input, PackedSequence):
            data, sizes, order, inverse = input
            states = self._states(data, int(sizes[0]), hx)
            if order is not None and hx is not None:
                states = tuple(state.index_select(1, order) for state in states)
            self._check_input(data, 2)
            output, *finals = self._run(data, states, sizes)
            if inverse is not None:
                finals = [final.index_select(1, inverse) for final in finals]
            return PackedSequence(output, sizes, order, inverse), self._result(finals)
        if input.ndim not in (2, 3):
            name = type(self).__name__
            raise ValueError(f"{name}: Expected input to be 2D or 3D, got {input.ndim}D instead")
        if input.ndim == 3:
            self._check_input(input, 3)
            states = self._states(input, input.shape[0 if self.batch_first else 1], hx)
            output, *finals = self._run(input, states, None)
            return output, self._result(finals)
        dim = 0 if self.batch_first else 1
        alone = input.unsqueeze(dim)
        self._check_input(alone, 3)
        output, *finals = self._run(alone, self._states(alone, 1, hx, batched=False), None)
        return output.squeeze(dim), self._result([final.squeeze(1) for final in finals])

    def _run(self, input: Any, states: tuple[Any, ...], sizes: Any) -> Any:
        weights = [weight for weights in self.all_weights for weight in weights]
        hx: Any = states if self.mode == "LSTM" else states[0]
        return _FUNCTIONS[self.mode](
            input,
            hx,
            weights,
            self.bias,
            self.num_layers,
            self.dropout,
            self.training,
            self.bidirectional,
            self.batch_first and sizes is None,
            batch_sizes=sizes,
        )

    def _result(self, finals: Any) -> Any:
        return tuple(finals) if self.mode == "LSTM" else finals[0]

    def _check_input(self, input: Any, ndim: int) -> None:
        dtype = self.all_weights[0][0].dtype
        if input.dtype != dtype:
            raise ValueError(
                f"RNN input dtype ({input.dtype}) does not match weight dtype ({dtype}). Convert "
                f"input: input.to({dtype}), or convert model: model.to({input.dtype})"
            )
        if input.ndim != ndim:
            raise RuntimeError(f"input must have {ndim} dimensions, got {input.ndim}")
        if input.shape[-1] != self.input_size:
            raise RuntimeError(
                f"input.size(-1) must be equal to input_size. Expected {self.input_size}, got "
                f"{input.shape[-1]}"
            )

    def _states(self, input: Any, batch: int, hx: Any, batched: bool = True) -> tuple[Any, ...]:
        """Return the first states, (layers * directions, N, width) each, checked."""
        widths = [self._state_size, self.hidden_size][: 1 + (self.mode == "LSTM")]
        shapes = [(self.num_layers * self._directions, batch, width) for width in widths]
        if hx is None:
            options = {"dtype": input.dtype, "device": input.device}
            return tuple(zeros(*shape, **options) for shape in shapes)
        states = tuple(hx) if self.mode == "LSTM" else (hx,)
        if any(state.ndim != 2 + batched for state in states):
            found = ", ".join(f"{state.ndim}-D" for state in states)
            kind = "batched 3-D" if batched else "unbatched 2-D"
            raise RuntimeError(
                f"For {kind} input, hx should also be {2 + batched}-D but got {found} tensor"
            )
        if not batched:
            states = tuple(state.unsqueeze(1) for state in states)
        for name, state, shape in zip(("hidden[0]", "hidden[1]"), states, shapes):
            if state.shape != shape:
                raise RuntimeError(f"Expected {name} size {shape}, got {list(state.shape)}")
        return states

    def extra_repr(self) -> str:
        """Return the sizes and the settings that are not the usual ones."""
        text = f"{self.input_size}, {self.hidden_size}"
        usual = {"proj_size": 0, "num_layers": 1, "bias": True, "batch_first": False}
        for name, value in (usual | {"dropout": 0, "bidirectional": False}).items():
            if getattr(self, name) != value:
                text += f", {name}={getattr(self, name)}"
        return text
