"""Sizes of numbers that are symmetric about zero."""

from __future__ import annotations

import math
from typing import Any

from ..creation import zeros_like
from ..tensor import Tensor
from . import constraints
from .cauchy import Cauchy
from .normal import Normal
from .transformed import TransformedDistribution
from .transforms import AbsTransform

__all__ = ["HalfCauchy", "HalfNormal"]


class _Half(TransformedDistribution):
    """Sizes of numbers that are symmetric about zero."""

    arg_constraints = {"scale": constraints.positive}  # noqa: RUF012
    support = constraints.nonnegative  # type: ignore[assignment]

    def _arguments(self) -> dict[str, Any]:
        return {"scale": self.scale}

    @property
    def scale(self) -> Tensor:
        """The scale of the numbers."""
        return self.base_dist.scale

    @property
    def mode(self) -> Tensor:
        """Zero."""
        return zeros_like(self.scale)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return twice the density of the numbers, its logarithm."""
        self._validate_sample(value)
        found = self.base_dist.log_prob(value) + math.log(2)
        return found.masked_fill(~(value >= 0), -math.inf)

    def cdf(self, value: Tensor) -> Tensor:
        """Return the probability of draws up to a value."""
        self._validate_sample(value)
        return 2 * self.base_dist.cdf(value) - 1

    def icdf(self, value: Tensor) -> Tensor:
        """Return the value up to which draws have a probability."""
        return self.base_dist.icdf((value + 1) / 2)

    def entropy(self) -> Tensor:
        """Return the entropy, in nats."""
        return self.base_dist.entropy() - math.log(2)


class HalfNormal(_Half):
    """Sizes of normal numbers of mean zero and deviation ``scale``."""

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        super().__init__(Normal(0, scale, validate_args=False), AbsTransform(), validate_args)

    @property
    def mean(self) -> Tensor:
        """Scale sqrt(2 / pi)."""
        return self.scale * math.sqrt(2 / math.pi)

    @property
    def variance(self) -> Tensor:
        """Scale^2 (1 - 2 / pi)."""
        return self.scale.pow(2) * (1 - 2 / math.pi)


class HalfCauchy(_Half):
    """Sizes of numbers of Cauchy's distribution."""

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        super().__init__(Cauchy(0, scale, validate_args=False), AbsTransform(), validate_args)

    @property
    def mean(self) -> Tensor:
        """Infinite."""
        return self.scale * math.inf

    @property
    def variance(self) -> Tensor:
        """Infinite."""
        return self.scale * math.inf
