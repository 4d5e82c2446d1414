"""Changes of variables: functions of values, their inverses, and how they stretch volumes."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..creation import zeros_like
from ..nn.functional import logsigmoid, softplus
from ..ops import abs as abs_
from ..ops import exp, expm1, log, sigmoid, softmax, tanh, tril
from ..tensor import Tensor
from . import constraints
from .independent import sum_rightmost
from .parameters import eps_of, tiny_of

__all__ = [
    *("AbsTransform", "AffineTransform", "ComposeTransform", "ExpTransform"),
    *("IndependentTransform", "LowerCholeskyTransform", "PowerTransform", "ReshapeTransform"),
    *("SigmoidTransform", "SoftmaxTransform", "SoftplusTransform", "StickBreakingTransform"),
    *("TanhTransform", "Transform", "identity_transform"),
]


class Transform:
    """A function of values that knows its inverse.

    Subclasses define ``_call``, ``_inverse`` and ``log_abs_det_jacobian``.

    Args:
        cache_size: 1 keeps the last pair of values, so that an inverse is exact.

    Attributes:
        domain, codomain: what goes in, and what comes out.
        bijective: whether each value comes from one only.
        sign: whether it rises (1) or falls (-1).
    """

    bijective = False
    domain: Any = constraints.real
    codomain: Any = constraints.real
    sign: Any = 1

    def __init__(self, cache_size: int = 0) -> None:
        if cache_size not in (0, 1):
            raise ValueError("cache_size must be 0 or 1")
        self._cache_size = cache_size
        self._inv: Transform | None = None
        self._last: tuple[Any, Any] = (None, None)

    @property
    def event_dim(self) -> int:
        """How many dimensions make up one value."""
        if self.domain.event_dim != self.codomain.event_dim:
            raise ValueError("Please use either .domain.event_dim or .codomain.event_dim")
        return int(self.domain.event_dim)

    @property
    def inv(self) -> Transform:
        """The inverse, whose inverse is this."""
        if self._inv is None:
            self._inv = _Inverse(self)
        return self._inv

    def with_cache(self, cache_size: int = 1) -> Transform:
        """Return this transform; one that keeps the last pair, if it does not yet."""
        if self._cache_size != cache_size:
            import copy

            found = copy.copy(self)
            Transform.__init__(found, cache_size)
            return found
        return self

    def __call__(self, x: Tensor) -> Tensor:
        """Return the function's value."""
        if self._cache_size and x is self._last[0]:
            return self._last[1]
        y = self._call(x)
        if self._cache_size:
            self._last = (x, y)
        return y

    def _inv_call(self, y: Tensor) -> Tensor:
        if self._cache_size and y is self._last[1]:
            return self._last[0]
        x = self._inverse(y)
        if self._cache_size:
            self._last = (x, y)
        return x

    def _call(self, x: Tensor) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__} has no _call")

    def _inverse(self, y: Tensor) -> Tensor:
        raise NotImplementedError(f"{type(self).__name__} has no inverse")

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return log |dy/dx|, of the determinant where values have several dimensions."""
        raise NotImplementedError(f"{type(self).__name__} has no log_abs_det_jacobian")

    def forward_shape(self, shape: Any) -> Any:
        """Return the shape of results, given that of values."""
        return shape

    def inverse_shape(self, shape: Any) -> Any:
        """Return the shape of values, given that of results."""
        return shape

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and not self._settings() and not other._settings()  # type: ignore[attr-defined]

    def _settings(self) -> list[Any]:
        return [v for k, v in vars(self).items() if k not in ("_cache_size", "_inv", "_last")]

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class _Inverse(Transform):
    """The inverse of a transform."""

    def __init__(self, transform: Transform) -> None:
        super().__init__(transform._cache_size)
        self._inv: Transform = transform

    domain = property(lambda self: self._inv.codomain)
    codomain = property(lambda self: self._inv.domain)
    bijective = property(lambda self: self._inv.bijective)  # type: ignore[assignment]
    sign = property(lambda self: self._inv.sign)

    def with_cache(self, cache_size: int = 1) -> Transform:
        return self._inv.with_cache(cache_size).inv

    def __call__(self, x: Tensor) -> Tensor:
        return self._inv._inv_call(x)

    def _inv_call(self, y: Tensor) -> Tensor:
        return self._inv(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        return -self._inv.log_abs_det_jacobian(y, x)

    def forward_shape(self, shape: Any) -> Any:
        return self._inv.inverse_shape(shape)

    def inverse_shape(self, shape: Any) -> Any:
        return self._inv.forward_shape(shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Inverse) and self._inv == other._inv

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"{type(self).__name__.lstrip('_')}Transform({self._inv!r})"


class ExpTransform(Transform):
    """Y = exp(x)."""

    codomain = constraints.positive
    bijective = True

    def _call(self, x: Tensor) -> Tensor:
        return exp(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return log(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return x."""
        return x


