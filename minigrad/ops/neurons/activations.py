"""Smooth activation functions: what a neuron does to the sum of its inputs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...backend import special
from ...backend.blocks import in_blocks
from ...backend.selection import select
from ..arguments import check_real
from ..dims import normalize_dim
from ..indices.indexing import getitem
from ..pointwise.comparison import where
from ..pointwise.transcendental import erf, exp, sigmoid, tanh

__all__ = [
    "celu",
    "elu",
    "gelu",
    "glu",
    "logsigmoid",
    "mish",
    "selu",
    "silu",
    "softplus",
    "softsign",
    "tanhshrink",
]

# --- exponential pieces -------------------------------------------------------------------------


@in_blocks
def _elu_slope(g: Any, x: Any, alpha: float, scale: float, rate: float) -> Any:
    """dx = g * scale where x is positive, g * scale * alpha * rate * exp(rate * x) elsewhere."""
    # Large x must not reach exp: infinity times 0 would spoil the second derivative.
    negative = where(x > 0, 0, x)
    steep = g * (scale * alpha * rate) * exp(negative * rate)
    return where(x <= 0, steep, g * scale)


@primitive(x=_elu_slope, dtypes="real floating")
def _elu(x: Any, *, alpha: float, scale: float, rate: float) -> Any:
    negative = np.expm1(np.minimum(x, 0) * rate)
    negative *= alpha
    out = np.maximum(x, 0)
    out += negative
    out *= scale
    return out


def elu(x: Any, alpha: float = 1.0) -> Any:
    """Return ``x`` where it is positive and ``alpha * (exp(x) - 1)`` elsewhere."""
    return _elu(x, alpha=alpha, scale=1.0, rate=1.0)


def selu(x: Any) -> Any:
    """Return ``scale * elu(x, alpha)``, with constants that keep mean 0 and variance 1.

    Source: G. Klambauer et al., Self-normalizing neural networks, 2017.
    """
    return _elu(x, alpha=1.6732632423543772, scale=1.0507009873554805, rate=1.0)


def celu(x: Any, alpha: float = 1.0) -> Any:
    """Return ``x`` where it is positive and ``alpha * (exp(x / alpha) - 1)`` elsewhere.

    Raises:
        RuntimeError: if ``alpha`` is 0.
    """
    if alpha == 0:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    return _elu(x, alpha=alpha, scale=1.0, rate=1 / alpha)


@primitive(
    x=lambda g, x, beta, limit: where(x * beta > limit, g, g * sigmoid(x * beta)),
    dtypes="real floating",
)
def _softplus(x: Any, *, beta: float, limit: float) -> Any:
    scaled = x * beta
    return select(scaled > limit, x, _log1p_exp(scaled) / beta)


def softplus(x: Any, beta: float = 1.0, threshold: float = 20.0) -> Any:
    """Return ``log(1 + exp(beta * x)) / beta``, a smooth relu.

    Args:
        x: a tensor.
        beta: how sharply it bends.
        threshold: ``x`` itself is returned where ``beta * x`` is above.

    Derivative: ``sigmoid(beta * x)``.
    """
    return _softplus(x, beta=beta, limit=threshold)


@primitive(x=lambda g, x: g * sigmoid(-x), dtypes="real floating")
def logsigmoid(x: Any) -> Any:
    """Return ``log(sigmoid(x))``, without overflow."""
    return -_log1p_exp(-x)


def _log1p_exp(x: Any) -> Any:
    """Return ``log(1 + exp(x))`` of an array, without overflow."""
    out = np.log1p(np.exp(-np.abs(x)))
    out += np.maximum(x, 0)
    return out


# --- x times a gate -----------------------------------------------------------------------------

_HALF = math.sqrt(0.5)
_DENSITY = 1 / math.sqrt(2 * math.pi)
_BEND = math.sqrt(2 / math.pi)
_CUBIC = 0.044715


@primitive(
    x=lambda g, x: g * (0.5 * (erf(x * _HALF) + 1) + x * (_DENSITY * exp(-0.5 * x * x))),
    dtypes="real floating",
)
def _gelu(x: Any) -> Any:
    out = special.erf(x * _HALF)
    out += 1
    out *= x
    out *= 0.5
    return out


@in_blocks
def _gelu_tanh_slope(g: Any, x: Any) -> Any:
    """dx = g * ((1 + t) + x * (1 - t^2) * inner') / 2, with t = tanh(inner)."""
    square = x * x
    t = tanh(x * (_BEND + _BEND * _CUBIC * square))
    slope = _BEND + 3 * _BEND * _CUBIC * square
    return g * (0.5 * (1 + t + x * ((1 - t * t) * slope)))


@primitive(x=_gelu_tanh_slope, dtypes="real floating")
def _gelu_tanh(x: Any) -> Any:
    out = x * x
    out *= _BEND * _CUBIC
    out += _BEND
    out *= x
    out = np.tanh(out)
    out += 1
    out *= x
    out *= 0.5
    return out


def gelu(x: Any, approximate: str = "none") -> Any:
    """Return ``x * P(X <= x)`` for a normal X.

    Args:
        x: a tensor.
        approximate: "none", or "tanh" for a cheaper formula with the hyperbolic tangent.

    Derivative: ``P(X <= x) + x * density(x)``.

    Raises:
        RuntimeError: for another ``approximate``.

    Source: D. Hendrycks, K. Gimpel, Gaussian error linear units, 2016.
    """
    if approximate not in ("none", "tanh"):
        raise RuntimeError(f"approximate argument must be either none or tanh, got {approximate!r}")
    return _gelu(x) if approximate == "none" else _gelu_tanh(x)


@in_blocks
def _silu_slope(g: Any, x: Any) -> Any:
    """dx = g * s * (1 + x * (1 - s)), with s = sigmoid(x)."""
    s = sigmoid(x)
    return g * (s * (1 + x * (1 - s)))


@primitive(x=_silu_slope, dtypes="floating")
def silu(x: Any) -> Any:
    """Return ``x * sigmoid(x)``, also called swish."""
    out = np.exp(-x)
    out += 1
    return np.true_divide(x, out)


@in_blocks
def _mish_slope(g: Any, x: Any) -> Any:
    """dx = g * (t + x * sigmoid(x) * (1 - t^2)), with t = tanh(softplus(x))."""
    t = tanh(softplus(x))
    return g * (t + x * (sigmoid(x) * (1 - t * t)))


@primitive(x=_mish_slope, dtypes="real floating")
def mish(x: Any) -> Any:
    """Return ``x * tanh(softplus(x))``."""
    return x * np.tanh(_log1p_exp(x))


def softsign(x: Any) -> Any:
    """Return ``x / (1 + |x|)``."""
    return x / (1 + abs(x))


def tanhshrink(x: Any) -> Any:
    """Return ``x - tanh(x)``."""
    return x - tanh(x)


def glu(x: Any, dim: int = -1) -> Any:
    """Return ``a * sigmoid(b)`` for the halves a and b of ``x`` along ``dim``.

    Shapes:
        x: (..., 2 n, ...), giving (..., n, ...).

    Raises:
        RuntimeError: if the length is odd, or for a 0-d tensor.
    """
    check_real("glu", x)
    if x.ndim == 0:
        raise RuntimeError("glu does not support scalars because halving size must be even")
    dim = normalize_dim(dim, x.ndim)
    size = x.shape[dim]
    if size % 2:
        raise RuntimeError(f"Halving dimension must be even, but dimension {dim} is size {size}")
    before = (slice(None),) * dim
    first = getitem(x, index=(*before, slice(0, size // 2)))
    second = getitem(x, index=(*before, slice(size // 2, size)))
    return first * sigmoid(second)
