"""The largest of many numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..creation import ones_like, zeros_like
from ..ops import log
from ..tensor import Tensor
from . import constraints
from .parameters import broadcast_all, eps_of, tiny_of
from .transformed import TransformedDistribution
from .transforms import AffineTransform, ExpTransform
from .uniform import Uniform

__all__ = ["Gumbel"]


class Gumbel(TransformedDistribution):
    """The largest of many numbers: F(x) = exp(-exp(-(x - loc) / scale))."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}  # noqa: RUF012
    support = constraints.real  # type: ignore[assignment]

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        tiny, eps = tiny_of(self.loc), eps_of(self.loc)
        base = Uniform(
            zeros_like(self.loc) + tiny, ones_like(self.loc) - eps, validate_args=validate_args
        )
        steps = [
            ExpTransform().inv,
            AffineTransform(loc=0, scale=-ones_like(self.scale)),
            ExpTransform().inv,
            AffineTransform(loc=self.loc, scale=-self.scale),
        ]
        super().__init__(base, steps, validate_args)

    @property
    def mean(self) -> Tensor:
        """Loc + 0.5772 scale, of Euler's constant."""
        return self.loc + self.scale * float(np.euler_gamma)

    @property
    def mode(self) -> Tensor:
        """``loc``."""
        return self.loc

    @property
    def stddev(self) -> Tensor:
        """Scale pi / sqrt(6)."""
        return (math.pi / math.sqrt(6)) * self.scale

    @property
    def variance(self) -> Tensor:
        """Scale^2 pi^2 / 6."""
        return self.stddev.pow(2)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        self._validate_sample(value)
        y = (self.loc - value) / self.scale
        return (y - y.exp()) - log(self.scale)

    def entropy(self) -> Tensor:
        """Return log(scale) + 1 + Euler's constant."""
        return log(self.scale) + (1 + float(np.euler_gamma))
