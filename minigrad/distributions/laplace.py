"""Differences of waiting times."""

from __future__ import annotations

from typing import Any

from ..creation import empty
from ..ops import abs as abs_
from ..ops import expm1, log, log1p, sign
from ..tensor import Tensor
from . import constraints
from .distribution import Distribution
from .parameters import broadcast_all, eps_of

__all__ = ["Laplace"]


class Laplace(Distribution):
    """Laplace's distribution, of density exp(-|x - loc| / scale) / (2 scale)."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}  # noqa: RUF012
    support = constraints.real  # type: ignore[assignment]
    has_rsample = True

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """``loc``."""
        return self.loc

    @property
    def mode(self) -> Tensor:
        """``loc``."""
        return self.loc

    @property
    def variance(self) -> Tensor:
        """2 scale squared."""
        return 2 * self.scale.pow(2)

    @property
    def stddev(self) -> Tensor:
        """sqrt(2) scale."""
        return 2**0.5 * self.scale

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws by the inverse of the distribution function."""
        shape = self._extended_shape(sample_shape)
        drawn = empty(shape, dtype=self.loc.dtype, device=self.loc.device)
        drawn.uniform_(eps_of(drawn) - 1, 1)
        return self.loc - self.scale * sign(drawn) * log1p(-abs_(drawn))

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        self._validate_sample(value)
        return -log(2 * self.scale) - abs_(value - self.loc) / self.scale

    def cdf(self, value: Tensor) -> Tensor:
        """Return the probability of draws up to a value."""
        self._validate_sample(value)
        away = value - self.loc
        return 0.5 - 0.5 * sign(away) * expm1(-abs_(away) / self.scale)

    def icdf(self, value: Tensor) -> Tensor:
        """Return the value up to which draws have a probability."""
        term = value - 0.5
        return self.loc - self.scale * sign(term) * log1p(-2 * abs_(term))

    def entropy(self) -> Tensor:
        """Return 1 + log(2 scale)."""
        return 1 + log(2 * self.scale)
