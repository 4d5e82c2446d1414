"""Transforms of rows and matrices of numbers."""

from __future__ import annotations

from typing import Any

from ...creation import arange
from ...nn.functional import logsigmoid, pad
from ...ops import log, sigmoid, softmax, tril
from ...tensor import Tensor
from .. import constraints
from ..parameters import tiny_of
from .base import Transform

__all__ = ["LowerCholeskyTransform", "SoftmaxTransform", "StickBreakingTransform"]


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
