"""Losses as modules. They take the settings of the function of the same name.

Weights are buffers: they move and are saved with the module.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from .. import ops
from .distances import PairwiseDistance
from .lifting import Lifted
from .old_reduction import modern, with_old_arguments

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CTCLoss",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "GaussianNLLLoss",
    "HingeEmbeddingLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "MSELoss",
    "MarginRankingLoss",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "NLLLoss",
    "PoissonNLLLoss",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "TripletMarginLoss",
    "TripletMarginWithDistanceLoss",
]


class _Loss(Lifted):
    """A loss: called with the prediction and the target."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._old_signature = with_old_arguments(cls._signature.parameters.values())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(**modern(self._old_signature, args, kwargs))

    _old_signature: inspect.Signature

    def extra_repr(self) -> str:
        """Return nothing, as PyTorch."""
        return ""


# --- regression -----------------------------------------------------------------------------------


class MSELoss(_Loss, function=ops.mse_loss, inputs=2):
    """The mean of ``(input - target) ** 2``."""


class L1Loss(_Loss, function=ops.l1_loss, inputs=2):
    """The mean of ``|input - target|``."""


class SmoothL1Loss(_Loss, function=ops.smooth_l1_loss, inputs=2):
    """The mean of ``|input - target|``, rounded off where it is below ``beta``."""


class HuberLoss(
    Lifted, function=ops.huber_loss, inputs=2, settings=("reduction", "delta"), shown=()
):
    """The mean of Huber's function of ``input - target``."""


# --- classification -------------------------------------------------------------------------------


class CrossEntropyLoss(_Loss, function=ops.cross_entropy, inputs=2):
    """The mean of ``-log_softmax(input)[target]``."""


class NLLLoss(_Loss, function=ops.nll_loss, inputs=2):
    """The mean of ``-input[target]``, the input being log-probabilities."""


class BCELoss(_Loss, function=ops.binary_cross_entropy, inputs=2):
    """The mean of ``-target log(input) - (1 - target) log(1 - input)``."""


class BCEWithLogitsLoss(_Loss, function=ops.binary_cross_entropy_with_logits, inputs=2):
    """The binary cross-entropy of ``sigmoid(input)``, without overflow."""


class MultiLabelSoftMarginLoss(_Loss, function=ops.multilabel_soft_margin_loss, inputs=2):
    """The mean over classes and batch of the binary cross-entropies of logits."""


class CTCLoss(Lifted, function=ops.ctc_loss, inputs=4, shown=()):
    """How unlikely sequences of labels are, whose places in time nobody knows.

    Source: Graves et al., Connectionist temporal classification (2006).
    """


# --- likelihoods ----------------------------------------------------------------------------------


class KLDivLoss(_Loss, function=ops.kl_div, inputs=2):
    """Kullback and Leibler's divergence of the target from the model."""


class PoissonNLLLoss(_Loss, function=ops.poisson_nll_loss, inputs=2):
    """How unlikely counts are."""


class GaussianNLLLoss(Lifted, function=ops.gaussian_nll_loss, inputs=3, shown=()):
    """How unlikely values are, given their expectations and variances."""


# --- margins --------------------------------------------------------------------------------------


class HingeEmbeddingLoss(_Loss, function=ops.hinge_embedding_loss, inputs=2):
    """Distances for pairs that should be near, what lacks to ``margin`` for those far."""


class MarginRankingLoss(_Loss, function=ops.margin_ranking_loss, inputs=3):
    """The mean of ``max(0, margin - target * (input1 - input2))``."""


class CosineEmbeddingLoss(_Loss, function=ops.cosine_embedding_loss, inputs=3):
    """``1 - cos`` for vectors that should be alike, ``max(0, cos - margin)`` for others."""


class TripletMarginLoss(_Loss, function=ops.triplet_margin_loss, inputs=3):
    """The mean of ``max(0, d(anchor, positive) - d(anchor, negative) + margin)``."""


class SoftMarginLoss(_Loss, function=ops.soft_margin_loss, inputs=2):
    """The mean of ``log(1 + exp(-target * input))``, for targets 1 and -1."""


class MultiMarginLoss(_Loss, function=ops.multi_margin_loss, inputs=2):
    """By how much the scores of wrong classes come near that of the target, or exceed it.

    Raises:
        ValueError: for ``p`` other than 1 and 2, or a weight that is no vector.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.p not in (1, 2):
            raise ValueError(f"only p == 1 and p == 2 supported, got {self.p}")
        if self.weight is not None and self.weight.ndim != 1:
            raise ValueError(f"weight must be None or have 1 dimension, got {self.weight.shape}")


class MultiLabelMarginLoss(_Loss, function=ops.multilabel_margin_loss, inputs=2):
    """The same where a sample belongs to several classes: those before the first -1."""


class TripletMarginWithDistanceLoss(
    Lifted, function=ops.triplet_margin_with_distance_loss, inputs=3
):
    """``TripletMarginLoss`` with a distance of one's own.

    Args:
        distance_function: a function, or module, of two tensors; ``PairwiseDistance`` by default.
        margin: by how much the negative should be farther.
        swap: take the nearer one of anchor and positive as the anchor of the negative.
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: if the margin is not positive.
    """

    def __init__(
        self,
        *,
        distance_function: Callable[[Any, Any], Any] | None = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(margin=margin, swap=swap, reduction=reduction)
        if margin <= 0:
            raise ValueError(f"expected margin to be greater than 0, got {margin} instead")
        del self.distance_function  # it may be a child
        self.distance_function = distance_function or PairwiseDistance()

    def extra_repr(self) -> str:
        """Return nothing, as PyTorch."""
        return ""
