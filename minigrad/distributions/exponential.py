"""Waiting times."""

from __future__ import annotations

from typing import Any

from ..creation import empty
from ..ops import exp, log, log1p
from ..tensor import Tensor
from . import constraints
from .distribution import Distribution
from .parameters import broadcast_all

__all__ = ["Exponential"]


class Exponential(Distribution):
    """The exponential distribution, of density rate exp(-rate x)."""

    arg_constraints = {"rate": constraints.positive}  # noqa: RUF012
    support = constraints.nonnegative  # type: ignore[assignment]
    has_rsample = True

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast_all(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """1 / rate."""
        return self.rate.reciprocal()

    @property
    def mode(self) -> Tensor:
        """Zero."""
        return self.rate * 0

    @property
    def stddev(self) -> Tensor:
        """1 / rate."""
        return self.rate.reciprocal()

    @property
    def variance(self) -> Tensor:
        """1 / rate squared."""
        return self.rate.pow(-2)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws of rate one, divided by the rate."""
        shape = self._extended_shape(sample_shape)
        drawn = empty(shape, dtype=self.rate.dtype, device=self.rate.device).exponential_()
        return drawn / self.rate

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        self._validate_sample(value)
        return log(self.rate) - self.rate * value

    def cdf(self, value: Tensor) -> Tensor:
        """Return 1 - exp(-rate value)."""
        self._validate_sample(value)
        return 1 - exp(-self.rate * value)

    def icdf(self, value: Tensor) -> Tensor:
        """Return -log(1 - value) / rate."""
        return -log1p(-value) / self.rate

    def entropy(self) -> Tensor:
        """Return 1 - log(rate)."""
        return 1.0 - log(self.rate)
