"""Losses that only ask for a margin: nothing is gained by being right beyond it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..neurons.activations import logsigmoid
from ..pointwise.comparison import where
from ..pointwise.elementwise import clamp, minimum
from ..pointwise.transcendental import exp, log1p
from ..reducing.distances import pairwise_distance
from ..reducing.reductions import mean, sum
from .losses import reduce

__all__ = [
    "cosine_embedding_loss",
    "hinge_embedding_loss",
    "margin_ranking_loss",
    "multilabel_soft_margin_loss",
    "soft_margin_loss",
    "triplet_margin_loss",
    "triplet_margin_with_distance_loss",
]


def hinge_embedding_loss(
    input: Any, target: Any, margin: float = 1.0, *, reduction: str = "mean"
) -> Any:
    """Return the mean of ``input`` where the target is 1 and ``max(0, margin - input)`` where -1.

    Shapes:
        input, target: any that broadcast.

    Args:
        input: distances.
        target: 1 for pairs that should be near, -1 for pairs that should be far.
        margin: how far is far enough.
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: for an unknown reduction.
    """
    far = where(target != 1, clamp(margin - input, 0), 0)
    return reduce(far + where(target != -1, input, 0), reduction)


def margin_ranking_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, *, reduction: str = "mean"
) -> Any:
    """Return the mean of ``max(0, margin - target * (input1 - input2))``.

    Shapes:
        input1, input2, target: any that broadcast, with equally many dimensions.

    Args:
        input1, input2: scores.
        target: 1 if ``input1`` should be higher, -1 if ``input2`` should.
        margin: by how much.
        reduction: "mean", "sum" or "none".

    Raises:
        RuntimeError: for different numbers of dimensions.
        ValueError: for an unknown reduction.
    """
    if not input1.ndim == input2.ndim == target.ndim:
        raise RuntimeError(
            "margin_ranking_loss: All input tensors should have same dimension but got sizes: "
            f"input1: {input1.shape}, input2: {input2.shape}, target: {target.shape}"
        )
    return reduce(clamp(margin - target * (input1 - input2), 0), reduction)


def cosine_embedding_loss(
    input1: Any, input2: Any, target: Any, margin: float = 0.0, *, reduction: str = "mean"
) -> Any:
    """Return the mean of ``1 - cos`` where the target is 1 and ``max(0, cos - margin)`` where -1.

    Shapes:
        input1, input2: (N, D) or (D,). target: (N,) or ().

    Args:
        input1, input2: vectors.
        target: 1 for pairs that should be alike, -1 for pairs that should not.
        margin: the cosine up to which vectors count as unlike.
        reduction: "mean", "sum" or "none".

    Raises:
        RuntimeError: for other numbers of dimensions.
        ValueError: for an unknown reduction.
    """
    if target.ndim > 1 or not input1.ndim == input2.ndim == target.ndim + 1:
        raise RuntimeError(
            f"{target.ndim}D target tensor expects {target.ndim + 1}D input tensors, but found "
            f"inputs with sizes {list(input1.shape)} and {list(input2.shape)}."
        )
    tiny = 1e-12  # the square of the least length
    lengths = (sum(input1 * input1, -1) + tiny) * (sum(input2 * input2, -1) + tiny)
    cosine = sum(input1 * input2, -1) / lengths.sqrt()
    alike = where(target == 1, 1 - cosine, 0)
    return reduce(alike + where(target == -1, clamp(cosine - margin, 0), 0), reduction)


def triplet_margin_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    *,
    reduction: str = "mean",
) -> Any:
    """Return the mean of ``max(0, d(anchor, positive) - d(anchor, negative) + margin)``.

    Shapes:
        anchor, positive, negative: (N, D) or (D,).

    Args:
        anchor, positive, negative: vectors.
        margin: how much farther the negative should be.
        p, eps: as in ``pairwise_distance``.
        swap: take d(positive, negative) if that is shorter.
        reduction: "mean", "sum" or "none".

    Raises:
        RuntimeError: for different numbers of dimensions.
        ValueError: for a margin that is not positive, or an unknown reduction.

    Source: Balntas et al., Learning shallow convolutional feature descriptors with triplet losses
    (2016).
    """

    def distance(x: Any, y: Any) -> Any:
        return pairwise_distance(x, y, p, eps)

    return triplet_margin_with_distance_loss(
        *(anchor, positive, negative),
        distance_function=distance,
        margin=margin,
        swap=swap,
        reduction=reduction,
    )


def triplet_margin_with_distance_loss(
    anchor: Any,
    positive: Any,
    negative: Any,
    *,
    distance_function: Callable[[Any, Any], Any] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Any:
    """Return the mean of ``max(0, d(anchor, positive) - d(anchor, negative) + margin)``.

    Args:
        anchor, positive, negative: what the distance takes, with equally many dimensions.
        distance_function: d, by default ``pairwise_distance``.
        margin, swap, reduction: as in ``triplet_margin_loss``.

    Raises:
        RuntimeError: for different numbers of dimensions.
        ValueError: for a margin that is not positive, or an unknown reduction.
    """
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    if margin <= 0:
        raise ValueError(f"margin must be greater than 0, got {margin}")
    if not anchor.ndim == positive.ndim == negative.ndim:
        raise RuntimeError(
            "The anchor, positive, and negative tensors are expected to have the same number of "
            f"dimensions, but got: anchor {anchor.ndim}D, positive {positive.ndim}D, and negative "
            f"{negative.ndim}D inputs"
        )
    distance = pairwise_distance if distance_function is None else distance_function
    far = distance(anchor, negative)
    if swap:
        far = minimum(far, distance(positive, negative))
    return reduce(clamp(margin + distance(anchor, positive) - far, 0), reduction)


def soft_margin_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Return the mean of ``log(1 + exp(-target * input))``, for targets 1 and -1.

    Raises:
        ValueError: for an unknown reduction.
    """
    return reduce(log1p(exp(-target * input)), reduction)


def multilabel_soft_margin_loss(
    input: Any, target: Any, weight: Any = None, *, reduction: str = "mean"
) -> Any:
    """Return the mean over classes and batch of the binary cross-entropies of logits.

    Shapes:
        input, target: (N, C) or (C,). weight: (C,).

    Raises:
        ValueError: for an unknown reduction.
    """
    losses = -(target * logsigmoid(input) + (1 - target) * logsigmoid(-input))
    if weight is not None:
        losses = losses * weight
    return reduce(mean(losses, -1), reduction)
