"""Distributions of transformed draws; and three that are made this way."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..autograd import no_grad
from ..creation import ones_like, zeros_like
from ..ops import log
from ..tensor import Tensor
from . import constraints
from .cauchy import Cauchy
from .distribution import Distribution
from .independent import Independent, sum_rightmost
from .normal import Normal
from .parameters import broadcast_all, eps_of, tiny_of
from .transforms import (
    AbsTransform,
    AffineTransform,
    ComposeTransform,
    ExpTransform,
    Transform,
)
from .uniform import Uniform

__all__ = ["Gumbel", "HalfCauchy", "HalfNormal", "LogNormal", "TransformedDistribution"]


class TransformedDistribution(Distribution):
    """What transforms make of draws: log p(y) = log p(x) - log |dy/dx|.

    Args:
        base_distribution: of x.
        transforms: one, or a list of them, applied one after the other.

    Example:
        >>> import minigrad as mg
        >>> from minigrad.distributions import Normal, TransformedDistribution, transforms
        >>> squashed = TransformedDistribution(Normal(0.0, 1.0), transforms.TanhTransform())
        >>> squashed.log_prob(mg.tensor(0.5))
        tensor(-0.7821)
    """

    arg_constraints = {}  # noqa: RUF012

    def __init__(
        self, base_distribution: Any, transforms: Any, validate_args: bool | None = None
    ) -> None:
        if isinstance(transforms, Transform):
            self.transforms = [transforms]
        elif isinstance(transforms, list) and all(isinstance(t, Transform) for t in transforms):
            self.transforms = transforms
        else:
            raise ValueError(f"transforms must be a Transform or list, but was {transforms}")
        base_shape = base_distribution.batch_shape + base_distribution.event_shape
        base_event = len(base_distribution.event_shape)
        whole = ComposeTransform(self.transforms)
        if len(base_shape) < whole.domain.event_dim:
            raise ValueError(
                "base_distribution needs to have shape with size at least "
                f"{whole.domain.event_dim}, but got {base_shape}."
            )
        shape = whole.forward_shape(base_shape)
        wider = whole.inverse_shape(shape)  # parameters of transforms may have more dimensions
        if tuple(wider) != tuple(base_shape):
            batch = wider[: len(wider) - base_event]
            base_distribution = base_distribution.expand(batch)
        more = whole.domain.event_dim - base_event
        self.base_dist: Any = (
            Independent(base_distribution, more) if more > 0 else base_distribution
        )
        change = whole.codomain.event_dim - whole.domain.event_dim
        self._event_dim = max(whole.codomain.event_dim, base_event + change)
        split = len(shape) - self._event_dim
        super().__init__(shape[:split], shape[split:], validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        """Return these distributions repeated to a larger ``batch_shape``."""
        if self.arg_constraints:
            return super().expand(batch_shape)
        shape = ComposeTransform(self.transforms).inverse_shape((*batch_shape, *self.event_shape))
        split = len(shape) - len(self.base_dist.event_shape)
        base = self.base_dist.expand(shape[:split])
        return TransformedDistribution(base, self.transforms, self._validate_args)

    @property
    def has_rsample(self) -> bool:  # type: ignore[override]
        """Whether gradients flow through draws."""
        return self.base_dist.has_rsample

    @constraints.dependent_property
    def support(self) -> Any:
        """What the last transform gives."""
        if not self.transforms:
            return self.base_dist.support
        found = self.transforms[-1].codomain
        more = self._event_dim - found.event_dim
        return constraints.independent(found, more) if more > 0 else found

    def _forward(self, x: Tensor) -> Tensor:
        for transform in self.transforms:
            x = transform(x)
        return x

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws, through which no gradient flows."""
        with no_grad():
            return self._forward(self.base_dist.sample(sample_shape))

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws, through which gradients flow."""
        return self._forward(self.base_dist.rsample(sample_shape))

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        self._validate_sample(value)
        event_dim = self._event_dim
        total: Any = 0.0
        y = value
        for transform in reversed(self.transforms):
            x = transform.inv(y)
            event_dim += transform.domain.event_dim - transform.codomain.event_dim
            term = transform.log_abs_det_jacobian(x, y)
            total = total - sum_rightmost(term, event_dim - transform.domain.event_dim)
            y = x
        rest = event_dim - len(self.base_dist.event_shape)
        return total + sum_rightmost(self.base_dist.log_prob(y), rest)

    def _sign(self) -> Any:
        return math.prod(transform.sign for transform in self.transforms)

    def cdf(self, value: Tensor) -> Tensor:
        """Return the probability of draws up to a value."""
        for transform in reversed(self.transforms):
            value = transform.inv(value)
        if self._validate_args:
            self.base_dist._validate_sample(value)
        return _mirrored(self.base_dist.cdf(value), self._sign())

    def icdf(self, value: Tensor) -> Tensor:
        """Return the value up to which draws have a probability."""
        return self._forward(self.base_dist.icdf(_mirrored(value, self._sign())))


def _mirrored(probability: Tensor, sign: Any) -> Tensor:
    """Return the probability of the other side, where transforms fall."""
    return probability if isinstance(sign, int) and sign == 1 else sign * (probability - 0.5) + 0.5


class LogNormal(TransformedDistribution):
    """Numbers whose logarithms are normal, of mean ``loc`` and deviation ``scale``."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}  # noqa: RUF012
    support = constraints.positive  # type: ignore[assignment]

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        base = Normal(loc, scale, validate_args=validate_args)
        super().__init__(base, ExpTransform(), validate_args)

    def _arguments(self) -> dict[str, Any]:
        return {"loc": self.loc, "scale": self.scale}

    @property
    def loc(self) -> Tensor:
        """The mean of the logarithms."""
        return self.base_dist.loc

    @property
    def scale(self) -> Tensor:
        """The deviation of the logarithms."""
        return self.base_dist.scale

    @property
    def mean(self) -> Tensor:
        """exp(loc + scale^2 / 2)."""
        return (self.loc + self.scale.pow(2) / 2).exp()

    @property
    def mode(self) -> Tensor:
        """exp(loc - scale^2)."""
        return (self.loc - self.scale.square()).exp()

    @property
    def variance(self) -> Tensor:
        """(exp(scale^2) - 1) exp(2 loc + scale^2)."""
        squared = self.scale.pow(2)
        return squared.expm1() * (2 * self.loc + squared).exp()

    def entropy(self) -> Tensor:
        """Return that of the logarithms plus their mean."""
        return self.base_dist.entropy() + self.loc


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
