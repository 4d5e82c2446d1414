"""Normal vectors, whose parts may go together."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..creation import eye
from ..linalg import cholesky, solve_triangular
from ..ops import cholesky_inverse, flip, log, matmul
from ..tensor import Tensor
from . import constraints
from .distribution import Distribution
from .normal import standard_normal
from .parameters import lazy_property

__all__ = ["MultivariateNormal"]


class MultivariateNormal(Distribution):
    """The normal distribution of vectors; of three descriptions of its shape one is given.

    Args:
        loc: (..., D), the mean.
        covariance_matrix: (..., D, D).
        precision_matrix: (..., D, D), the inverse of the covariance.
        scale_tril: (..., D, D), the Cholesky factor of the covariance.

    Raises:
        ValueError: if none or several of the three are given.
    """

    arg_constraints = {  # noqa: RUF012
        "loc": constraints.real_vector,
        "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }
    support = constraints.real_vector  # type: ignore[assignment]
    has_rsample = True

    def __init__(
        self,
        loc: Tensor,
        covariance_matrix: Tensor | None = None,
        precision_matrix: Tensor | None = None,
        scale_tril: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        given = {
            "covariance_matrix": covariance_matrix,
            "precision_matrix": precision_matrix,
            "scale_tril": scale_tril,
        }
        named = [(name, value) for name, value in given.items() if value is not None]
        if len(named) != 1:
            raise ValueError(
                "Exactly one of covariance_matrix or precision_matrix or scale_tril may be "
                "specified."
            )
        ((self._given, matrix),) = named
        if matrix.dim() < 2:
            raise ValueError(
                f"{self._given} must be at least two-dimensional, with optional leading batch "
                "dimensions"
            )
        size = loc.shape[-1]
        batch = np.broadcast_shapes(tuple(matrix.shape[:-2]), tuple(loc.shape[:-1]))
        vars(self)[self._given] = matrix.expand(*batch, size, size)
        self.loc = loc.expand(*batch, size)
        super().__init__(self.loc.shape[:-1], self.loc.shape[-1:], validate_args)
        self._factor = self._cholesky()

    def _arguments(self) -> dict[str, Any]:
        return {"loc": self.loc, self._given: getattr(self, self._given)}

    def _cholesky(self) -> Tensor:
        """Return the Cholesky factor of the covariance."""
        matrix = getattr(self, self._given)
        if self._given == "scale_tril":
            return matrix
        if self._given == "covariance_matrix":
            return cholesky(matrix)
        # The factor of the precision in reverse order, inverted, is that of the covariance.
        reversed_ = flip(cholesky(flip(matrix, (-2, -1))), (-2, -1)).mT
        one = eye(matrix.shape[-1], dtype=matrix.dtype, device=matrix.device)
        return solve_triangular(reversed_, one, upper=False)

    @lazy_property
    def scale_tril(self) -> Tensor:
        """The Cholesky factor of the covariance."""
        return self._factor

    @lazy_property
    def covariance_matrix(self) -> Tensor:
        """The covariance."""
        return matmul(self._factor, self._factor.mT)

    @lazy_property
    def precision_matrix(self) -> Tensor:
        """The inverse of the covariance."""
        return cholesky_inverse(self._factor)

    @property
    def mean(self) -> Tensor:
        """``loc``."""
        return self.loc

    @property
    def mode(self) -> Tensor:
        """``loc``."""
        return self.loc

    @property
    def variance(self) -> Tensor:
        """The variance of each part."""
        return self._factor.pow(2).sum(-1).expand(self.loc.shape)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Return ``loc + L z``, of standard normal vectors z."""
        z = standard_normal(self._extended_shape(sample_shape), self.loc)
        return self.loc + matmul(self._factor, z.unsqueeze(-1)).squeeze(-1)

    def log_prob(self, value: Tensor) -> Tensor:
        """Return the logarithm of the density."""
        self._validate_sample(value)
        away = (value - self.loc).unsqueeze(-1)
        factor = self._factor.expand(*away.shape[:-2], *self._factor.shape[-2:])
        distance = solve_triangular(factor, away, upper=False).pow(2).sum((-2, -1))
        size = self.event_shape[0]
        return -0.5 * (size * math.log(2 * math.pi) + distance) - self._log_det()

    def _log_det(self) -> Tensor:
        """Return half of the logarithm of the covariance's determinant."""
        return log(self._factor.diagonal(dim1=-2, dim2=-1)).sum(-1)

    def entropy(self) -> Tensor:
        """Return D (1 + log(2 pi)) / 2 plus half of the covariance's log-determinant."""
        size = self.event_shape[0]
        return 0.5 * size * (1.0 + math.log(2 * math.pi)) + self._log_det()
