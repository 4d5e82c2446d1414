"""Initial weights: fill a tensor in place and return it.

Weights that are too large or too small let the signal grow or fade from layer to layer. Most rules
here choose the variance so that it stays the same: 1 / fan for a linear layer, where fan is the
number of inputs (or outputs) of one neuron. The numbers drawn are PyTorch's for the same seed.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from ..autograd.modes import no_grad
from ..backend.random import Generator
from ..creation import empty_like, eye, from_numpy
from ..ops import where
from ..random import randperm

__all__ = [
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "sparse_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

F = TypeVar("F", bound=Callable[..., Any])

_GAINS = {
    "linear": 1.0,
    "sigmoid": 1.0,
    "tanh": 5 / 3,
    "relu": math.sqrt(2),
    "selu": 3 / 4,
    **{f"conv{n}d": 1.0 for n in (1, 2, 3)},
    **{f"conv_transpose{n}d": 1.0 for n in (1, 2, 3)},
}


def _unrecorded(function: F) -> F:
    """Return a function that runs without recording: what it writes is no part of a graph."""
    return no_grad()(function)  # type: ignore[no-any-return]


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """Return by what an activation function should be made up for in the weights before it.

    Args:
        nonlinearity: the function's name in ``nn.functional``, or that of a linear layer.
        param: the negative slope of ``leaky_relu``, 0.01 by default.

    Raises:
        ValueError: for an unknown name, or a slope that is no number.
    """
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        if isinstance(slope, bool) or not isinstance(slope, int | float):
            raise ValueError(f"negative_slope {param} not a valid number")
        return math.sqrt(2 / (1 + slope**2))
    if nonlinearity not in _GAINS:
        raise ValueError(f"Unsupported nonlinearity {nonlinearity}")
    return _GAINS[nonlinearity]


# --- given values ---------------------------------------------------------------------------------


@_unrecorded
def constant_(tensor: Any, val: float) -> Any:
    """Fill with one value."""
    return tensor.fill_(val)


def ones_(tensor: Any) -> Any:
    """Fill with ones."""
    return constant_(tensor, 1.0)


def zeros_(tensor: Any) -> Any:
    """Fill with zeros."""
    return constant_(tensor, 0.0)


@_unrecorded
def eye_(tensor: Any) -> Any:
    """Fill a matrix with the identity, so that a linear layer passes on its input.

    Raises:
        ValueError: for anything but a matrix.
    """
    _check_ndim(tensor, (2,), "2 dimensions")
    return tensor.copy_(eye(*tensor.shape, device=tensor.device))


@_unrecorded
def dirac_(tensor: Any, groups: int = 1) -> Any:
    """Fill a kernel so that a convolution passes on as many channels as it can.

    Raises:
        ValueError: for other than 3 to 5 dimensions, or channels that ``groups`` does not divide.
    """
    _check_ndim(tensor, (3, 4, 5), "3, 4, or 5 dimensions")
    if tensor.shape[0] % groups:
        raise ValueError("dim 0 must be divisible by groups")
    zeros_(tensor)
    centre = tuple(size // 2 for size in tensor.shape[2:])
    channels = tensor.shape[0] // groups
    for group in range(groups):
        for channel in range(min(channels, tensor.shape[1])):
            place = (group * channels + channel, channel, *centre)
            tensor[place] = 1.0
    return tensor


# --- random values --------------------------------------------------------------------------------


@_unrecorded
def uniform_(
    tensor: Any, a: float = 0.0, b: float = 1.0, generator: Generator | None = None
) -> Any:
    """Fill with numbers drawn uniformly from [a, b)."""
    return tensor.uniform_(a, b, generator=generator)


@_unrecorded
def normal_(
    tensor: Any, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None
) -> Any:
    """Fill with normal numbers."""
    return tensor.normal_(mean, std, generator=generator)


@_unrecorded
def trunc_normal_(
    tensor: Any,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> Any:
    """Fill with normal numbers in [a, b]: those outside are drawn again.

    If few would be inside, uniform numbers are drawn and thinned by the density instead.
    """
    if mean < a - 2 * std or mean > b + 2 * std:
        warnings.warn(
            "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. "
            "The distribution of values may be incorrect.",
            stacklevel=3,
        )
    below = [math.erf((bound - mean) / (std * math.sqrt(2))) / 2 for bound in (a, b)]
    if below[1] - below[0] > 0.3:
        return _drawn_until(
            lambda: empty_like(tensor).normal_(mean, std, generator=generator),
            lambda values: (values < a) | (values > b),
            tensor,
        )
    peak = -0.5 * ((max(a, min(mean, b)) - mean) / std) ** 2

    def thinned(values: Any) -> Any:
        density = -0.5 * ((values - mean) / std) ** 2 - peak
        return empty_like(tensor).uniform_(generator=generator).log() > density

    return _drawn_until(
        lambda: empty_like(tensor).uniform_(a, b, generator=generator), thinned, tensor
    )


def _drawn_until(draw: Callable[[], Any], rejected: Callable[[Any], Any], tensor: Any) -> Any:
    """Fill with values that are drawn until none is rejected."""
    values = draw()
    wanted = rejected(values)
    while wanted.any():
        again = draw()
        values = where(wanted, again, values)
        wanted = wanted & rejected(again)
    return tensor.copy_(values)


def xavier_uniform_(tensor: Any, gain: float = 1.0, generator: Generator | None = None) -> Any:
    """Fill uniformly, with variance ``gain**2 * 2 / (fan_in + fan_out)``.

    Raises:
        ValueError: for fewer than 2 dimensions.

    Source: Glorot and Bengio, Understanding the difficulty of training deep feedforward neural
    networks (2010).
    """
    return _uniform_of(tensor, gain * math.sqrt(2 / sum(fans(tensor))), generator)


def xavier_normal_(tensor: Any, gain: float = 1.0, generator: Generator | None = None) -> Any:
    """Fill with normal numbers of variance ``gain**2 * 2 / (fan_in + fan_out)``.

    Raises, Source: as ``xavier_uniform_``.
    """
    return normal_(tensor, 0.0, gain * math.sqrt(2 / sum(fans(tensor))), generator)


def kaiming_uniform_(
    tensor: Any,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Any:
    """Fill uniformly, with variance ``gain**2 / fan``.

    Args:
        tensor: the weights.
        a: the negative slope of ``leaky_relu``.
        mode: "fan_in" keeps the variance in the forward pass, "fan_out" that of gradients.
        nonlinearity: the activation function after the layer, for ``calculate_gain``.
        generator: where to draw from.

    Raises:
        ValueError: for fewer than 2 dimensions, an unknown mode or an unknown function.

    Source: He et al., Delving deep into rectifiers (2015).
    """
    if _is_empty(tensor):
        return tensor
    return _uniform_of(tensor, _kaiming_std(tensor, a, mode, nonlinearity), generator)


def kaiming_normal_(
    tensor: Any,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> Any:
    """Fill with normal numbers of variance ``gain**2 / fan``.

    Args, Raises, Source: as ``kaiming_uniform_``.
    """
    if _is_empty(tensor):
        return tensor
    return normal_(tensor, 0.0, _kaiming_std(tensor, a, mode, nonlinearity), generator)


def _kaiming_std(tensor: Any, a: float, mode: str, nonlinearity: str) -> float:
    if mode.lower() not in ("fan_in", "fan_out"):
        raise ValueError(f"Mode {mode} not supported, please use one of ['fan_in', 'fan_out']")
    fan = fans(tensor)[mode.lower() == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


@_unrecorded
def orthogonal_(tensor: Any, gain: float = 1, generator: Generator | None = None) -> Any:
    """Fill with a matrix whose rows (or columns, if they are fewer) are orthonormal.

    Further dimensions count as columns.

    Raises:
        ValueError: for fewer than 2 dimensions.

    Source: Saxe et al., Exact solutions to the nonlinear dynamics of learning in deep linear neural
    networks (2013); signs after Mezzadri, How to generate random matrices from the classical
    compact groups (2006).
    """
    _check_ndim(tensor, range(2, 65), "2 or more dimensions")
    if tensor.numel() == 0:
        return tensor
    rows = tensor.shape[0]
    drawn = tensor.new_empty((rows, tensor.numel() // rows), device="cpu")
    matrix = drawn.normal_(generator=generator).numpy()
    wide = rows < matrix.shape[1]
    q, r = np.linalg.qr(matrix.T if wide else matrix)
    q *= np.sign(np.diagonal(r))  # makes the decomposition unique, and q uniform
    q *= gain
    return tensor.copy_(from_numpy((q.T if wide else q).reshape(tensor.shape)).to(tensor.device))


@_unrecorded
def sparse_(
    tensor: Any, sparsity: float, std: float = 0.01, generator: Generator | None = None
) -> Any:
    """Fill a matrix with normal numbers, and in each column a share of ``sparsity`` with zeros.

    Raises:
        ValueError: for anything but a matrix.

    Source: Martens, Deep learning via Hessian-free optimization (2010).
    """
    _check_ndim(tensor, (2,), "2 dimensions")
    rows, columns = tensor.shape
    normal_(tensor, 0.0, std, generator)
    for column in range(columns):
        tensor[randperm(rows)[: math.ceil(sparsity * rows)], column] = 0.0
    return tensor


# --- helpers --------------------------------------------------------------------------------------


def fans(tensor: Any) -> tuple[int, int]:
    """Return how many inputs and outputs a neuron has, from a weight (out, in, *kernel).

    Raises:
        ValueError: for fewer than 2 dimensions.
    """
    if tensor.ndim < 2:
        raise ValueError(
            "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions"
        )
    outputs, inputs, *kernel = tensor.shape
    size = math.prod(kernel)
    return inputs * size, outputs * size


def _uniform_of(tensor: Any, std: float, generator: Generator | None) -> Any:
    """Fill uniformly around 0, with a standard deviation."""
    bound = math.sqrt(3) * std
    return uniform_(tensor, -bound, bound, generator)


def _is_empty(tensor: Any) -> bool:
    if tensor.numel() == 0:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=3)
        return True
    return False


def _check_ndim(tensor: Any, allowed: Any, text: str) -> None:
    if tensor.ndim not in allowed:
        raise ValueError(f"Only tensors with {text} are supported")
