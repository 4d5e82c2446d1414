"""Draws from gamma and Dirichlet distributions, with gradients for their parameters.

A draw z with the distribution function F(z; a) keeps its place in the distribution when a changes:
F stays, so dz/da = -(dF/da) / (dF/dz). Both come from the series of the incomplete gamma and beta
functions, whose terms are all positive.

Source: M. Figurnov, S. Mohamed, A. Mnih, Implicit reparameterization gradients, 2018.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd.function import Function
from ..backend.arrays import to_host
from ..backend.device import place
from ..backend.random import default_generator
from ..creation import from_numpy
from ..ops import digamma
from ..tensor import Tensor

Array = np.ndarray[Any, Any]


def standard_gamma(concentration: Tensor) -> Tensor:
    """Return a number of the gamma distribution of rate one for each concentration."""
    return _Gamma.apply(concentration)


def dirichlet(concentration: Tensor) -> Tensor:
    """Return a draw for each row of concentrations: positive numbers whose sum is one."""
    return _Dirichlet.apply(concentration)


class _Gamma(Function):
    @staticmethod
    def forward(ctx: Any, concentration: Tensor) -> Tensor:
        shapes = to_host(concentration._array)
        drawn = default_generator.gamma(shapes).astype(shapes.dtype)
        np.maximum(drawn, np.finfo(shapes.dtype).tiny, out=drawn)
        found = _like(drawn, concentration)
        ctx.save_for_backward(concentration, found)
        return found

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> Tensor:
        concentration, drawn = ctx.saved_tensors
        slope = gamma_slope(*_doubles(concentration, drawn))
        return g * _like(slope, concentration)


class _Dirichlet(Function):
    @staticmethod
    def forward(ctx: Any, concentration: Tensor) -> Tensor:
        shapes = to_host(concentration._array)
        drawn = default_generator.gamma(shapes.astype(np.float64))
        drawn /= drawn.sum(axis=-1, keepdims=True)
        limits = np.finfo(shapes.dtype)
        drawn = drawn.astype(shapes.dtype).clip(limits.tiny, 1 - limits.epsneg)
        found = _like(drawn, concentration)
        ctx.save_for_backward(concentration, found)
        return found

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> Tensor:
        # Each number alone follows a beta distribution; what it gives, the others share.
        concentration, drawn = ctx.saved_tensors
        a, x = _doubles(concentration, drawn)
        slope = beta_slope(a, a.sum(axis=-1, keepdims=True) - a, x) / (1 - x)
        return _like(slope, concentration) * (g - (drawn * g).sum(-1, keepdim=True))


def gamma_slope(a: Array, z: Array) -> Array:
    """Return dz/da of draws z of the gamma distribution with the concentrations a.

    With F(z; a) = z^a exp(-z) S / Gamma(a + 1), S the sum of t_n = z^n / ((a + 1) ... (a + n)).
    """
    term = total = np.ones_like(z)
    rate = slope = np.zeros_like(z)  # of log t_n, and of S, for a
    n = 0
    while (term > 1e-17 * total).any() or (n < z - a).any():
        n += 1
        term = term * (z / (a + n))
        rate = rate - 1 / (a + n)
        total = total + term
        slope = slope + term * rate
    # dF/da = F (log z - digamma(a + 1)) + ..., and dF/dz = F a / (z S).
    return -(z / a) * ((np.log(z) - digamma(a + 1)) * total + slope)


def beta_slope(a: Array, b: Array, x: Array) -> Array:
    """Return dx/da of draws x of the beta distribution with a and b.

    Below the mean by the distribution function x^a (1 - x)^b S / (a B), S the sum of
    t_n = x^n (a + b) ... (a + b + n - 1) / ((a + 1) ... (a + n)); above it by its complement,
    where x and 1 - x, a and b are exchanged.
    """
    whole = a + b
    below = x * whole <= a
    y = np.where(below, x, 1 - x)
    first = np.where(below, a, b)
    term = total = np.ones_like(x)
    rate = slope = np.zeros_like(x)
    n = 0
    while (term > 1e-17 * total).any():
        n += 1
        term = term * (y * (whole + n - 1) / (first + n))
        rate = rate + 1 / (whole + n - 1) - np.where(below, 1 / (a + n), 0)
        total = total + term
        slope = slope + term * rate
    common = np.log(x) - digamma(a) + digamma(whole) - np.where(below, 1 / a, 0)
    found = x * (1 - x) / first * (common * total + slope)
    return np.where(below, -found, found)


def _doubles(*tensors: Tensor) -> tuple[Array, ...]:
    return tuple(to_host(tensor._array).astype(np.float64) for tensor in tensors)


def _like(array: Array, tensor: Tensor) -> Tensor:
    return from_numpy(place(array.astype(tensor._array.dtype, copy=False), tensor.device))
