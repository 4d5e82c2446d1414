"""Batches as one value: the last dimensions belong to the event."""

from __future__ import annotations

from typing import Any

from ..tensor import Tensor
from . import constraints
from .distribution import Distribution

__all__ = ["Independent"]


def sum_rightmost(value: Tensor, count: int) -> Tensor:
    """Return the sum over the last ``count`` dimensions."""
    return value.reshape(*value.shape[: value.dim() - count], -1).sum(-1) if count else value


class Independent(Distribution):
    """A distribution whose last batch dimensions make up one value.

    Args:
        base_distribution: gives the parts, which are independent.
        reinterpreted_batch_ndims: how many dimensions.

    Example:
        >>> import minigrad as mg
        >>> from minigrad.distributions import Independent, Normal
        >>> rows = Independent(Normal(mg.zeros(2, 3), 1.0), 1)
        >>> rows.log_prob(mg.zeros(2, 3)).shape
        (2,)
    """

    arg_constraints = {}  # noqa: RUF012

    def __init__(
        self,
        base_distribution: Any,
        reinterpreted_batch_ndims: int,
        validate_args: bool | None = None,
    ) -> None:
        count = len(base_distribution.batch_shape)
        if reinterpreted_batch_ndims > count:
            raise ValueError(
                "Expected reinterpreted_batch_ndims <= len(base_distribution.batch_shape), "
                f"actual {reinterpreted_batch_ndims} vs {count}"
            )
        shape = base_distribution.batch_shape + base_distribution.event_shape
        split = count - reinterpreted_batch_ndims
        self.base_dist = base_distribution
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims
        super().__init__(shape[:split], shape[split:], validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Independent:
        """Return these distributions repeated to a larger ``batch_shape``."""
        own = self.event_shape[: self.reinterpreted_batch_ndims]
        base = self.base_dist.expand((*batch_shape, *own))
        return Independent(base, self.reinterpreted_batch_ndims, self._validate_args)

    @property
    def has_rsample(self) -> bool:  # type: ignore[override]
        """Whether gradients flow through draws."""
        return self.base_dist.has_rsample

    @property
    def has_enumerate_support(self) -> bool:  # type: ignore[override]
        """Whether ``enumerate_support`` works."""
        return not self.reinterpreted_batch_ndims and self.base_dist.has_enumerate_support

    @constraints.dependent_property
    def support(self) -> Any:
        """That of all parts."""
        found = self.base_dist.support
        count = self.reinterpreted_batch_ndims
        return constraints.independent(found, count) if count else found

    @property
    def mean(self) -> Tensor:
        """That of the parts."""
        return self.base_dist.mean

    @property
    def mode(self) -> Tensor:
        """That of the parts."""
        return self.base_dist.mode

    @property
    def variance(self) -> Tensor:
        """That of the parts."""
        return self.base_dist.variance

    def sample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws, through which no gradient flows."""
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Return draws, through which gradients flow."""
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the sum of the parts' log-probabilities."""
        return sum_rightmost(self.base_dist.log_prob(value), self.reinterpreted_batch_ndims)

    def entropy(self) -> Tensor:
        """Return the sum of the parts' entropies."""
        return sum_rightmost(self.base_dist.entropy(), self.reinterpreted_batch_ndims)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """Return all values that can be drawn.

        Raises:
            NotImplementedError: if several parts make up a value.
        """
        if self.reinterpreted_batch_ndims > 0:
            raise NotImplementedError("Enumeration over cartesian product is not implemented")
        return self.base_dist.enumerate_support(expand=expand)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_dist}, {self.reinterpreted_batch_ndims})"
