"""Parametrizations to use: normalized and orthogonal weights."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from ...autograd.modes import no_grad
from ...creation import eye, zeros_like
from ...linalg import householder_product, matrix_exp, solve
from ...ops import allclose, cat, dot, geqrf, mv, where
from ...random import randn
from ...tensor import Tensor
from .. import functional as F
from ..module import Module
from .norms import norm_except_dim, scaled
from .parametrize import register_parametrization
from .spectral_norm import as_matrix, rows_dim

__all__ = ["orthogonal", "spectral_norm", "weight_norm"]

M = TypeVar("M", bound=Module)

# --- norms ----------------------------------------------------------------------------------------


class _WeightNorm(Module):
    def __init__(self, dim: int | None) -> None:
        super().__init__()
        self.dim = -1 if dim is None else dim

    def forward(self, g: Any, v: Any) -> Any:
        return scaled(v, g, self.dim)

    def right_inverse(self, weight: Any) -> tuple[Any, Any]:
        return norm_except_dim(weight, self.dim), weight


def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Train a weight's lengths (``original0``) and directions (``original1``) apart.

    Args:
        module: a module, which is changed.
        name: its parameter.
        dim: the dimension along which each slice has a length of its own; None for one in all.

    Source: Salimans and Kingma, Weight normalization (2016).
    """
    return register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


class _SpectralNorm(Module):
    """The weight divided by its largest singular value, found by power iteration."""

    def __init__(self, weight: Any, n_power_iterations: int, dim: int, eps: float) -> None:
        super().__init__()
        if not -weight.ndim <= dim < weight.ndim:
            raise IndexError(
                f"Dimension out of range (expected to be in range of [-{weight.ndim}, "
                f"{weight.ndim - 1}] but got {dim})"
            )
        if n_power_iterations <= 0:
            raise ValueError(
                "Expected n_power_iterations to be positive, but got "
                f"n_power_iterations={n_power_iterations}"
            )
        self.dim = dim % weight.ndim
        self.eps = eps
        if weight.ndim > 1:
            self.n_power_iterations = n_power_iterations
            with no_grad():
                matrix = as_matrix(weight, self.dim)
                u, v = (matrix.new_empty(size).normal_() for size in matrix.shape)
                self.register_buffer("_u", F.normalize(u, dim=0, eps=eps))
                self.register_buffer("_v", F.normalize(v, dim=0, eps=eps))
            self._iterate(matrix, 15)

    def _iterate(self, matrix: Any, count: int) -> None:
        with no_grad():
            for _ in range(count):
                self._u.copy_(F.normalize(mv(matrix, self._v), dim=0, eps=self.eps))
                self._v.copy_(F.normalize(mv(matrix.mT, self._u), dim=0, eps=self.eps))

    def forward(self, weight: Any) -> Any:
        if weight.ndim == 1:
            return F.normalize(weight, dim=0, eps=self.eps)
        matrix = as_matrix(weight, self.dim)
        if self.training:
            self._iterate(matrix, self.n_power_iterations)
        u, v = self._u.clone(), self._v.clone()  # they change before the backward pass may come
        return weight / dot(u, mv(matrix, v))

    def right_inverse(self, value: Any) -> Any:
        return value


def spectral_norm(
    module: M,
    name: str = "weight",
    n_power_iterations: int = 1,
    eps: float = 1e-12,
    dim: int | None = None,
) -> M:
    """Keep the largest singular value of a weight at 1.

    Args:
        module: a module, which is changed.
        name: its parameter.
        n_power_iterations: how many steps each call in training comes nearer to that value.
        eps: the least norm to divide by.
        dim: the dimension of the outputs.

    Raises:
        ValueError: for an unknown parameter, or no steps.
        IndexError: for a dimension out of range.

    Source: Miyato et al., Spectral normalization for generative adversarial networks (2018).
    """
    weight = _tensor_of(module, name)
    made = _SpectralNorm(weight, n_power_iterations, rows_dim(module, dim), eps)
    return register_parametrization(module, name, made)


# --- orthogonal matrices --------------------------------------------------------------------------

_MAPS = ("matrix_exp", "cayley", "householder")