class PowerTransform(Transform):
    """Y = x ** exponent, of positive x."""

    domain = constraints.positive
    codomain = constraints.positive
    bijective = True

    def __init__(self, exponent: Any, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.exponent = exponent
        self.sign = 1 if float(exponent) > 0 else -1

    def _call(self, x: Tensor) -> Tensor:
        return x.pow(self.exponent)

    def _inverse(self, y: Tensor) -> Tensor:
        return y.pow(1 / self.exponent)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return log |exponent y / x|."""
        return log(abs_(self.exponent * y / x))


class AffineTransform(Transform):
    """Y = loc + scale x.

    Args:
        loc, scale: numbers or tensors.
        event_dim: how many dimensions make up one value.
    """

    bijective = True

    def __init__(self, loc: Any, scale: Any, event_dim: int = 0, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.loc = loc
        self.scale = scale
        self._event_dim = event_dim
        line = constraints.independent(constraints.real, event_dim)
        self.domain = self.codomain = line if event_dim else constraints.real

    @property
    def sign(self) -> Any:  # type: ignore[override]
        """That of the scale."""
        if isinstance(self.scale, Tensor):
            return self.scale.sign()
        return (self.scale > 0) - (self.scale < 0)

    def _call(self, x: Tensor) -> Tensor:
        return self.loc + self.scale * x

    def _inverse(self, y: Tensor) -> Tensor:
        return (y - self.loc) / self.scale

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return log |scale|."""
        if isinstance(self.scale, Tensor):
            found = log(abs_(self.scale))
        else:
            found = zeros_like(x) + math.log(abs(self.scale))
        if self._event_dim:
            shape = np.broadcast_shapes(tuple(found.shape), tuple(x.shape))
            found = sum_rightmost(found.expand(shape), self._event_dim)
        return found.expand(x.shape[: x.dim() - self._event_dim])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AffineTransform) and all(
            bool(np.all(np.equal(_plain(mine), _plain(theirs))))
            for mine, theirs in ((self.loc, other.loc), (self.scale, other.scale))
        )

    __hash__ = object.__hash__


def _plain(value: Any) -> Any:
    return value.detach().cpu().numpy() if isinstance(value, Tensor) else value


class SigmoidTransform(Transform):
    """Y = 1 / (1 + exp(-x))."""

    codomain = constraints.unit_interval
    bijective = True

    def _call(self, x: Tensor) -> Tensor:
        return sigmoid(x).clamp(min=tiny_of(x), max=1.0 - eps_of(x))

    def _inverse(self, y: Tensor) -> Tensor:
        y = y.clamp(min=tiny_of(y), max=1.0 - eps_of(y))
        return y.log() - (-y).log1p()

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return log y + log(1 - y)."""
        return -softplus(-x) - softplus(x)


class SoftplusTransform(Transform):
    """Y = log(1 + exp(x))."""

    codomain = constraints.positive
    bijective = True

    def _call(self, x: Tensor) -> Tensor:
        return softplus(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return log(-expm1(-y)) + y

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return log sigmoid(x)."""
        return -softplus(-x)


class TanhTransform(Transform):
    """Y = tanh(x)."""

    codomain = constraints.interval(-1.0, 1.0)
    bijective = True

    def _call(self, x: Tensor) -> Tensor:
        return tanh(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return y.atanh()

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return log(1 - y^2), in a form that is exact for large x."""
        return 2.0 * (math.log(2.0) - x - softplus(-2.0 * x))


class AbsTransform(Transform):
    """Y = |x|; of two inverses the positive one is taken."""

    codomain = constraints.positive

    def _call(self, x: Tensor) -> Tensor:
        return abs_(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return y


class SoftmaxTransform(Transform):
    """Y = exp(x) / sum(exp(x)); of many inverses log y is taken."""

    domain = constraints.real_vector
    codomain = constraints.simplex

    def _call(self, x: Tensor) -> Tensor:
        return softmax(x, -1)

    def _inverse(self, y: Tensor) -> Tensor:
        return log(y)


class StickBreakingTransform(Transform):
    """K - 1 numbers as K probabilities: each breaks its part off what is left of a stick."""

    domain = constraints.real_vector
    codomain = constraints.simplex
    bijective = True

    def _call(self, x: Tensor) -> Tensor:
        from ..nn.functional import pad

        z = sigmoid(x - self._offset(x.shape[-1], x))
        left = (1 - z).cumprod(-1)
        return pad(z, [0, 1], value=1) * pad(left, [1, 0], value=1)

    def _inverse(self, y: Tensor) -> Tensor:
        parts = y[..., :-1]
        left = (1 - parts.cumsum(-1)).clamp(min=tiny_of(y))
        return parts.log() - left.log() + self._offset(parts.shape[-1], y)

    @staticmethod
    def _offset(size: int, like: Tensor) -> Tensor:
        """Return log(K - 1) ... log(1): zeros give equal parts."""
        from ..creation import arange

        return log(arange(size, 0, -1, dtype=like.dtype, device=like.device))

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Return the sum of log(y) + log(1 - z)."""
        x = x - self._offset(x.shape[-1], x)
        return (-x + logsigmoid(x) + y[..., :-1].log()).sum(-1)

    def forward_shape(self, shape: Any) -> Any:
        """Return a shape with one number more at the end."""
        return (*shape[:-1], shape[-1] + 1)

    def inverse_shape(self, shape: Any) -> Any:
        """Return a shape with one number less at the end."""
        return (*shape[:-1], shape[-1] - 1)


class LowerCholeskyTransform(Transform):
    """Matrices as lower triangular ones with a positive diagonal."""

    domain = constraints.independent(constraints.real, 2)
    codomain = constraints.lower_cholesky

    def _call(self, x: Tensor) -> Tensor:
        return tril(x, -1) + x.diagonal(dim1=-2, dim2=-1).exp().diag_embed()

    def _inverse(self, y: Tensor) -> Tensor:
        return tril(y, -1) + y.diagonal(dim1=-2, dim2=-1).log().diag_embed()


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
