"""A linear layer whose matrix is a Kronecker product."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ...autograd.modes import no_grad
from ...creation import as_tensor, empty
from ...linalg import eigh, svd
from ...tensor import Tensor
from .. import init
from ..linear import Linear
from ..module import Module
from ..parameter import Parameter

__all__ = ["KroneckerLinear", "nearest_kronecker"]

Pair = Sequence[int]


class KroneckerLinear(Module):
    """``x @ kron(left, right).T + bias``; the product is never expanded.

    With the input as a matrix X of shape ``in_shape``, the output is ``left @ X @ right.T``: for
    28 x 28 pixels and 25 x 25 outputs that takes 1,400 weights instead of 490,000.

    Shapes:
        input: (..., i1 * i2), giving (..., o1 * o2).
        left: (o1, i1). right: (o2, i2). bias: (o1 * o2).

    Args:
        in_shape, out_shape: (i1, i2) and (o1, o2).
        bias: whether there is one.
        shared: whether both factors are the same one.
        device, dtype: of the parameters.

    Raises:
        ValueError: for shapes that are no pairs, or that a shared factor does not fit.
    """

    def __init__(
        self,
        in_shape: Pair,
        out_shape: Pair,
        bias: bool = True,
        shared: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.in_shape, self.out_shape = _pair(in_shape, "in_shape"), _pair(out_shape, "out_shape")
        self.in_features, self.out_features = math.prod(in_shape), math.prod(out_shape)
        self.shared = shared
        left, right = zip(self.out_shape, self.in_shape)
        if shared and left != right:
            raise ValueError(f"a shared factor cannot be both {left} and {right}")
        self.left = Parameter(empty(*left, device=device, dtype=dtype))
        self.right = self.left if shared else Parameter(empty(*right, device=device, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(self.out_features, device=device, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw factors so that the output varies as that of ``Linear``: by |x|^2 / (3 in).

        A weight is a product of two independent normal numbers, so each has the variance
        1 / sqrt(3 in). (With a shared factor, this holds for the outputs off the diagonal.)
        """
        deviation = (3 * self.in_features) ** -0.25
        for factor in self._factors():
            init.normal_(factor, 0.0, deviation)
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features)
            init.uniform_(self.bias, -bound, bound)

    @classmethod
    def from_linear(
        cls, linear: Linear, in_shape: Pair, out_shape: Pair, shared: bool = False
    ) -> KroneckerLinear:
        """Return the layer whose weight is nearest to that of a ``Linear``, with its bias.

        Raises:
            ValueError: if the shapes do not multiply to the layer's sizes.
        """
        weight = linear.weight.detach()
        left, right = nearest_kronecker(weight, in_shape, out_shape, shared)
        layer = cls(
            in_shape, out_shape, linear.bias is not None, shared, weight.device, weight.dtype
        )
        with no_grad():
            for factor, found in zip(layer._factors(), (left, right)):
                factor.copy_(found)
            if linear.bias is not None:
                layer.bias.copy_(linear.bias)
        return layer

    def _factors(self) -> list[Tensor]:
        return [self.left] if self.shared else [self.left, self.right]

    def forward(self, input: Tensor) -> Tensor:
        """Return ``left @ X @ right.T`` for each input, plus the bias."""
        (i1, i2), (o1, o2) = self.in_shape, self.out_shape
        # Both products are of plain matrices: the batch is among the rows.
        half = (input.reshape(-1, i2) @ self.right.T).reshape(-1, i1, o2)
        found = half.transpose(1, 2).reshape(-1, i1) @ self.left.T
        result = found.reshape(-1, o2, o1).transpose(1, 2)
        result = result.reshape(*input.shape[:-1], self.out_features)
        return result if self.bias is None else result + self.bias

    def full_weight(self) -> Tensor:
        """Return the matrix, written out."""
        full = self.left[:, None, :, None] * self.right[None, :, None, :]
        return full.reshape(self.out_features, self.in_features)

    def extra_repr(self) -> str:
        """Return the shapes."""
        return (
            f"in_shape={self.in_shape}, out_shape={self.out_shape}, "
            f"bias={self.bias is not None}, shared={self.shared}"
        )


def nearest_kronecker(
    matrix: Any, in_shape: Pair, out_shape: Pair, shared: bool = False
) -> tuple[Tensor, Tensor]:
    """Return the factors whose Kronecker product is nearest to a matrix, in the Frobenius norm.

    Rearranged so that each block is a row, the matrix has rank 1 exactly if it is a Kronecker
    product: the nearest one is its first singular triple. A shared factor is the eigenvector of
    the largest eigenvalue of the symmetric part (zero, if none is positive).

    Shapes:
        matrix: (o1 * o2, i1 * i2), giving (o1, i1) and (o2, i2).

    Raises:
        ValueError: if the shapes do not fit.

    Source: C. F. Van Loan, N. Pitsianis, Approximation with Kronecker products, 1993.
    """
    given = as_tensor(matrix)
    (i1, i2), (o1, o2) = _pair(in_shape, "in_shape"), _pair(out_shape, "out_shape")
    if tuple(given.shape) != (o1 * o2, i1 * i2):
        raise ValueError(
            f"a matrix of shape {tuple(given.shape)} does not fit in_shape {(i1, i2)} and "
            f"out_shape {(o1, o2)}"
        )
    blocks = given.reshape(o1, o2, i1, i2).permute(0, 2, 1, 3).reshape(o1 * i1, o2 * i2)
    if shared:
        if (o1, i1) != (o2, i2):
            raise ValueError(f"a shared factor cannot be both {(o1, i1)} and {(o2, i2)}")
        values, vectors = eigh((blocks + blocks.T) / 2)
        factor = (vectors[:, -1] * values[-1].clamp(min=0).sqrt()).reshape(o1, i1)
        return factor, factor
    u, s, vh = svd(blocks, full_matrices=False)
    scale = s[0].sqrt()
    return (u[:, 0] * scale).reshape(o1, i1), (vh[0] * scale).reshape(o2, i2)


def _pair(shape: Pair, name: str) -> tuple[int, int]:
    if len(shape) != 2:
        raise ValueError(f"{name} must have two factors, got {tuple(shape)}")
    return shape[0], shape[1]
