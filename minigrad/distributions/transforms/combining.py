"""Transforms made of others; and values in other shapes."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

from ...creation import zeros_like
from ...tensor import Tensor
from .. import constraints
from ..independent import sum_rightmost
from .base import Transform

__all__ = ["ComposeTransform", "IndependentTransform", "ReshapeTransform", "identity_transform"]


class ReshapeTransform(Transform):
    """Values in another shape.

    Args:
        in_shape, out_shape: of as many elements.
    """

    bijective = True

    def __init__(self, in_shape: Any, out_shape: Any, cache_size: int = 0) -> None:
        self.in_shape, self.out_shape = tuple(in_shape), tuple(out_shape)
        if math.prod(self.in_shape) != math.prod(self.out_shape):
            raise ValueError("in_shape, out_shape have different numbers of elements")
        super().__init__(cache_size)
        self.domain = constraints.independent(constraints.real, len(self.in_shape))
        self.codomain = constraints.independent(constraints.real, len(self.out_shape))

    def _call(self, x: Tensor) -> Tensor:
        return x.reshape(*x.shape[: x.dim() - len(self.in_shape)], *self.out_shape)

    def _inverse(self, y: Tensor) -> Tensor:
        return y.reshape(*y.shape[: y.dim() - len(self.out_shape)], *self.in_shape)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return zero."""
        return sum_rightmost(zeros_like(x), len(self.in_shape))

    def forward_shape(self, shape: Any) -> Any:
        """Return the shape of results."""
        return _replaced(shape, self.in_shape, self.out_shape)

    def inverse_shape(self, shape: Any) -> Any:
        """Return the shape of values."""
        return _replaced(shape, self.out_shape, self.in_shape)


def _replaced(shape: Any, old: Any, new: Any) -> Any:
    split = len(shape) - len(old)
    if split < 0 or tuple(shape[split:]) != old:
        raise ValueError(f"Shape mismatch: expected {old} at the end of {tuple(shape)}")
    return (*shape[:split], *new)


class IndependentTransform(Transform):
    """A transform whose last dimensions make up one value.

    Args:
        base_transform: changes the parts.
        reinterpreted_batch_ndims: how many dimensions.
    """

    def __init__(
        self, base_transform: Transform, reinterpreted_batch_ndims: int, cache_size: int = 0
    ) -> None:
        super().__init__(cache_size)
        self.base_transform = base_transform
        self.reinterpreted_batch_ndims = reinterpreted_batch_ndims
        count = reinterpreted_batch_ndims
        self.domain = constraints.independent(base_transform.domain, count)
        self.codomain = constraints.independent(base_transform.codomain, count)
        self.bijective = base_transform.bijective
        self.sign = base_transform.sign

    def _call(self, x: Tensor) -> Tensor:
        return self.base_transform(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return self.base_transform.inv(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the sum of the parts'."""
        found = self.base_transform.log_abs_det_jacobian(x, y)
        return sum_rightmost(found, self.reinterpreted_batch_ndims)

    def forward_shape(self, shape: Any) -> Any:
        """Return the shape of results."""
        return self.base_transform.forward_shape(shape)

    def inverse_shape(self, shape: Any) -> Any:
        """Return the shape of values."""
        return self.base_transform.inverse_shape(shape)


class ComposeTransform(Transform):
    """One transform after the other.

    Args:
        parts: the first to be applied comes first.
    """

    def __init__(self, parts: Sequence[Transform], cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.parts = [part.with_cache(cache_size) if cache_size else part for part in parts]

    @property
    def bijective(self) -> bool:  # type: ignore[override]
        """Whether all parts are."""
        return all(part.bijective for part in self.parts)

    @property
    def sign(self) -> Any:  # type: ignore[override]
        """The product of the parts'."""
        return math.prod(part.sign for part in self.parts)

    @property
    def domain(self) -> Any:  # type: ignore[override]
        """What goes in: of as many dimensions as the parts together need."""
        return self._widened(self.parts, "domain", "codomain")

    @property
    def codomain(self) -> Any:  # type: ignore[override]
        """What comes out."""
        return self._widened(self.parts[::-1], "codomain", "domain")

    @staticmethod
    def _widened(parts: Sequence[Transform], near: str, far: str) -> Any:
        if not parts:
            return constraints.real
        found = getattr(parts[0], near)
        # Walk in from the other end: what one part needs, those before it must give.
        needed = getattr(parts[-1], far).event_dim
        for part in reversed(parts):
            ends = getattr(part, near).event_dim, getattr(part, far).event_dim
            needed = max(ends[0], needed + ends[0] - ends[1])
        more = needed - found.event_dim
        return constraints.independent(found, more) if more > 0 else found

    def _call(self, x: Tensor) -> Tensor:
        for part in self.parts:
            x = part(x)
        return x

    def _inverse(self, y: Tensor) -> Tensor:
        for part in reversed(self.parts):
            y = part.inv(y)
        return y

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the sum of the parts', each at its place."""
        if not self.parts:
            return zeros_like(x)
        places = [x]
        for part in self.parts[:-1]:
            places.append(part(places[-1]))
        places.append(y)
        terms = []
        event_dim = self.domain.event_dim
        for part, before, after in zip(self.parts, places, places[1:]):
            found = part.log_abs_det_jacobian(before, after)
            terms.append(sum_rightmost(found, event_dim - part.domain.event_dim))
            event_dim += part.codomain.event_dim - part.domain.event_dim
        total = terms[0]
        for term in terms[1:]:
            total = operator.add(total, term)
        return total

    def forward_shape(self, shape: Any) -> Any:
        """Return the shape of results."""
        for part in self.parts:
            shape = part.forward_shape(shape)
        return shape

    def inverse_shape(self, shape: Any) -> Any:
        """Return the shape of values."""
        for part in reversed(self.parts):
            shape = part.inverse_shape(shape)
        return shape

    def __repr__(self) -> str:
        lines = ",\n    ".join(repr(part) for part in self.parts)
        return f"{type(self).__name__}(\n    {lines}\n)"


identity_transform = ComposeTransform([])
