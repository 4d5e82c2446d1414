"""Transforms of single numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...creation import zeros_like
from ...nn.functional import softplus
from ...ops import abs as abs_
from ...ops import exp, expm1, log, sigmoid, tanh
from ...tensor import Tensor
from .. import constraints
from ..independent import sum_rightmost
from ..parameters import eps_of, tiny_of
from .base import Transform

__all__ = [
    "AbsTransform",
    "AffineTransform",
    "ExpTransform",
    "PowerTransform",
    "SigmoidTransform",
    "SoftplusTransform",
    "TanhTransform",
]


class ExpTransform(Transform):
    """Y = exp(x)."""

    codomain = constraints.positive
    bijective = True

    def _call(self, x: Tensor) -> Tensor:
        return exp(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return log(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return x."""
        return x


class PowerTransform(Transform):
    """Y = x ** exponent, of positive x."""

    domain = constraints.positive
    codomain = constraints.positive
    bijective = True

    def __init__(self, exponent: Any, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.exponent = exponent
        self.sign = 1 if float(exponent) > 0 else -1

    def _call(self, x: Tensor) -> Tensor:
        return x.pow(self.exponent)

    def _inverse(self, y: Tensor) -> Tensor:
        return y.pow(1 / self.exponent)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return log |exponent y / x|."""
        return log(abs_(self.exponent * y / x))


class AffineTransform(Transform):
    """Y = loc + scale x.

    Args:
        loc, scale: numbers or tensors.
        event_dim: how many dimensions make up one value.
    """

    bijective = True

    def __init__(self, loc: Any, scale: Any, event_dim: int = 0, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.loc = loc
        self.scale = scale
        self._event_dim = event_dim
        line = constraints.independent(constraints.real, event_dim)
        self.domain = self.codomain = line if event_dim else constraints.real

    @property
    def sign(self) -> Any:  # type: ignore[override]
        """That of the scale."""
        if isinstance(self.scale, Tensor):
            return self.scale.sign()
        return (self.scale > 0) - (self.scale < 0)

    def _call(self, x: Tensor) -> Tensor:
        return self.loc + self.scale * x

    def _inverse(self, y: Tensor) -> Tensor:
        return (y - self.loc) / self.scale

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return log |scale|."""
        if isinstance(self.scale, Tensor):
            found = log(abs_(self.scale))
        else:
            found = zeros_like(x) + math.log(abs(self.scale))
        if self._event_dim:
            shape = np.broadcast_shapes(tuple(found.shape), tuple(x.shape))
            found = sum_rightmost(found.expand(shape), self._event_dim)
        return found.expand(x.shape[: x.dim() - self._event_dim])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AffineTransform) and all(
            bool(np.all(np.equal(_plain(mine), _plain(theirs))))
            for mine, theirs in ((self.loc, other.loc), (self.scale, other.scale))
        )

    __hash__ = object.__hash__


def _plain(value: Any) -> Any:
    return value.detach().cpu().numpy() if isinstance(value, Tensor) else value


class SigmoidTransform(Transform):
    """Y = 1 / (1 + exp(-x))."""

    codomain = constraints.unit_interval
    bijective = True

    def _call(self, x: Tensor) -> Tensor:
        return sigmoid(x).clamp(min=tiny_of(x), max=1.0 - eps_of(x))

    def _inverse(self, y: Tensor) -> Tensor:
        y = y.clamp(min=tiny_of(y), max=1.0 - eps_of(y))
        return y.log() - (-y).log1p()

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return log y + log(1 - y)."""
        return -softplus(-x) - softplus(x)


class SoftplusTransform(Transform):
    """Y = log(1 + exp(x))."""

    codomain = constraints.positive
    bijective = True

    def _call(self, x: Tensor) -> Tensor:
        return softplus(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return log(-expm1(-y)) + y

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return log sigmoid(x)."""
        return -softplus(-x)


class TanhTransform(Transform):
    """Y = tanh(x)."""

    codomain = constraints.interval(-1.0, 1.0)
    bijective = True

    def _call(self, x: Tensor) -> Tensor:
        return tanh(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return y.atanh()

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return log(1 - y^2), in a form that is exact for large x."""
        return 2.0 * (math.log(2.0) - x - softplus(-2.0 * x))


class AbsTransform(Transform):
    """Y = |x|; of two inverses the positive one is taken."""

    codomain = constraints.positive

    def _call(self, x: Tensor) -> Tensor:
        return abs_(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return y
