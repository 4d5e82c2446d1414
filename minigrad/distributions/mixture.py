"""Mixtures: which of several distributions a draw is from is drawn itself."""

from __future__ import annotations

from typing import Any

from ..autograd import no_grad
from ..ops import log_softmax, logsumexp
from ..tensor import Tensor
from . import constraints
from .categorical import Categorical
from .distribution import Distribution

__all__ = ["MixtureSameFamily"]


class MixtureSameFamily(Distribution):
    """A mixture of distributions of one kind, which differ in the last batch dimension.

    Args:
        mixture_distribution: a ``Categorical``: which one.
        component_distribution: the distributions.

    Raises:
        ValueError: if their shapes do not fit.
    """

    arg_constraints = {}  # noqa: RUF012

    def __init__(
        self,
        mixture_distribution: Categorical,
        component_distribution: Distribution,
        validate_args: bool | None = None,
    ) -> None:
        if not isinstance(mixture_distribution, Categorical):
            raise ValueError(
                "The Mixture distribution needs to be an instance of "
                "torch.distributions.Categorical"
            )
        if not isinstance(component_distribution, Distribution):
            raise ValueError(
                "The Component distribution need to be an instance of "
                "torch.distributions.Distribution"
            )
        count = mixture_distribution._num_events
        batch = component_distribution.batch_shape
        if not batch or batch[-1] != count:
            raise ValueError(
                f"`mixture_distribution component` ({count}) does not equal "
                f"`component_distribution.batch_shape[-1]` ({batch[-1] if batch else None})"
            )
        self.mixture_distribution = mixture_distribution
        self.component_distribution = component_distribution
        event = component_distribution.event_shape
        self._event_ndims = len(event)
        super().__init__(batch[:-1], event, validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> MixtureSameFamily:
        """Return these distributions repeated to a larger ``batch_shape``."""
        count = self.mixture_distribution._num_events
        return MixtureSameFamily(
            self.mixture_distribution.expand(batch_shape),
            self.component_distribution.expand((*batch_shape, count)),
            self._validate_args,
        )

    @constraints.dependent_property
    def support(self) -> Any:
        """That of the components."""
        return self.component_distribution.support

    def _weights(self) -> Tensor:
        """Return the probabilities of the components, with a dimension for each of the event."""
        probs = self.mixture_distribution.probs
        return probs.reshape(*probs.shape, *(1,) * self._event_ndims)

    @property
    def mean(self) -> Tensor:
        """The weighted mean of the components' means."""
        return (self._weights() * self.component_distribution.mean).sum(-1 - self._event_ndims)

    @property
    def variance(self) -> Tensor:
        """The mean of the variances plus the variance of the means."""
        dim = -1 - self._event_ndims
        inner = (self._weights() * self.component_distribution.variance).sum(dim)
        away = self.component_distribution.mean - self.mean.unsqueeze(dim)
        return inner + (self._weights() * away.pow(2)).sum(dim)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws."""
        with no_grad():
            chosen = self.mixture_distribution.sample(sample_shape)
            drawn = self.component_distribution.sample(sample_shape)
            dim = len(sample_shape) + len(self.batch_shape)
            index = chosen.reshape(*chosen.shape, 1, *(1,) * self._event_ndims)
            index = index.expand(*chosen.shape, 1, *self.event_shape)
            return drawn.gather(dim, index).squeeze(dim)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        self._validate_sample(value)
        each = self.component_distribution.log_prob(value.unsqueeze(-1 - self._event_ndims))
        return logsumexp(each + log_softmax(self.mixture_distribution.logits, -1), -1)

    def cdf(self, value: Tensor) -> Tensor:
        """Return the probability of draws up to a value."""
        each = self.component_distribution.cdf(value.unsqueeze(-1 - self._event_ndims))
        return (each * self.mixture_distribution.probs).sum(-1)

    def __repr__(self) -> str:
        return (
            f"MixtureSameFamily(\n  {self.mixture_distribution},\n  {self.component_distribution})"
        )