class _Orthogonal(Module):
    """An orthogonal matrix of any one: times ``base``, so that the map works near the identity."""

    def __init__(self, weight: Any, orthogonal_map: str, use_trivialization: bool) -> None:
        super().__init__()
        self.shape = weight.shape
        self.orthogonal_map = orthogonal_map
        self.use_trivialization = use_trivialization
        if use_trivialization:
            self.register_buffer("base", None)

    def forward(self, x: Any) -> Any:
        wide = x.shape[-2] < x.shape[-1]
        x = x.mT if wide else x
        q = self._reflected(x) if self.orthogonal_map == "householder" else self._turned(x)
        q = self.base @ q if self.use_trivialization else q
        return q.mT if wide else q

    def _turned(self, x: Any) -> Any:
        """Return a rotation: the exponential of a skew matrix, or Cayley's rational function."""
        rows, columns = x.shape[-2:]
        x = x.tril()
        if rows != columns:
            x = cat([x, x.new_zeros((*x.shape[:-1], rows - columns))], -1)
        skew = x - x.mT
        if self.orthogonal_map == "matrix_exp":
            q = matrix_exp(skew)
        else:
            one = eye(rows, dtype=skew.dtype, device=skew.device)
            q = solve(one - skew / 2, one + skew / 2)
        return q[..., :columns]

    def _reflected(self, x: Any) -> Any:
        """Return a product of reflections, whose vectors are below the diagonal."""
        vectors = x.tril(-1)
        tau = 2 / (1 + (vectors * vectors).sum(-2))
        signs = x.detach().diagonal(0, -2, -1).trunc().unsqueeze(-2)
        return householder_product(vectors, tau) * signs

    def right_inverse(self, q: Any) -> Any:  # called without recording
        if q.shape != self.shape:
            raise ValueError(
                f"Expected a matrix or batch of matrices of shape {self.shape}. Got a tensor of "
                f"shape {q.shape}."
            )
        wide = q.shape[-2] < q.shape[-1]
        tall = q.mT if wide else q
        if self.use_trivialization:
            self.base = _completed(tall)
            start = zeros_like(q)
            start.diagonal(0, -2, -1).fill_(-1.0)
            return start
        if self.orthogonal_map != "householder":
            raise NotImplementedError(
                "It is not possible to assign to the matrix exponential or the Cayley "
                "parametrizations when use_trivialization=False."
            )
        factors, tau = geqrf(tall)
        diagonal = factors.diagonal(0, -2, -1)
        signs = diagonal.sign()
        diagonal.copy_(where(tau == 0, -signs, signs))
        return factors.mT if wide else factors


def _completed(q: Any) -> Any:
    """Return a square orthogonal matrix that begins with given columns, made so if they are not."""
    rows, columns = q.shape[-2:]
    if rows != columns:
        noise = randn(*q.shape[:-2], rows, rows - columns, dtype=q.dtype, device=q.device)
        return _made_orthogonal(cat([q, noise], -1))
    one = eye(rows, dtype=q.dtype, device=q.device)
    if allclose(q.mT @ q, one, atol=10 * rows * float(np.finfo(q.dtype).eps)):
        return q.clone()
    return _made_orthogonal(q)


def _made_orthogonal(matrix: Any) -> Any:
    factors, tau = geqrf(matrix)
    return householder_product(factors, tau) * factors.diagonal(0, -2, -1).sign().unsqueeze(-2)


def orthogonal(
    module: M,
    name: str = "weight",
    orthogonal_map: str | None = None,
    *,
    use_trivialization: bool = True,
) -> M:
    """Keep a matrix, or a batch of them, orthogonal: its rows, or columns if these are fewer.

    Args:
        module: a module, which is changed.
        name: its parameter.
        orthogonal_map: "matrix_exp", "cayley" or "householder"; by default the first for square
            matrices and the last for others.
        use_trivialization: multiply by a fixed matrix, so that any weight may be assigned.

    Raises:
        ValueError: for an unknown parameter or map, or fewer than two dimensions.

    Source: Lezcano-Casado, Trivializations for gradient-based optimization on manifolds (2019).
    """
    weight = _tensor_of(module, name)
    if weight.ndim < 2:
        raise ValueError(
            f"Expected a matrix or batch of matrices. Got a tensor of {weight.ndim} dimensions."
        )
    if orthogonal_map is None:
        square = weight.shape[-2] == weight.shape[-1]
        orthogonal_map = "matrix_exp" if square else "householder"
    if orthogonal_map not in _MAPS:
        raise ValueError(
            'orthogonal_map has to be one of "matrix_exp", "cayley", "householder". Got: '
            f"{orthogonal_map}"
        )
    made = _Orthogonal(weight, orthogonal_map, use_trivialization)
    return register_parametrization(module, name, made, unsafe=True)


def _tensor_of(module: Module, name: str) -> Any:
    found = getattr(module, name, None)
    if not isinstance(found, Tensor):
        raise ValueError(f"Module '{module}' has no parameter or buffer with name '{name}'")
    return found
