"""Tensor trains: a tensor as a chain of small ones.

    T[i1, i2, ..., id] = G1[i1] @ G2[i2] @ ... @ Gd[id]

where ``Gk[ik]`` is a matrix of ``ranks[k - 1]`` rows and ``ranks[k]`` columns. Physics knows them
as matrix product states.

Source: I. V. Oseledets, Tensor-train decomposition, SIAM J. Sci. Comput. 33(5), 2011.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...creation import as_tensor
from ...linalg import qr, svd
from ...ops.shaping.joining import cat
from ...tensor import Tensor

__all__ = ["TensorTrain", "tt_svd"]

Ranks = int | Sequence[int] | None


class TensorTrain:
    """A tensor in the form of its cores; operations never write it out (but ``full`` does).

    Shapes:
        cores: (1, n1, r1), (r1, n2, r2), ..., (r, nd, 1).

    Raises:
        ValueError: if the cores do not fit each other.

    Example:
        >>> import minigrad as mg
        >>> train = tt_svd(mg.ones(2, 3, 4))
        >>> train.ranks, train.num_parameters
        ((1, 1), 9)
    """

    def __init__(self, cores: Sequence[Tensor]) -> None:
        self.cores = list(cores)
        shapes = [tuple(core.shape) for core in self.cores]
        ends = [shape[-1] for shape in shapes if len(shape) == 3]
        starts = [shape[0] for shape in shapes if len(shape) == 3]
        if not shapes or len(ends) != len(shapes) or [1, *ends] != [*starts, 1]:
            raise ValueError(f"expected cores (1, n, r), (r, n, r'), ... (r, n, 1), got {shapes}")

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the tensor."""
        return tuple(core.shape[1] for core in self.cores)

    @property
    def ranks(self) -> tuple[int, ...]:
        """The sizes of the bonds between the cores."""
        return tuple(core.shape[2] for core in self.cores[:-1])

    @property
    def num_parameters(self) -> int:
        """How many numbers the cores have."""
        return sum(math.prod(core.shape) for core in self.cores)

    def __repr__(self) -> str:
        return f"TensorTrain(shape={self.shape}, ranks={self.ranks})"

    def full(self) -> Tensor:
        """Return the tensor itself."""
        result = self.cores[0]
        for core in self.cores[1:]:
            rank = core.shape[0]
            result = result.reshape(-1, rank) @ core.reshape(rank, -1)
        return result.reshape(self.shape)

    def __getitem__(self, index: Sequence[int]) -> Tensor:
        """Return one element: the product of a matrix of each core."""
        if len(index) != len(self.cores):
            raise IndexError(f"expected {len(self.cores)} indices, got {len(index)}")
        result = self.cores[0][:, index[0]]
        for core, i in zip(self.cores[1:], index[1:]):
            result = result @ core[:, i]
        return result.reshape(())

    # --- arithmetic -----------------------------------------------------------------------

    def dot(self, other: TensorTrain) -> Tensor:
        """Return the inner product, the sum of ``self.conj() * other``, core by core.

        Raises:
            ValueError: for different shapes.
        """
        self._check_shape(other)
        result = self.cores[0].new_ones(1, 1)  # (rank of self, rank of other)
        for mine, its in zip(self.cores, other.cores):
            a, n, b = mine.shape
            _, _, d = its.shape
            carried = (result @ its.reshape(-1, n * d)).reshape(a * n, d)
            result = mine.conj().reshape(a * n, b).T @ carried
        return result.reshape(())

    def norm(self) -> Tensor:
        """Return the square root of the sum of squares."""
        return self.dot(self).abs().sqrt()

    def __add__(self, other: TensorTrain) -> TensorTrain:
        """Return the sum; its ranks are the sums of the ranks (``round`` may lower them)."""
        self._check_shape(other)
        if len(self.cores) == 1:
            return TensorTrain([self.cores[0] + other.cores[0]])
        pairs = list(zip(self.cores, other.cores))
        inner = [_block_diagonal(a, b) for a, b in pairs[1:-1]]
        return TensorTrain([cat(pairs[0], 2), *inner, cat(pairs[-1], 0)])

    def __mul__(self, scale: Any) -> TensorTrain:
        """Return a multiple."""
        return TensorTrain([self.cores[0] * scale, *self.cores[1:]])

    __rmul__ = __mul__

    def __neg__(self) -> TensorTrain:
        return self * -1

    def __sub__(self, other: TensorTrain) -> TensorTrain:
        return self + -other

    def round(self, ranks: Ranks = None, rtol: float | None = None) -> TensorTrain:
        """Return (almost) the same tensor with lower ranks.

        Args:
            ranks: upper bounds. rtol: bound of the relative error. As for ``tt_svd``.

        Source: Oseledets 2011, algorithm 2: QR from the right, then SVD from the left.
        """
        cores = list(self.cores)
        for k in range(len(cores) - 1, 0, -1):
            rank, n, after = cores[k].shape
            # Rows of the core become orthonormal; what they were made of goes to the left.
            q, triangle = qr(cores[k].reshape(rank, n * after).T)
            cores[k] = q.T.reshape(-1, n, after)
            before, m, _ = cores[k - 1].shape
            cores[k - 1] = (cores[k - 1].reshape(before * m, rank) @ triangle.T).reshape(
                before, m, -1
            )
        cutting = _Cutting(len(cores), ranks, rtol, cores[0])
        for k in range(len(cores) - 1):
            rank, n, after = cores[k].shape
            left, right = cutting.cut(cores[k].reshape(rank * n, after), k)
            cores[k] = left.reshape(rank, n, -1)
            cores[k + 1] = (right @ cores[k + 1].reshape(after, -1)).reshape(
                -1, *cores[k + 1].shape[1:]
            )
        return TensorTrain(cores)

    def _check_shape(self, other: TensorTrain) -> None:
        if self.shape != other.shape:
            raise ValueError(f"expected equal shapes, got {self.shape} and {other.shape}")


