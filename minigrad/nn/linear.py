"""Linear layers: matrices, and pairs of inputs."""

from __future__ import annotations

import math
from typing import Any

from ..creation import empty
from . import functional as F
from . import init
from .module import Module
from .parameter import Parameter


class Identity(Module):
    """The input itself; takes any arguments, so that it can stand in for another layer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Any) -> Any:
        """Return the input."""
        return input


class Linear(Module):
    """``x @ weight.T + bias``.

    Shapes:
        input: (..., in_features), giving (..., out_features).
        weight: (out_features, in_features). bias: (out_features,).

    Args:
        in_features, out_features: sizes of inputs and outputs.
        bias: whether there is one.
        device, dtype: of the parameters.

    Example:
        >>> import minigrad as mg
        >>> layer = mg.nn.Linear(2, 3)
        >>> layer(mg.ones(4, 2)).shape
        (4, 3)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(empty(out_features, in_features, device=device, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_features, device=device, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weights and biases uniformly in +- 1 / sqrt(in_features)."""
        init_uniform_(self.weight, self.bias)

    def forward(self, input: Any) -> Any:
        """Return the product with the weights, plus the bias."""
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Return the sizes."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


class Bilinear(Module):
    """``x1 @ weight[k] @ x2 + bias[k]`` for each output k.

    Shapes:
        input1: (..., in1_features). input2: (..., in2_features), giving (..., out_features).
        weight: (out_features, in1_features, in2_features). bias: (out_features,).

    Args:
        in1_features, in2_features, out_features: sizes of inputs and outputs.
        bias: whether there is one.
        device, dtype: of the parameters.

    Raises:
        ValueError: if ``in1_features`` is not positive.
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if in1_features <= 0:
            raise ValueError(f"in1_features must be > 0, but got (in1_features={in1_features})")
        super().__init__()
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        shape = (out_features, in1_features, in2_features)
        self.weight = Parameter(empty(*shape, device=device, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_features, device=device, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weights and biases uniformly in +- 1 / sqrt(in1_features)."""
        bound = 1 / math.sqrt(self.in1_features)
        init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input1: Any, input2: Any) -> Any:
        """Return the products with the weights, plus the bias."""
        return F.bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Return the sizes."""
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )


def init_uniform_(weight: Any, bias: Any) -> None:
    """Draw weights (out, in, *kernel) and biases uniformly in +- 1 / sqrt(inputs of a neuron).

    Kaiming's rule for a slope of sqrt(5): the gain and the uniform's sqrt(3) cancel.
    """
    init.kaiming_uniform_(weight, a=math.sqrt(5))
    if bias is not None:
        inputs, _ = init.fans(weight)
        bound = 1 / math.sqrt(inputs) if inputs > 0 else 0.0
        init.uniform_(bias, -bound, bound)
