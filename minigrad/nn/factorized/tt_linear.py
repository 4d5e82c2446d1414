"""A linear layer whose matrix is a tensor train."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ...autograd.modes import no_grad
from ...creation import empty
from ...tensor import Tensor
from .. import init
from ..linear import Linear
from ..module import Module
from ..parameter import Parameter
from ..parameter_containers import ParameterList
from .tensor_train import Ranks, TensorTrain, given_ranks, tt_svd

__all__ = ["TTLinear"]


class TTLinear(Module):
    """``x @ W.T + bias`` with W, of shape (out, in), as a tensor train that is never expanded.

    The layouts differ in which dimensions of W, seen as a tensor of shape
    ``(*out_shape, *in_shape)``, belong to a core:

    - "separate": each has its own, those of the output first. The middle rank is the rank of W.
    - "paired": the k-th of the output and the k-th of the input share one (Novikov et al. 2015),
      so W may have full rank.

    Shapes:
        input: (..., in), giving (..., out), where in = prod(in_shape) and out = prod(out_shape).
        cores: (r, n, r') if separate, (r, m, n, r') if paired.
        bias: (out).

    Args:
        in_shape, out_shape: factors of the numbers of inputs and outputs.
        ranks: between neighbouring cores, or one number for all.
        bias: whether there is one.
        layout: "separate" or "paired".
        device, dtype: of the parameters.

    Raises:
        ValueError: for ranks or shapes that do not fit the layout.

    Source: A. Novikov, D. Podoprikhin, A. Osokin, D. Vetrov, Tensorizing neural networks, 2015.
    """

    def __init__(
        self,
        in_shape: Sequence[int],
        out_shape: Sequence[int],
        ranks: int | Sequence[int],
        bias: bool = True,
        layout: str = "separate",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        self.in_shape, self.out_shape = tuple(in_shape), tuple(out_shape)
        self.in_features = math.prod(self.in_shape)
        self.out_features = math.prod(self.out_shape)
        self.layout = layout
        dims = _dims(self.in_shape, self.out_shape, layout)
        self.ranks = given_ranks(ranks, len(dims) - 1) or ()
        bonds = (1, *self.ranks, 1)
        shapes = [(r, *sizes, after) for r, sizes, after in zip(bonds, dims, bonds[1:])]
        self.cores = ParameterList(
            [Parameter(empty(*shape, device=device, dtype=dtype)) for shape in shapes]
        )
        if bias:
            self.bias = Parameter(empty(self.out_features, device=device, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw cores so that the output varies as that of ``Linear``: by |x|^2 / (3 in).

        An element of W is the sum of prod(ranks) products of one normal number from each of the d
        cores, all of variance v: its own variance is prod(ranks) * v^d, which is to be 1 / (3 in).
        Different elements differ in a factor, so they are uncorrelated, and
        Var(y) = sum_i x_i^2 Var(W_i) = |x|^2 / (3 in).
        """
        wanted = 1 / (3 * self.in_features * math.prod(self.ranks))
        for core in self.cores:
            init.normal_(core, 0.0, wanted ** (0.5 / len(self.cores)))
        if self.bias is not None:
            bound = 1 / math.sqrt(self.in_features)
            init.uniform_(self.bias, -bound, bound)

    @classmethod
    def from_linear(
        cls,
        linear: Linear,
        in_shape: Sequence[int],
        out_shape: Sequence[int],
        ranks: Ranks = None,
        rtol: float | None = None,
        layout: str = "separate",
    ) -> TTLinear:
        """Return a layer that does what a ``Linear`` does, exactly or nearly.

        Args:
            linear: the layer; its bias is copied.
            in_shape, out_shape, layout: as for the class.
            ranks: upper bounds. rtol: bound of the relative error of the weight. As for
                ``tt_svd``.

        Raises:
            ValueError: if the shapes do not multiply to the layer's sizes.
        """
        ins, outs = tuple(in_shape), tuple(out_shape)
        if (math.prod(outs), math.prod(ins)) != tuple(linear.weight.shape):
            raise ValueError(
                f"a weight of shape {tuple(linear.weight.shape)} does not fit in_shape {ins} and "
                f"out_shape {outs}"
            )
        dims = _dims(ins, outs, layout)
        with no_grad():
            weight = linear.weight.detach().reshape(*outs, *ins)
            if layout == "paired":
                order = [axis for k in range(len(ins)) for axis in (k, len(outs) + k)]
                weight = weight.permute(*order).reshape([math.prod(sizes) for sizes in dims])
            train = tt_svd(weight, ranks, rtol)
            layer = cls(
                ins,
                outs,
                train.ranks,
                linear.bias is not None,
                layout,
                weight.device,
                weight.dtype,
            )
            for core, found in zip(layer.cores, train.cores):
                core.copy_(found.reshape(core.shape))
            if linear.bias is not None:
                layer.bias.copy_(linear.bias)
        return layer

    def forward(self, input: Tensor) -> Tensor:
        """Return the product with the weights, core by core, plus the bias."""
        rows = input.reshape(-1, self.in_features)
        found = self._paired(rows) if self.layout == "paired" else self._separate(rows)
        result = found.reshape(*input.shape[:-1], self.out_features)
        return result if self.bias is None else result + self.bias

    def _separate(self, rows: Tensor) -> Tensor:
        """Take in the inputs, last dimension first; then unfold the outputs, last one first."""
        count, outs = rows.shape[0], len(self.out_shape)
        state = rows
        for core in reversed(list(self.cores)[outs:]):  # (count * those before, n * r')
            rank = core.shape[0]
            state = state.reshape(-1, core.shape[1] * core.shape[2]) @ core.reshape(rank, -1).T
        state = state.reshape(count, self.ranks[outs - 1]).T
        for core in reversed(list(self.cores)[:outs]):  # (r', those behind * count)
            rank = core.shape[2]
            state = core.reshape(-1, rank) @ state.reshape(rank, -1)
        return state.reshape(self.out_features, count).T

    def _paired(self, rows: Tensor) -> Tensor:
        """Exchange one dimension of the input after the other for one of the output.

        The state is (r, inputs to come, count, outputs so far).
        """
        state = rows.T
        for core in self.cores:
            rank, outs, ins, after = core.shape
            matrix = core.permute(3, 1, 0, 2).reshape(after * outs, rank * ins)
            state = (matrix @ state.reshape(rank * ins, -1)).reshape(after, outs, -1)
            state = state.transpose(1, 2)
        return state.reshape(rows.shape[0], self.out_features)

    def full_weight(self) -> Tensor:
        """Return the matrix W, written out."""
        cores = [core.reshape(core.shape[0], -1, core.shape[-1]) for core in self.cores]
        full = TensorTrain(cores).full()
        if self.layout == "paired":
            count = len(self.in_shape)
            both = [n for pair in zip(self.out_shape, self.in_shape) for n in pair]
            full = full.reshape(both).permute(*range(0, 2 * count, 2), *range(1, 2 * count, 2))
        return full.reshape(self.out_features, self.in_features)

    def extra_repr(self) -> str:
        """Return the shapes and ranks."""
        return (
            f"in_shape={self.in_shape}, out_shape={self.out_shape}, ranks={self.ranks}, "
            f"bias={self.bias is not None}, layout={self.layout!r}"
        )


def _dims(ins: Sequence[int], outs: Sequence[int], layout: str) -> list[tuple[int, ...]]:
    """Return the dimensions of each core, beside its ranks."""
    if not ins or not outs:
        raise ValueError(f"expected a factor or more each, got in_shape {ins}, out_shape {outs}")
    if layout == "separate":
        return [(n,) for n in (*outs, *ins)]
    if layout != "paired":
        raise ValueError(f"layout must be 'separate' or 'paired', got {layout!r}")
    if len(ins) != len(outs):
        raise ValueError(
            f"paired cores need as many input as output dimensions, got {tuple(ins)} and "
            f"{tuple(outs)}"
        )
    return list(zip(outs, ins))
