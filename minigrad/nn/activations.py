"""Activation functions as modules. They take the settings of the function of the same name."""

from __future__ import annotations

from typing import Any

from .. import creation
from . import functional as F
from . import init as fill
from .lifting import Lifted
from .module import Module
from .parameter import Parameter

__all__ = [
    "CELU",
    "ELU",
    "GELU",
    "GLU",
    "Hardshrink",
    "Hardsigmoid",
    "Hardswish",
    "Hardtanh",
    "LeakyReLU",
    "LogSigmoid",
    "LogSoftmax",
    "Mish",
    "PReLU",
    "RReLU",
    "ReLU",
    "ReLU6",
    "SELU",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softmax2d",
    "Softmin",
    "Softplus",
    "Softshrink",
    "Softsign",
    "Tanh",
    "Tanhshrink",
    "Threshold",
]

# --- straight pieces ------------------------------------------------------------------------------


class ReLU(Lifted, function=F.relu):
    """``max(x, 0)``."""


class LeakyReLU(Lifted, function=F.leaky_relu):
    """``x`` where it is positive and ``negative_slope * x`` elsewhere."""


class ReLU6(Lifted, function=F.relu6):
    """``min(max(x, 0), 6)``."""


class Hardtanh(Lifted, function=F.hardtanh):
    """``x`` limited to [min_val, max_val]."""


class Hardsigmoid(Lifted, function=F.hardsigmoid, shown=()):
    """``relu6(x + 3) / 6``."""


class Hardswish(Lifted, function=F.hardswish, shown=()):
    """``x * relu6(x + 3) / 6``."""


class Threshold(Lifted, function=F.threshold):
    """``x`` where it is above ``threshold`` and ``value`` elsewhere."""


class Hardshrink(Lifted, function=F.hardshrink):
    """``x`` where ``|x|`` is above ``lambd`` and 0 elsewhere."""

    def extra_repr(self) -> str:
        """Return the limit."""
        return str(self.lambd)


class Softshrink(Lifted, function=F.softshrink):
    """``x`` brought nearer to 0 by ``lambd``; 0 where that would go beyond."""

    def extra_repr(self) -> str:
        """Return the limit."""
        return str(self.lambd)


class RReLU(Lifted, function=F.rrelu, settings=("lower", "upper", "inplace")):
    """``leaky_relu`` with slopes drawn from [lower, upper] in training, and their mean else."""

    def forward(self, input: Any) -> Any:
        """Return the function of the input."""
        return self._function(input, self.lower, self.upper, self.training, self.inplace)


class PReLU(Module):
    """``x`` where it is positive and ``weight * x`` elsewhere, with a weight that is trained.

    Args:
        num_parameters: 1, or the number of channels (dimension 1) for a weight each.
        init: the initial weight.
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.num_parameters = num_parameters
        self.init = init
        self.weight = Parameter(creation.empty(num_parameters, device=device, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the weight to its initial value."""
        fill.constant_(self.weight, self.init)

    def forward(self, input: Any) -> Any:
        """Return the function of the input."""
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        """Return the number of weights."""
        return f"num_parameters={self.num_parameters}"


# --- smooth functions -----------------------------------------------------------------------------


class Sigmoid(Lifted, function=F.sigmoid):
    """``1 / (1 + exp(-x))``."""


class LogSigmoid(Lifted, function=F.logsigmoid):
    """``log(sigmoid(x))``, without overflow."""


class Tanh(Lifted, function=F.tanh):
    """``tanh(x)``."""


class Tanhshrink(Lifted, function=F.tanhshrink):
    """``x - tanh(x)``."""


class Softsign(Lifted, function=F.softsign):
    """``x / (1 + |x|)``."""


class Softplus(Lifted, function=F.softplus):
    """``log(1 + exp(beta * x)) / beta``; ``x`` itself where ``beta * x`` is above ``threshold``."""


class ELU(Lifted, function=F.elu):
    """``x`` where it is positive and ``alpha * (exp(x) - 1)`` elsewhere."""


class CELU(Lifted, function=F.celu):
    """``x`` where it is positive and ``alpha * (exp(x / alpha) - 1)`` elsewhere."""


class SELU(Lifted, function=F.selu):
    """A scaled ``elu`` that keeps mean 0 and variance 1."""


class GELU(Lifted, function=F.gelu):
    """``x * P(X <= x)`` for a normal X; with ``approximate="tanh"`` by a cheaper formula."""


class SiLU(Lifted, function=F.silu):
    """``x * sigmoid(x)``."""


class Mish(Lifted, function=F.mish):
    """``x * tanh(softplus(x))``."""


# --- along a dimension ----------------------------------------------------------------------------


class GLU(Lifted, function=F.glu):
    """``a * sigmoid(b)`` for the halves of the input along ``dim``."""


class Softmax(Lifted, function=F.softmax, settings=("dim",)):
    """``exp(x)`` divided by its sum along ``dim``."""


class LogSoftmax(Lifted, function=F.log_softmax, settings=("dim",)):
    """The logarithm of ``softmax`` along ``dim``."""


class Softmin(Lifted, function=F.softmin, settings=("dim",)):
    """``softmax(-x)`` along ``dim``."""


class Softmax2d(Module):
    """``softmax`` over the channels of (N, C, H, W) or (C, H, W).

    Raises:
        ValueError: for another number of dimensions.
    """

    def forward(self, input: Any) -> Any:
        """Return the probabilities."""
        if input.ndim not in (3, 4):
            raise ValueError(f"Softmax2d: expected input to be 3D or 4D, got {input.ndim}D instead")
        return F.softmax(input, -3)
