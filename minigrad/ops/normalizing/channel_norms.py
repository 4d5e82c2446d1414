"""Normalisation of channels: over the batch, over each image, over groups of channels."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ...autograd.fitting import cast
from ...autograd.modes import no_grad
from ...autograd.stand_in import open_to_transforms
from ...autograd.traced import Traced
from ...backend.normalization import Cells, cell_moments
from ..indices.writing import write_
from ..pointwise.transcendental import rsqrt
from ..precision import half_in_float32, widened
from .normalization import _batch_norm, _group_norm, check_dtype, check_floating, scale_shift

__all__ = ["batch_norm", "group_norm", "instance_norm"]


# --- batch and instance -----------------------------------------------------------------------


@open_to_transforms
def batch_norm(
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """Normalise each channel over the batch and all positions.

    Shapes: input (N, C, ...), all others (C,); result as input.

    Args:
        input: images, or vectors.
        running_mean: moving average of the means, updated in place when training; or None.
        running_var: moving average of the (unbiased) variances, likewise.
        weight: scales the normalised channels; 1 by default.
        bias: shifts them; 0 by default.
        training: normalise by the batch's own statistics; if False, by the running ones.
        momentum: share of the new statistics in the running ones.
        eps: added to the variance.

    Derivative: ``(h - avg(h) - z avg(h z)) / deviation`` with ``h = g * weight`` and z the
    normalised input when training; otherwise ``g * weight / deviation``.

    Raises:
        ValueError: when training, for a single value per channel.
        RuntimeError: for shapes or dtypes that do not fit, or running statistics that are missing.
        NotImplementedError: for integers.
    """
    if training and input.ndim > 1 and prod(input.shape) == input.shape[1]:
        raise ValueError(
            "Expected more than 1 value per channel when training, got input size "
            f"{list(input.shape)}"
        )
    _check("batch_norm", input, 2, running_mean, running_var, weight, bias)
    if not training:
        if running_mean is None or running_var is None:
            raise RuntimeError(
                "batch_norm: running_mean and running_var must be defined in evaluation mode"
            )
        return _by(running_mean, running_var, input, weight, bias, eps)
    if eps < 0:
        raise ValueError(f"batch_norm eps must be positive during training, but got {eps}")
    if not prod(input.shape):
        return _empty(input, weight, bias, eps)
    dtype = input.dtype
    input, weight, bias = map(widened, (input, weight, bias))
    array = _array(input)
    cells = Cells.of(array.shape, None)
    mean, variance = cell_moments(array, cells)
    if running_mean is not None:
        _track(running_mean, running_var, mean, variance, array.size // array.shape[1], momentum)
    scale = 1 / np.sqrt(variance + eps)
    out = _batch_norm(input, weight, bias, mean, scale, eps=eps)
    return out if out.dtype == dtype else cast(out, dtype=dtype)


@open_to_transforms
def instance_norm(
    input: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Any:
    """Normalise each channel of each image over its positions. See ``batch_norm``.

    Args:
        input: images (N, C, ...).
        running_mean: moving average of the means, updated in place; or None.
        running_var: moving average of the (unbiased) variances, likewise.
        weight: scales the normalised channels; 1 by default.
        bias: shifts them; 0 by default.
        use_input_stats: normalise by each image's statistics; if False, by the running ones.
        momentum: share of the new statistics in the running ones.
        eps: added to the variance.

    Raises:
        ValueError: for a single position, unless ``use_input_stats`` is False.
        RuntimeError, NotImplementedError: as ``batch_norm``.
    """
    if use_input_stats and prod(input.shape[2:]) == 1:
        raise ValueError(
            "Expected more than 1 spatial element when training, got input size "
            f"{list(input.shape)}"
        )
    _check("instance_norm", input, 3, running_mean, running_var, weight, bias)
    if not use_input_stats:
        if running_mean is None:
            raise RuntimeError(
                "instance_norm: expected running_mean and running_var to be defined when "
                "use_input_stats is false"
            )
        return _by(running_mean, running_var, input, weight, bias, eps)
    if not prod(input.shape):
        return _empty(input, weight, bias, eps)
    dtype = input.dtype
    input, weight, bias = map(widened, (input, weight, bias))
    if running_mean is not None:
        array = _array(input)
        mean, variance = cell_moments(array, Cells.of(array.shape, array.shape[1]))
        count = prod(array.shape[2:])
        _track(running_mean, running_var, mean.mean(0), variance.mean(0), count, momentum)
    out = _group_norm(input, weight, bias, groups=input.shape[1], eps=eps)
    return out if out.dtype == dtype else cast(out, dtype=dtype)


def _by(running_mean: Any, running_var: Any, input: Any, weight: Any, bias: Any, eps: float) -> Any:
    """Normalise by given statistics: one product and one sum."""
    shape = (1, input.shape[1], *(1,) * (input.ndim - 2))
    scale = rsqrt(running_var + eps)
    if weight is not None:
        scale = scale * weight
    shift = -running_mean * scale
    if bias is not None:
        shift = shift + bias
    return scale_shift(input, scale.reshape(shape), shift.reshape(shape))


def _empty(input: Any, weight: Any, bias: Any, eps: float) -> Any:
    """Nothing to normalise, but the graph to be recorded."""
    zeros = np.zeros(input.shape[1], input.dtype)
    zero = input._result_class._wrap(zeros) if isinstance(input, Traced) else zeros
    return _by(zero, zero, input, weight, bias, eps)


def _array(x: Any) -> Any:
    return x._array if isinstance(x, Traced) else x


def _track(
    running_mean: Any, running_var: Any, mean: Any, variance: Any, count: int, momentum: float
) -> None:
    """Move running statistics towards those of a batch, in place."""
    if not isinstance(momentum, float | int):
        raise TypeError(f"momentum must be a float, got {type(momentum).__name__}")
    unbiased = variance * (count / (count - 1))
    with no_grad():
        for running, new in ((running_mean, mean), (running_var, unbiased)):
            held = _array(running)
            write_(running, held * (1 - momentum) + momentum * new.reshape(held.shape))


def _check(
    name: str, x: Any, ndim: int, running_mean: Any, running_var: Any, weight: Any, bias: Any
) -> None:
    """Raise if parameters do not fit an input (N, C, ...)."""
    if (running_mean is None) != (running_var is None):
        raise ValueError(
            f"{name}: running_mean and running_var must either both be None or neither be None"
        )
    if x.ndim < ndim:
        raise RuntimeError(
            f"{name}: expected an input of at least {ndim} dimensions, got {list(x.shape)}"
        )
    check_floating(name, x)
    given = {
        "running_mean": running_mean,
        "running_var": running_var,
        "weight": weight,
        "bias": bias,
    }
    for what, values in given.items():
        if values is None:
            continue
        if values.shape != (x.shape[1],):
            raise RuntimeError(
                f"{name}: {what} should contain {x.shape[1]} elements not {prod(values.shape)} "
                f"(shape {list(values.shape)})"
            )
        check_dtype(name, what, values, x)


# --- groups of channels -----------------------------------------------------------------------


@half_in_float32
def group_norm(
    input: Any, num_groups: int, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """Normalise each group of channels of each image, over its channels and positions.

    Args:
        input: images (N, C, ...).
        num_groups: how many groups the channels are divided into.
        weight: (C,), scales the normalised channels; 1 by default.
        bias: (C,), shifts them; 0 by default.
        eps: added to the variance.

    Derivative: as ``batch_norm``, with averages over a group.

    Raises:
        RuntimeError: if the channels do not divide into groups, or for shapes that do not fit.
        ValueError: for a single value per group.
        NotImplementedError: for integers.
    """
    if input.ndim < 2:
        raise RuntimeError(
            f"group_norm: expected at least 2 dimensions for input tensor, got {list(input.shape)}"
        )
    images, channels, *size = input.shape
    if images * (channels // num_groups) * prod(size) == 1:
        raise ValueError(
            "Expected more than 1 value per channel when training, got input size "
            f"{list(input.shape)}"
        )
    if num_groups < 1 or channels % num_groups:
        raise RuntimeError(
            "group_norm: expected number of channels in input to be divisible by num_groups, but "
            f"got input of shape {list(input.shape)} and num_groups={num_groups}"
        )
    _check("group_norm", input, 2, None, None, weight, bias)
    if not prod(input.shape):
        return _empty(input, weight, bias, eps)
    return _group_norm(input, weight, bias, groups=num_groups, eps=eps)
