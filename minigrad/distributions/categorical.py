"""One of several outcomes, by its number or as a row with a 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd import no_grad
from ..creation import arange, eye
from ..ops import argmax, logsumexp, multinomial, one_hot
from ..tensor import Tensor
from . import constraints
from .distribution import Distribution
from .parameters import given_one, lazy_property, logits_to_probs, probs_to_logits

__all__ = ["Categorical", "OneHotCategorical", "OneHotCategoricalStraightThrough"]


class Categorical(Distribution):
    """The numbers 0 to K - 1, with given probabilities.

    Args:
        probs: (..., K), not negative; they are divided by their sum.
        logits: (..., K), logarithms of probabilities up to a constant; one of both is given.

    Example:
        >>> import minigrad as mg
        >>> from minigrad.distributions import Categorical
        >>> Categorical(mg.tensor([1.0, 1.0, 2.0])).log_prob(mg.tensor(2))
        tensor(-0.6931)
    """

    arg_constraints = {  # noqa: RUF012
        "probs": constraints.simplex,
        "logits": constraints.real_vector,
    }
    has_enumerate_support = True

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        name, value = given_one(probs, logits)
        if value.dim() < 1:
            raise ValueError(f"`{name}` parameter must be at least one-dimensional.")
        if name == "probs":
            self.probs = value / value.sum(-1, keepdim=True)
        else:
            self.logits = value - logsumexp(value, -1, keepdim=True)
        self._given = name
        self._num_events = value.shape[-1]
        super().__init__(value.shape[:-1], validate_args=validate_args)

    def _arguments(self) -> dict[str, Any]:
        return {self._given: getattr(self, self._given)}

    @lazy_property
    def probs(self) -> Tensor:
        """The probabilities."""
        return logits_to_probs(self.logits)

    @lazy_property
    def logits(self) -> Tensor:
        """The logarithms of the probabilities."""
        return probs_to_logits(self.probs)

    @constraints.dependent_property(is_discrete=True)
    def support(self) -> Any:
        """0 to K - 1."""
        return constraints.integer_interval(0, self._num_events - 1)

    @property
    def param_shape(self) -> Any:
        """The shape of the parameter."""
        return getattr(self, self._given).shape

    @property
    def mean(self) -> Tensor:
        """NaN: the numbers are names."""
        return self.probs[..., 0] * float("nan")

    @property
    def mode(self) -> Tensor:
        """The most probable number."""
        return argmax(self.probs, -1)

    @property
    def variance(self) -> Tensor:
        """NaN: the numbers are names."""
        return self.probs[..., 0] * float("nan")

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws, int64."""
        rows = self.probs.reshape(-1, self._num_events)
        count = 1
        for size in sample_shape:
            count *= size
        with no_grad():
            return multinomial(rows, count, True).T.reshape(self._extended_shape(sample_shape))

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the probability."""
        self._validate_sample(value)
        chosen = value.long().unsqueeze(-1)
        shape = _broadcast_shape(chosen.shape[:-1], self.logits.shape[:-1])
        logits = self.logits.expand(*shape, self._num_events)
        return logits.gather(-1, chosen.expand(*shape, 1)).squeeze(-1)

    def entropy(self) -> Tensor:
        """Return minus the sum of p log p."""
        lowest = float(_smallest(self.logits))
        return -(self.logits.clamp(min=lowest) * self.probs).sum(-1)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """Return 0 to K - 1, along a new first dimension."""
        values = arange(self._num_events, device=self.probs.device)
        values = values.reshape(-1, *(1,) * len(self.batch_shape))
        return values.expand(-1, *self.batch_shape) if expand else values


def _broadcast_shape(*shapes: Any) -> tuple[int, ...]:
    return np.broadcast_shapes(*(tuple(shape) for shape in shapes))


def _smallest(like: Tensor) -> float:
    return float(np.finfo(np.dtype(like.dtype)).min)


class OneHotCategorical(Distribution):
    """Rows of K numbers: a 1 at the place that is drawn, zeros elsewhere; arguments as there."""

    arg_constraints = Categorical.arg_constraints
    support = constraints.one_hot  # type: ignore[assignment]
    has_enumerate_support = True

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        self._categorical = Categorical(probs, logits)
        shape = self._categorical.param_shape
        super().__init__(shape[:-1], shape[-1:], validate_args)

    def _arguments(self) -> dict[str, Any]:
        return self._categorical._arguments()

    @property
    def probs(self) -> Tensor:
        """The probabilities."""
        return self._categorical.probs

    @property
    def logits(self) -> Tensor:
        """The logarithms of the probabilities."""
        return self._categorical.logits

    @property
    def param_shape(self) -> Any:
        """The shape of the parameter."""
        return self._categorical.param_shape

    @property
    def mean(self) -> Tensor:
        """``probs``."""
        return self.probs

    @property
    def mode(self) -> Tensor:
        """A 1 at the most probable place."""
        return one_hot(argmax(self.probs, -1), self.event_shape[-1]).to(self.probs.dtype)

    @property
    def variance(self) -> Tensor:
        """probs (1 - probs)."""
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws."""
        chosen = self._categorical.sample(sample_shape)
        return one_hot(chosen, self.event_shape[-1]).to(self.probs.dtype)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the probability."""
        self._validate_sample(value)
        return self._categorical.log_prob(argmax(value, -1))

    def entropy(self) -> Tensor:
        """Return minus the sum of p log p."""
        return self._categorical.entropy()

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """Return all rows, along a new first dimension."""
        count = self.event_shape[0]
        rows = eye(count, dtype=self.probs.dtype, device=self.probs.device)
        rows = rows.reshape(count, *(1,) * len(self.batch_shape), count)
        return rows.expand(count, *self.batch_shape, count) if expand else rows


class OneHotCategoricalStraightThrough(OneHotCategorical):
    """As ``OneHotCategorical``; gradients of draws are taken to be those of the probabilities.

    Source: Y. Bengio et al., Estimating or propagating gradients through stochastic neurons, 2013.
    """

    has_rsample = True

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws whose gradient is that of ``probs``."""
        return self.sample(sample_shape) + (self.probs - self.probs.detach())
