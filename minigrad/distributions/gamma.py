"""Sums of waiting times."""

from __future__ import annotations

from typing import Any

from ..autograd import no_grad
from ..ops import clamp, digamma, lgamma, log, xlogy
from ..special import gammainc
from ..tensor import Tensor
from . import constraints
from .distribution import Distribution
from .gamma_draws import standard_gamma
from .parameters import broadcast_all, tiny_of

__all__ = ["Chi2", "Gamma", "InverseGamma"]


class Gamma(Distribution):
    """The gamma distribution, of density rate^a x^(a - 1) exp(-rate x) / Gamma(a).

    Args:
        concentration: the shape a.
        rate: one over the scale.
    """

    arg_constraints = {  # noqa: RUF012
        "concentration": constraints.positive,
        "rate": constraints.positive,
    }
    support = constraints.nonnegative  # type: ignore[assignment]
    has_rsample = True

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        self.concentration, self.rate = broadcast_all(concentration, rate)
        super().__init__(self.concentration.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """A / rate."""
        return self.concentration / self.rate

    @property
    def mode(self) -> Tensor:
        """(a - 1) / rate, or zero."""
        return clamp((self.concentration - 1) / self.rate, min=0)

    @property
    def variance(self) -> Tensor:
        """A / rate squared."""
        return self.concentration / self.rate.pow(2)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws of rate one, divided by the rate."""
        shape = self._extended_shape(sample_shape)
        found = standard_gamma(self.concentration.expand(shape)) / self.rate.expand(shape)
        with no_grad():  # not zero, which has no logarithm
            found.detach().clamp_(min=tiny_of(found))
        return found

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        self._validate_sample(value)
        concentration, rate = self.concentration, self.rate
        (value,) = broadcast_all(value)
        return (
            xlogy(concentration, rate)
            + xlogy(concentration - 1, value)
            - rate * value
            - lgamma(concentration)
        )

    def cdf(self, value: Tensor) -> Tensor:
        """Return the probability of draws up to a value."""
        self._validate_sample(value)
        return gammainc(self.concentration, self.rate * value)

    def entropy(self) -> Tensor:
        """Return a - log(rate) + log Gamma(a) + (1 - a) digamma(a)."""
        a = self.concentration
        return a - log(self.rate) + lgamma(a) + (1.0 - a) * digamma(a)


class Chi2(Gamma):
    """Sums of ``df`` squared normal numbers."""

    arg_constraints = {"df": constraints.positive}  # noqa: RUF012

    def __init__(self, df: Any, validate_args: bool | None = None) -> None:
        (df,) = broadcast_all(df)
        super().__init__(0.5 * df, 0.5, validate_args=validate_args)

    def _arguments(self) -> dict[str, Any]:
        return {"df": self.df}

    @property
    def df(self) -> Tensor:
        """The number of squares."""
        return self.concentration * 2


class InverseGamma(Distribution):
    """One over draws of the gamma distribution; arguments as there."""

    arg_constraints = Gamma.arg_constraints
    support = constraints.positive  # type: ignore[assignment]
    has_rsample = True

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        self._base = Gamma(concentration, rate, validate_args=validate_args)
        super().__init__(self._base.batch_shape, validate_args=validate_args)

    def _arguments(self) -> dict[str, Any]:
        return self._base._arguments()

    @property
    def concentration(self) -> Tensor:
        """The shape a."""
        return self._base.concentration

    @property
    def rate(self) -> Tensor:
        """The rate of the draws that are inverted."""
        return self._base.rate

    @property
    def mean(self) -> Tensor:
        """Rate / (a - 1); infinite for a up to 1."""
        found = self.rate / (self.concentration - 1)
        return found.masked_fill(self.concentration <= 1, float("inf"))

    @property
    def mode(self) -> Tensor:
        """Rate / (a + 1)."""
        return self.rate / (self.concentration + 1)

    @property
    def variance(self) -> Tensor:
        """Rate^2 / ((a - 1)^2 (a - 2)); infinite for a up to 2."""
        a = self.concentration
        found = self.rate.square() / ((a - 1).square() * (a - 2))
        return found.masked_fill(a <= 2, float("inf"))

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Return one over draws of the gamma distribution."""
        return self._base.rsample(sample_shape).reciprocal()

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        self._validate_sample(value)
        return self._base.log_prob(value.reciprocal()) - 2 * log(value)

    def cdf(self, value: Tensor) -> Tensor:
        """Return the probability of draws up to a value."""
        self._validate_sample(value)
        return 1 - self._base.cdf(value.reciprocal())

    def entropy(self) -> Tensor:
        """Return a + log(rate) + log Gamma(a) - (1 + a) digamma(a)."""
        a = self.concentration
        return a + log(self.rate) + lgamma(a) - (1 + a) * digamma(a)