def tt_svd(tensor: Any, ranks: Ranks = None, rtol: float | None = None) -> TensorTrain:
    """Return a tensor train of a tensor (or an array).

    Cut off ``e_k`` at bond ``k`` (the root of the sum of squares of the dropped singular values),
    and the error is at most ``sqrt(sum(e_k ** 2))``. So with ``rtol`` each bond may drop
    ``rtol * norm / sqrt(d - 1)``.

    Args:
        tensor: of one dimension or more.
        ranks: upper bounds for the bonds, or one for all. By default, and without ``rtol``, the
            numerical ranks: the train is exact up to rounding.
        rtol: bound of the error relative to the norm of the tensor.

    Raises:
        ValueError: for no dimensions, the wrong number of ranks or ranks below 1, a negative
            ``rtol``.

    Source: Oseledets 2011, algorithm 1 and theorem 2.2.
    """
    rest = as_tensor(tensor)
    shape = tuple(rest.shape)
    cutting = _Cutting(len(shape), ranks, rtol, rest)
    cores, rank = [], 1
    for k, n in enumerate(shape[:-1]):
        left, rest = cutting.cut(rest.reshape(rank * n, math.prod(shape[k + 1 :])), k)
        cores.append(left.reshape(rank, n, -1))
        rank = left.shape[1]
    return TensorTrain([*cores, rest.reshape(rank, shape[-1], 1)])


class _Cutting:
    """How many singular values stay at each bond.

    ``whole`` is a tensor whose norm is that of the tensor train.
    """

    def __init__(self, dims: int, ranks: Ranks, rtol: float | None, whole: Tensor) -> None:
        if dims < 1:
            raise ValueError("expected a tensor of one dimension or more, got a number")
        self.bounds = given_ranks(ranks, dims - 1)
        if rtol is not None and rtol < 0:
            raise ValueError(f"rtol must not be negative, got {rtol}")
        self.allowed = None
        if rtol is not None:
            norm = float((whole.detach().abs() ** 2).sum()) ** 0.5
            self.allowed = rtol * norm / math.sqrt(max(dims - 1, 1))

    def cut(self, matrix: Tensor, bond: int) -> tuple[Tensor, Tensor]:
        """Return two factors of a matrix; the columns of the first are orthonormal."""
        u, s, vh = svd(matrix, full_matrices=False)
        kept = self._kept(s.detach().numpy(), max(matrix.shape), bond)
        return u[:, :kept], s[:kept, None] * vh[:kept]

    def _kept(self, s: Any, size: int, bond: int) -> int:
        if self.allowed is not None:
            dropped = np.sqrt(np.cumsum(np.square(s[::-1])))[::-1]  # if cut before this one
            kept = int((dropped > self.allowed).sum())
        elif self.bounds is None:
            kept = int((s > s[:1] * size * np.finfo(s.dtype).eps).sum())
        else:
            kept = len(s)
        bound = len(s) if self.bounds is None else self.bounds[bond]
        return max(1, min(kept, bound, len(s)))


def given_ranks(ranks: Ranks, bonds: int) -> tuple[int, ...] | None:
    """Return a rank for each bond.

    Raises:
        ValueError: for another number of them, or one below 1.
    """
    if ranks is None:
        return None
    found = (ranks,) * bonds if isinstance(ranks, int) else tuple(ranks)
    if len(found) != bonds:
        raise ValueError(f"expected {bonds} ranks, got {len(found)}: {found}")
    if any(rank < 1 for rank in found):
        raise ValueError(f"ranks must be positive, got {found}")
    return found


def _block_diagonal(a: Tensor, b: Tensor) -> Tensor:
    n = a.shape[1]
    upper = cat([a, a.new_zeros(a.shape[0], n, b.shape[2])], 2)
    lower = cat([b.new_zeros(b.shape[0], n, a.shape[2]), b], 2)
    return cat([upper, lower], 0)
