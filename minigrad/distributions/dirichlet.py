"""Probabilities that are drawn themselves: several whose sum is one, or one alone."""

from __future__ import annotations

from typing import Any

from ..ops import argmax, digamma, lgamma, one_hot, stack, xlogy
from ..tensor import Tensor
from . import constraints
from .distribution import Distribution
from .gamma_draws import dirichlet
from .parameters import broadcast_all

__all__ = ["Beta", "Dirichlet"]


class Dirichlet(Distribution):
    """Rows of positive numbers whose sum is one; the density is in proportion to prod x^(a - 1).

    Args:
        concentration: (..., K), the exponents a.
    """

    arg_constraints = {  # noqa: RUF012
        "concentration": constraints.independent(constraints.positive, 1)
    }
    support = constraints.simplex  # type: ignore[assignment]
    has_rsample = True

    def __init__(self, concentration: Tensor, validate_args: bool | None = None) -> None:
        if concentration.dim() < 1:
            raise ValueError("`concentration` parameter must be at least one-dimensional.")
        self.concentration = concentration
        shape = concentration.shape
        super().__init__(shape[:-1], shape[-1:], validate_args)

    @property
    def mean(self) -> Tensor:
        """A / sum(a)."""
        return self.concentration / self.concentration.sum(-1, keepdim=True)

    @property
    def variance(self) -> Tensor:
        """A (sum(a) - a) / (sum(a)^2 (sum(a) + 1))."""
        a = self.concentration
        total = a.sum(-1, keepdim=True)
        return a * (total - a) / (total.pow(2) * (total + 1))

    @property
    def mode(self) -> Tensor:
        """(a - 1) / sum(a - 1); where no a is above one, a corner."""
        above = (self.concentration - 1).clamp(min=0.0)
        found = above / above.sum(-1, keepdim=True)
        flat = (self.concentration < 1).all(-1, keepdim=True)
        corner = one_hot(argmax(found, -1), self.event_shape[-1]).to(found.dtype)
        return found.masked_fill(flat, 0) + corner * flat

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws: gamma numbers divided by their sum."""
        return dirichlet(self.concentration.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        self._validate_sample(value)
        a = self.concentration
        return xlogy(a - 1.0, value).sum(-1) + lgamma(a.sum(-1)) - lgamma(a).sum(-1)

    def entropy(self) -> Tensor:
        """Return the entropy, in nats."""
        a = self.concentration
        total, count = a.sum(-1), a.size(-1)
        return (
            lgamma(a).sum(-1)
            - lgamma(total)
            - (count - total) * digamma(total)
            - ((a - 1.0) * digamma(a)).sum(-1)
        )


class Beta(Distribution):
    """A probability: the density is in proportion to x^(a - 1) (1 - x)^(b - 1).

    Args:
        concentration1: the exponent a.
        concentration0: the exponent b.
    """

    arg_constraints = {  # noqa: RUF012
        "concentration1": constraints.positive,
        "concentration0": constraints.positive,
    }
    support = constraints.unit_interval  # type: ignore[assignment]
    has_rsample = True

    def __init__(
        self, concentration1: Any, concentration0: Any, validate_args: bool | None = None
    ) -> None:
        both = stack(broadcast_all(concentration1, concentration0), -1)
        self._dirichlet = Dirichlet(both, validate_args=validate_args)
        super().__init__(both.shape[:-1], validate_args=validate_args)

    def _arguments(self) -> dict[str, Any]:
        return {
            "concentration1": self.concentration1,
            "concentration0": self.concentration0,
        }

    @property
    def concentration1(self) -> Tensor:
        """The exponent a."""
        return self._dirichlet.concentration[..., 0]

    @property
    def concentration0(self) -> Tensor:
        """The exponent b."""
        return self._dirichlet.concentration[..., 1]

    @property
    def mean(self) -> Tensor:
        """A / (a + b)."""
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def mode(self) -> Tensor:
        """(a - 1) / (a + b - 2), where a or b is above one."""
        return self._dirichlet.mode[..., 0]

    @property
    def variance(self) -> Tensor:
        """A b / ((a + b)^2 (a + b + 1))."""
        total = self.concentration1 + self.concentration0
        return self.concentration1 * self.concentration0 / (total.pow(2) * (total + 1))

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Return the first of two numbers of Dirichlet's distribution."""
        return self._dirichlet.rsample(sample_shape).select(-1, 0)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        self._validate_sample(value)
        return self._dirichlet.log_prob(stack([value, 1.0 - value], -1))

    def entropy(self) -> Tensor:
        """Return the entropy, in nats."""
        return self._dirichlet.entropy()
