"""Counts: of events in a time, of successes in trials, of each outcome in draws."""

from __future__ import annotations

from typing import Any

from ..autograd import no_grad
from ..creation import arange, ones_like, zeros
from ..ops import abs as abs_
from ..ops import binomial, exp, lgamma, log1p, poisson, xlogy
from ..tensor import Tensor
from . import constraints
from .categorical import Categorical
from .distribution import Distribution
from .parameters import (
    broadcast_all,
    given_one,
    lazy_property,
    logits_to_probs,
    probs_to_logits,
)

__all__ = ["Binomial", "Multinomial", "Poisson"]


class Poisson(Distribution):
    """How many events happen where ``rate`` are expected: rate^k exp(-rate) / k!."""

    arg_constraints = {"rate": constraints.nonnegative}  # noqa: RUF012
    support = constraints.nonnegative_integer  # type: ignore[assignment]

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast_all(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """``rate``."""
        return self.rate

    @property
    def mode(self) -> Tensor:
        """``rate``, rounded down."""
        return self.rate.floor()

    @property
    def variance(self) -> Tensor:
        """``rate``."""
        return self.rate

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws."""
        with no_grad():
            return poisson(self.rate.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Tensor) -> Tensor:
        """Return k log(rate) - rate - log(k!)."""
        self._validate_sample(value)
        rate, value = broadcast_all(self.rate, value)
        return xlogy(value, rate) - rate - lgamma(value + 1)


class Binomial(Distribution):
    """How many of ``total_count`` trials succeed, with probability ``probs`` each.

    Args:
        total_count: the number of trials.
        probs: the probability of a success; or
        logits: its log-odds.
    """

    arg_constraints = {  # noqa: RUF012
        "total_count": constraints.nonnegative_integer,
        "probs": constraints.unit_interval,
        "logits": constraints.real,
    }
    has_enumerate_support = True

    def __init__(
        self,
        total_count: Any = 1,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        name, value = given_one(probs, logits)
        self.total_count, value = broadcast_all(total_count, value)
        self.total_count = self.total_count.type_as(value)
        vars(self)[name] = value
        self._given = name
        super().__init__(value.shape, validate_args=validate_args)

    def _arguments(self) -> dict[str, Any]:
        return {"total_count": self.total_count, self._given: getattr(self, self._given)}

    @lazy_property
    def probs(self) -> Tensor:
        """The probability of a success."""
        return logits_to_probs(self.logits, binary=True)

    @lazy_property
    def logits(self) -> Tensor:
        """The log-odds of a success."""
        return probs_to_logits(self.probs, binary=True)

    @constraints.dependent_property(is_discrete=True)
    def support(self) -> Any:
        """0 to ``total_count``."""
        return constraints.integer_interval(0, self.total_count)

    @property
    def mean(self) -> Tensor:
        """N p."""
        return self.total_count * self.probs

    @property
    def mode(self) -> Tensor:
        """(n + 1) p, rounded down."""
        found = ((self.total_count + 1) * self.probs).floor()
        return found.minimum(self.total_count)

    @property
    def variance(self) -> Tensor:
        """N p (1 - p)."""
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws."""
        shape = self._extended_shape(sample_shape)
        with no_grad():
            return binomial(self.total_count.expand(shape), self.probs.expand(shape))

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the probability."""
        self._validate_sample(value)
        n, logits = self.total_count, self.logits
        ways = lgamma(n + 1) - lgamma(value + 1) - lgamma(n - value + 1)
        # log(1 + exp(logits)), which does not overflow.
        rest = n * logits.clamp(min=0) + n * log1p(exp(-abs_(logits)))
        return value * logits + ways - rest

    def entropy(self) -> Tensor:
        """Return the entropy, in nats.

        Raises:
            NotImplementedError: if the numbers of trials differ.
        """
        log_prob = self.log_prob(self.enumerate_support(False))
        return -(exp(log_prob) * log_prob).sum(0)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """Return 0 to ``total_count``, along a new first dimension.

        Raises:
            NotImplementedError: if the numbers of trials differ.
        """
        most = int(self.total_count.max())
        if not (self.total_count == most).all():
            raise NotImplementedError(
                "Inhomogeneous total count not supported by `enumerate_support`."
            )
        values = arange(1 + most, dtype=self.probs.dtype, device=self.probs.device)
        values = values.reshape(-1, *(1,) * len(self.batch_shape))
        return values.expand(-1, *self.batch_shape) if expand else values


class Multinomial(Distribution):
    """How often each of K outcomes comes in ``total_count`` draws.

    Args:
        total_count: the number of draws, an int.
        probs, logits: (..., K), as for ``Categorical``.
    """

    arg_constraints = Categorical.arg_constraints

    def __init__(
        self,
        total_count: int = 1,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        if not isinstance(total_count, int):
            raise NotImplementedError("inhomogeneous total_count is not supported")
        self.total_count = total_count
        self._categorical = Categorical(probs, logits)
        shape = self._categorical.param_shape
        super().__init__(shape[:-1], shape[-1:], validate_args)

    def _arguments(self) -> dict[str, Any]:
        return {"total_count": self.total_count, **self._categorical._arguments()}

    @property
    def probs(self) -> Tensor:
        """The probabilities of the outcomes."""
        return self._categorical.probs

    @property
    def logits(self) -> Tensor:
        """The logarithms of the probabilities."""
        return self._categorical.logits

    @constraints.dependent_property(is_discrete=True, event_dim=1)
    def support(self) -> Any:
        """Counts of ``total_count`` at most."""
        return constraints.multinomial(self.total_count)

    @property
    def mean(self) -> Tensor:
        """N p."""
        return self.probs * self.total_count

    @property
    def variance(self) -> Tensor:
        """N p (1 - p)."""
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Return counts."""
        drawn = self._categorical.sample((self.total_count, *sample_shape))
        chosen = drawn.permute(*range(1, drawn.dim()), 0)
        counts = zeros(self._extended_shape(sample_shape), dtype=self.probs.dtype)
        counts = counts.to(self.probs.device)
        counts.scatter_add_(-1, chosen, ones_like(chosen).type_as(counts))
        return counts

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the probability."""
        self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        logits = logits.masked_fill((value == 0) & (logits == -float("inf")), 0)
        ways = lgamma(value.sum(-1) + 1) - lgamma(value + 1).sum(-1)
        return ways + (logits * value).sum(-1)

    def entropy(self) -> Tensor:
        """Return the entropy, in nats."""
        n = zeros((), dtype=self.probs.dtype) + self.total_count
        support = arange(1, self.total_count + 1, dtype=self.probs.dtype)
        support = support.reshape(-1, *(1,) * len(self._batch_shape), 1)
        each = Binomial(self.total_count, probs=self.probs).log_prob(support)
        expected = (exp(each) * lgamma(support + 1)).sum((0, -1))
        return self.total_count * self._categorical.entropy() - lgamma(n + 1) + expected
