"""Normal numbers."""

from __future__ import annotations

import math
from typing import Any

from .. import random
from ..autograd import no_grad
from ..creation import zeros
from ..ops import erf, erfinv, log
from ..tensor import Tensor
from . import constraints
from .distribution import Distribution
from .parameters import broadcast_all

__all__ = ["Normal"]


def standard_normal(shape: Any, like: Tensor) -> Tensor:
    """Return normal numbers of mean 0 and variance 1."""
    return random.normal(zeros(shape, dtype=like.dtype, device=like.device), 1.0)


class Normal(Distribution):
    """The normal distribution, of density exp(-((x - loc) / scale)^2 / 2) / (scale sqrt(2 pi)).

    Args:
        loc: the mean.
        scale: the standard deviation.

    Example:
        >>> import minigrad as mg
        >>> from minigrad.distributions import Normal
        >>> Normal(0.0, 1.0).log_prob(mg.tensor(0.0))
        tensor(-0.9189)
    """

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
    def stddev(self) -> Tensor:
        """``scale``."""
        return self.scale

    @property
    def variance(self) -> Tensor:
        """``scale`` squared."""
        return self.scale.pow(2)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws, through which no gradient flows."""
        shape = self._extended_shape(sample_shape)
        with no_grad():
            return random.normal(self.loc.expand(shape), self.scale.expand(shape))

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Return ``loc + scale * z``, of standard normal numbers z."""
        z = standard_normal(self._extended_shape(sample_shape), self.loc)
        return self.loc + z * self.scale

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        self._validate_sample(value)
        distance = (value - self.loc) ** 2 / (2 * self.scale**2)
        return -distance - log(self.scale) - math.log(math.sqrt(2 * math.pi))

    def cdf(self, value: Tensor) -> Tensor:
        """Return the probability of draws up to a value."""
        self._validate_sample(value)
        return 0.5 * (1 + erf((value - self.loc) * self.scale.reciprocal() / math.sqrt(2)))

    def icdf(self, value: Tensor) -> Tensor:
        """Return the value up to which draws have a probability."""
        return self.loc + self.scale * erfinv(2 * value - 1) * math.sqrt(2)

    def entropy(self) -> Tensor:
        """Return 1/2 + log(2 pi)/2 + log(scale)."""
        return 0.5 + 0.5 * math.log(2 * math.pi) + log(self.scale)
