"""Ratios of normal numbers."""

from __future__ import annotations

import math
from typing import Any

from ..creation import empty
from ..ops import atan, log, tan
from ..tensor import Tensor
from . import constraints
from .distribution import Distribution
from .parameters import broadcast_all

__all__ = ["Cauchy"]


class Cauchy(Distribution):
    """Cauchy's distribution, of density 1 / (pi scale (1 + ((x - loc) / scale)^2))."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}  # noqa: RUF012
    support = constraints.real  # type: ignore[assignment]
    has_rsample = True

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """NaN: there is none."""
        return self.loc * float("nan")

    @property
    def mode(self) -> Tensor:
        """``loc``."""
        return self.loc

    @property
    def variance(self) -> Tensor:
        """Infinite."""
        return self.loc * 0 + math.inf

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Return ``loc + scale * z``, of standard draws z."""
        shape = self._extended_shape(sample_shape)
        drawn = empty(shape, dtype=self.loc.dtype, device=self.loc.device).cauchy_()
        return self.loc + drawn * self.scale

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        self._validate_sample(value)
        distance = ((value - self.loc) / self.scale) ** 2
        return -math.log(math.pi) - log(self.scale) - distance.log1p()

    def cdf(self, value: Tensor) -> Tensor:
        """Return the probability of draws up to a value."""
        self._validate_sample(value)
        return atan((value - self.loc) / self.scale) / math.pi + 0.5

    def icdf(self, value: Tensor) -> Tensor:
        """Return the value up to which draws have a probability."""
        return tan(math.pi * (value - 0.5)) * self.scale + self.loc

    def entropy(self) -> Tensor:
        """Return log(4 pi scale)."""
        return math.log(4 * math.pi) + log(self.scale)
