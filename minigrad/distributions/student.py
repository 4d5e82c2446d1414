"""Means of few normal numbers, in terms of their own deviation."""

from __future__ import annotations

import math
from typing import Any

from ..ops import digamma, lgamma, log, log1p, rsqrt
from ..tensor import Tensor
from . import constraints
from .distribution import Distribution
from .gamma import Chi2
from .normal import standard_normal
from .parameters import broadcast_all

__all__ = ["StudentT"]


class StudentT(Distribution):
    """Student's t distribution.

    Args:
        df: degrees of freedom.
        loc: the middle.
        scale: the width.
    """

    arg_constraints = {  # noqa: RUF012
        "df": constraints.positive,
        "loc": constraints.real,
        "scale": constraints.positive,
    }
    support = constraints.real  # type: ignore[assignment]
    has_rsample = True

    def __init__(
        self, df: Any, loc: Any = 0.0, scale: Any = 1.0, validate_args: bool | None = None
    ) -> None:
        self.df, self.loc, self.scale = broadcast_all(df, loc, scale)
        self._chi2 = Chi2(self.df)
        super().__init__(self.df.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """``loc``; NaN for df up to 1."""
        return (self.loc + self.df * 0).masked_fill(self.df <= 1, math.nan)

    @property
    def mode(self) -> Tensor:
        """``loc``."""
        return self.loc

    @property
    def variance(self) -> Tensor:
        """Scale^2 df / (df - 2); infinite for df up to 2, NaN for df up to 1."""
        found = self.scale.pow(2) * self.df / (self.df - 2)
        return found.masked_fill(self.df <= 2, math.inf).masked_fill(self.df <= 1, math.nan)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Return ``loc + scale * x / sqrt(z / df)``, x normal and z a sum of squares."""
        x = standard_normal(self._extended_shape(sample_shape), self.df)
        z = self._chi2.rsample(sample_shape)
        return self.loc + self.scale * (x * rsqrt(z / self.df))

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        self._validate_sample(value)
        y = (value - self.loc) / self.scale
        normalizer = (
            log(self.scale)
            + 0.5 * log(self.df)
            + 0.5 * math.log(math.pi)
            + lgamma(0.5 * self.df)
            - lgamma(0.5 * (self.df + 1.0))
        )
        return -0.5 * (self.df + 1.0) * log1p(y**2.0 / self.df) - normalizer

    def entropy(self) -> Tensor:
        """Return the entropy, in nats."""
        half = 0.5 * self.df
        beta = lgamma(half) + math.lgamma(0.5) - lgamma(half + 0.5)
        slope = 0.5 * (self.df + 1) * (digamma(half + 0.5) - digamma(half))
        return log(self.scale) + slope + 0.5 * log(self.df) + beta
