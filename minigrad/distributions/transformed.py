"""Distributions of transformed draws."""

from __future__ import annotations

import math
from typing import Any

from ..autograd import no_grad
from ..tensor import Tensor
from . import constraints
from .distribution import Distribution
from .independent import Independent, sum_rightmost
from .transforms import (
    ComposeTransform,
    Transform,
)

__all__ = ["TransformedDistribution"]


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
