"""A softmax over very many classes, cheap where most targets are frequent classes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from ..creation import zeros_like
from ..ops import argmax, cat, gather, where
from . import functional as F
from .containers import ModuleList, Sequential
from .linear import Linear
from .module import Module

__all__ = ["AdaptiveLogSoftmaxWithLoss"]


class _Result(NamedTuple):
    """The log-probabilities of the targets, and the mean of their negatives."""

    output: Any
    loss: Any


class AdaptiveLogSoftmaxWithLoss(Module):
    """Log-probabilities of classes that are sorted by frequency, and the loss.

    The frequent classes are in the head. The others are in clusters: the head has a class for each
    cluster, whose own classes are told apart in ever fewer dimensions, for those samples only whose
    target is among them.

    Shapes:
        input: (N, in_features) or (in_features,). target: (N,) or ().

    Args:
        in_features: size of the inputs.
        n_classes: the number of classes.
        cutoffs: the classes that the clusters begin with, ascending.
        div_value: by how much each cluster's dimensions are fewer than those of the one before.
        head_bias: whether the head has a bias.
        device, dtype: of the parameters.

    Raises:
        ValueError: for cutoffs that do not ascend or are out of range.
        RuntimeError: when called with shapes that do not fit, or targets out of range.

    Source: Grave et al., Efficient softmax approximation for GPUs (2017).
    """

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        cuts = list(cutoffs)
        if not cuts:
            raise ValueError("cutoffs should be a sequence of length larger than 0")
        ascending = all(low < high for low, high in pairwise([0, *cuts, n_classes]))
        if not ascending or any(int(cut) != cut for cut in cuts):
            raise ValueError(
                "cutoffs should be a sequence of unique, positive integers sorted in an increasing "
                f"order, where each value is between 1 and n_classes-1, got {cuts}"
            )
        self.in_features = in_features
        self.n_classes = n_classes
        self.cutoffs = [*cuts, n_classes]
        self.div_value = div_value
        self.head_bias = head_bias
        self.shortlist_size = cuts[0]
        self.n_clusters = len(cuts)
        self.head_size = self.shortlist_size + self.n_clusters
        options = {"device": device, "dtype": dtype}
        self.head = Linear(in_features, self.head_size, head_bias, **options)
        self.tail = ModuleList()
        for i, (first, after) in enumerate(pairwise(self.cutoffs)):
            hidden = int(in_features // div_value ** (i + 1))
            self.tail.append(
                Sequential(
                    Linear(in_features, hidden, False, **options),
                    Linear(hidden, after - first, False, **options),
                )
            )

    def reset_parameters(self) -> None:
        """Draw all weights anew."""
        for layer in (self.head, *(layer for part in self.tail for layer in part)):
            layer.reset_parameters()

    def forward(self, input: Any, target: Any) -> Any:
        """Return the log-probabilities of the targets, and the mean of their negatives."""
        _check(input, target)
        if target.ndim == 0:
            output, loss = self.forward(input.unsqueeze(0), target.unsqueeze(0))
            return _Result(output.squeeze(0), loss)
        if ((target < 0) | (target >= self.n_classes)).any():
            raise RuntimeError(
                f"Target values should be in [0, {self.n_classes - 1}], but values in range "
                f"[{target.min().item()}, {target.max().item()}] were found."
            )
        column = target  # of the head: the class itself, or the one of its cluster
        within = zeros_like(input[:, 0])
        for i, (first, after) in enumerate(pairwise(self.cutoffs)):
            chosen = (target >= first) & (target < after)
            column = where(chosen, self.shortlist_size + i, column)
            rows = chosen.nonzero().squeeze(1)
            if rows.numel():
                scores = F.log_softmax(self.tail[i](input[rows]), 1)
                places = (target[rows] - first).unsqueeze(1)
                within = within.index_copy(0, rows, gather(scores, 1, places).squeeze(1))
        head = F.log_softmax(self.head(input), 1)
        output = within + gather(head, 1, column.unsqueeze(1)).squeeze(1)
        return _Result(output, (-output).mean())

    def log_prob(self, input: Any) -> Any:
        """Return the log-probabilities (N, n_classes) of all classes."""
        head = F.log_softmax(self.head(input), 1)
        parts = [head[:, : self.shortlist_size]]
        for i, part in enumerate(self.tail):
            cluster = head[:, self.shortlist_size + i].unsqueeze(1)
            parts.append(F.log_softmax(part(input), 1) + cluster)
        return cat(parts, 1)

    def predict(self, input: Any) -> Any:
        """Return the most likely class (N,) of each sample.

        A class of the head that is more likely than all other columns of the head needs no
        cluster, since a cluster is at least as likely as each class in it.
        """
        found = argmax(self.head(input), 1)
        rows = (found >= self.shortlist_size).nonzero().squeeze(1)
        if not rows.numel():
            return found
        return found.index_copy(0, rows, argmax(self.log_prob(input[rows]), 1))


def _check(input: Any, target: Any) -> None:
    if target.ndim > 1:
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    if target.ndim == 1 and input.shape[0] != target.shape[0]:
        raise RuntimeError(
            "Input and target should have the same size in the batch dimension, got "
            f"{input.shape} and {target.shape}"
        )
    if input.ndim != target.ndim + 1:
        raise RuntimeError(
            f"{target.ndim}D target tensor expects {target.ndim + 1}D input tensors, but found "
            f"inputs with size {input.shape}"
        )
