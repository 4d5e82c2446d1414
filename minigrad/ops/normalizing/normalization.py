"""Normalisation: subtract the mean, divide by the standard deviation, then scale and shift.

Batch, group, instance and layer normalisation differ in which elements share their statistics. The
gradient is the same: with z the normalised input and h = g * weight,

    gx = (h - avg(h) - z * avg(h * z)) / deviation

``standardized_gradients`` says so with tensors, for derivatives of higher order; the kernels of
``backend.normalization`` say it in few passes over memory.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from ...autograd.fitting import sum_to
from ...autograd.primitive import Keep, primitive
from ...autograd.traced import Traced
from ...backend.normalization import (
    Cells,
    cell_gradients,
    cell_moments,
    cell_normalize,
    row_gradients,
    row_normalize,
)
from ..pointwise.transcendental import rsqrt
from ..reducing.reductions import mean

__all__: list[str] = []  # the functions are in channel_norms and row_norms


# --- rules ------------------------------------------------------------------------------------


def standardized_gradients(
    g: Any,
    x: Any,
    weight: Any,
    over: tuple[int, ...],
    channels: tuple[int, ...],
    eps: float,
    centre: bool = True,
) -> tuple[Any, Any, Any]:
    """gx = (h - avg(h) - z avg(h z)) / deviation; g weight = sum of g z; g bias = sum of g.

    Args:
        g: the incoming gradient; x: the input; both in a shape that separates what is averaged.
        weight: scales the normalised input; None for 1.
        over: the axes that averages extend over.
        channels: shape of weight and bias that broadcasts with ``x``.
        eps: added to the variance.
        centre: whether the mean was taken off.
    """
    centred = x - mean(x, over, True) if centre else x
    scale = rsqrt(mean(centred * centred, over, True) + eps)
    z = centred * scale
    h = g if weight is None else g * weight.reshape(channels)
    gx = h - z * mean(h * z, over, True)
    if centre:
        gx = gx - mean(h, over, True)
    g_weight = None if weight is None else sum_to(g * z, shape=channels).reshape(weight.shape)
    return gx * scale, g_weight, sum_to(g, shape=channels).reshape((prod(channels),))


def _batch_rule(g: Any, x: Any, weight: Any, mean: Any, scale: Any, eps: float) -> tuple[Any, ...]:
    """dx = (h - avg(h) - z avg(h z)) * scale, dweight = sum(g z), dbias = sum(g); h = g weight."""
    if isinstance(g, Traced):
        over = (0, *range(2, x.ndim))
        channels = (1, x.shape[1], *(1,) * (x.ndim - 2))
        return *standardized_gradients(g, x, weight, over, channels, eps), None, None
    return *cell_gradients(g, x, weight, mean, scale, Cells.of(x.shape, None)), None, None


def _group_rule(
    g: Any, x: Any, weight: Any, mean: Any, scale: Any, groups: int, eps: float
) -> tuple[Any, ...]:
    """dx = (h - avg(h) - z avg(h z)) * scale, dweight = sum(g z), dbias = sum(g); h = g weight."""
    if isinstance(g, Traced):
        return _group_gradients(g, x, weight, groups, eps)
    return cell_gradients(g, x, weight, mean, scale, Cells.of(x.shape, groups))


def _group_gradients(g: Any, x: Any, weight: Any, groups: int, eps: float) -> tuple[Any, ...]:
    """``standardized_gradients`` with the channels split by group."""
    images, channels, *size = x.shape
    shape = (images, groups, channels // groups, *size)
    gx, g_weight, g_bias = standardized_gradients(
        g.reshape(shape),
        x.reshape(shape),
        weight,
        tuple(range(2, len(shape))),
        (1, *shape[1:3], *(1,) * len(size)),
        eps,
    )
    return gx.reshape(x.shape), g_weight, g_bias


def _layer_rule(
    g: Any, x: Any, weight: Any, mean: Any, scale: Any, ndim: int, eps: float
) -> tuple[Any, ...]:
    """dx = (h - avg(h) - z avg(h z)) * scale, dweight = sum(g z), dbias = sum(g); h = g weight."""
    return _trailing_gradients(g, x, weight, mean, scale, ndim, eps)


def _rms_rule(g: Any, x: Any, weight: Any, scale: Any, ndim: int, eps: float) -> tuple[Any, ...]:
    """dx = (h - z avg(h z)) * scale, dweight = sum(g z); h = g weight, z = normalised x."""
    return _trailing_gradients(g, x, weight, None, scale, ndim, eps)[:2]


def _trailing_gradients(
    g: Any, x: Any, weight: Any, mean: Any, scale: Any, ndim: int, eps: float
) -> tuple[Any, Any, Any]:
    """Return the gradients of what is normalised over its last dimensions."""
    shape = x.shape[x.ndim - ndim :]
    if isinstance(g, Traced):
        over = tuple(range(x.ndim - ndim, x.ndim))
        gx, g_weight, g_bias = standardized_gradients(
            g, x, weight, over, shape, eps, centre=mean is not None
        )
        return gx, g_weight, g_bias.reshape(shape)
    rows = (x.size // prod(shape), prod(shape))
    weights = None if weight is None else weight.reshape(-1)
    gx, g_weight, g_bias = row_gradients(g.reshape(rows), x.reshape(rows), weights, mean, scale)
    return gx.reshape(x.shape), g_weight.reshape(shape), g_bias.reshape(shape)


# --- primitives -------------------------------------------------------------------------------


@primitive(joint=_batch_rule)
def _batch_norm(x: Any, weight: Any, bias: Any, mean: Any, scale: Any, *, eps: float) -> Any:
    """(x - mean) * scale * weight + bias, where mean and scale are statistics of ``x``."""
    return cell_normalize(x, weight, bias, mean, scale, Cells.of(x.shape, None))


@primitive(joint=_group_rule)
def _group_norm(x: Any, weight: Any, bias: Any, *, groups: int, eps: float) -> Any:
    cells = Cells.of(x.shape, groups)
    mean, variance = cell_moments(x, cells)
    scale = 1 / np.sqrt(variance + eps)
    return Keep(cell_normalize(x, weight, bias, mean, scale, cells), mean=mean, scale=scale)


@primitive(joint=_layer_rule)
def _layer_norm(x: Any, weight: Any, bias: Any, *, ndim: int, eps: float) -> Any:
    return _rows(x, weight, bias, ndim, eps, True)


@primitive(joint=_rms_rule)
def _rms_norm(x: Any, weight: Any, *, ndim: int, eps: float) -> Any:
    return _rows(x, weight, None, ndim, eps, False)


def _rows(x: Any, weight: Any, bias: Any, ndim: int, eps: float, centre: bool) -> Keep:
    length = prod(x.shape[x.ndim - ndim :])
    weight, bias = (None if a is None else a.reshape(-1) for a in (weight, bias))
    rows = x.reshape(x.size // length, length)
    out, means, scales = row_normalize(rows, weight, bias, eps, centre)
    return Keep(out.reshape(x.shape), mean=means, scale=scales)


@primitive(
    x=lambda g, scale: g * scale,
    scale=lambda g, x: g * x,
    shift=lambda g: g,
)
def scale_shift(x: Any, scale: Any, shift: Any) -> Any:
    """x * scale + shift."""
    out = x * scale
    out += shift
    return out


# --- checks -----------------------------------------------------------------------------------


def check_floating(name: str, x: Any, kinds: str = "f") -> None:
    """Raise if the input is not of a floating dtype."""
    if x.dtype.kind not in kinds:
        raise NotImplementedError(f'"{name}" not implemented for {x.dtype}: expected floats')


def check_dtype(name: str, what: str, values: Any, x: Any) -> None:
    """Raise if a parameter is of another dtype than the input."""
    if values.dtype != x.dtype:
        raise RuntimeError(
            f"{name}: mixed dtypes: expected {what} to be of the input's dtype {x.dtype}, got "
            f"{values.dtype}"
        )
