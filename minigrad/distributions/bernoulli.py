"""One of two outcomes; and how many failures come before a success."""

from __future__ import annotations

from typing import Any

from .. import random
from ..autograd import no_grad
from ..creation import arange
from ..ops import (
    bernoulli,
    binary_cross_entropy_with_logits,
    floor,
    log,
    log1p,
    where,
)
from ..special import xlog1py
from ..tensor import Tensor
from . import constraints
from .distribution import Distribution
from .parameters import (
    broadcast_all,
    given_one,
    lazy_property,
    logits_to_probs,
    probs_to_logits,
    tiny_of,
)

__all__ = ["Bernoulli", "Geometric"]


class _Chance(Distribution):
    """A distribution whose parameter is the probability of a success, or its log-odds."""

    arg_constraints = {  # noqa: RUF012
        "probs": constraints.unit_interval,
        "logits": constraints.real,
    }

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        name, value = given_one(probs, logits)
        (value,) = broadcast_all(value)
        vars(self)[name] = value
        super().__init__(value.shape, validate_args=validate_args)
        self._given = name

    def _arguments(self) -> dict[str, Any]:
        return {self._given: getattr(self, self._given)}

    @lazy_property
    def probs(self) -> Tensor:
        """The probability of a success."""
        return logits_to_probs(self.logits, binary=True)

    @lazy_property
    def logits(self) -> Tensor:
        """The log-odds of a success."""
        return probs_to_logits(self.probs, binary=True)


class Bernoulli(_Chance):
    """1 with probability ``probs`` (or with log-odds ``logits``), else 0.

    Example:
        >>> import minigrad as mg
        >>> from minigrad.distributions import Bernoulli
        >>> Bernoulli(mg.tensor([0.3, 0.9])).mean
        tensor([0.3000, 0.9000])
    """

    support = constraints.boolean  # type: ignore[assignment]
    has_enumerate_support = True

    @property
    def mean(self) -> Tensor:
        """``probs``."""
        return self.probs

    @property
    def mode(self) -> Tensor:
        """1 or 0; NaN if both are equally probable."""
        likely = (self.probs >= 0.5).to(self.probs.dtype)
        return where(self.probs == 0.5, likely * float("nan"), likely)

    @property
    def variance(self) -> Tensor:
        """probs (1 - probs)."""
        return self.probs * (1 - self.probs)

    @property
    def param_shape(self) -> Any:
        """The shape of the parameter."""
        return getattr(self, self._given).shape

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws."""
        with no_grad():
            return bernoulli(self.probs.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the probability."""
        self._validate_sample(value)
        logits, value = broadcast_all(self.logits, value)
        return -binary_cross_entropy_with_logits(logits, value, reduction="none")

    def entropy(self) -> Tensor:
        """Return -p log p - (1 - p) log(1 - p)."""
        return binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none")

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """Return 0 and 1, along a new first dimension."""
        values = arange(2, dtype=self.probs.dtype, device=self.probs.device)
        values = values.reshape(-1, *(1,) * len(self.batch_shape))
        return values.expand(-1, *self.batch_shape) if expand else values


class Geometric(_Chance):
    """How many failures come before a success: the probability of k is (1 - p)^k p."""

    support = constraints.nonnegative_integer  # type: ignore[assignment]

    @property
    def mean(self) -> Tensor:
        """1 / p - 1."""
        return 1.0 / self.probs - 1.0

    @property
    def mode(self) -> Tensor:
        """Zero."""
        return self.probs * 0

    @property
    def variance(self) -> Tensor:
        """(1 / p - 1) / p."""
        return (1.0 / self.probs - 1.0) / self.probs

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws by the inverse of the distribution function."""
        shape = self._extended_shape(sample_shape)
        with no_grad():
            drawn = random.rand(shape, dtype=self.probs.dtype, device=self.probs.device)
            return floor(log(drawn.clamp(min=tiny_of(drawn))) / log1p(-self.probs))

    def log_prob(self, value: Tensor) -> Tensor:
        """Return k log(1 - p) + log p."""
        self._validate_sample(value)
        value, probs = broadcast_all(value, self.probs)
        return xlog1py(value, -probs) + log(probs)

    def entropy(self) -> Tensor:
        """Return the entropy of one trial, divided by p."""
        one = binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none")
        return one / self.probs
