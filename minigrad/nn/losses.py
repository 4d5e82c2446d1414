"""Losses as modules. They take the settings of the function of the same name.

Weights are buffers: they move and are saved with the module.
"""

from __future__ import annotations

from typing import Any

from .. import ops
from .functional import reduction_of
from .lifting import Lifted

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "GaussianNLLLoss",
    "HingeEmbeddingLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "MSELoss",
    "MarginRankingLoss",
    "MultiLabelSoftMarginLoss",
    "NLLLoss",
    "PoissonNLLLoss",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "TripletMarginLoss",
]


class _Loss(Lifted):
    """A loss: called with the prediction and the target."""

    def __init__(
        self,
        *args: Any,
        size_average: bool | None = None,
        reduce: bool | None = None,
        reduction: str = "mean",
        **kwargs: Any,
    ) -> None:
        chosen = reduction_of(size_average, reduce, reduction)
        super().__init__(*args, reduction=chosen, **kwargs)

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


class HuberLoss(_Loss, function=ops.huber_loss, inputs=2, settings=("reduction", "delta")):
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


# --- likelihoods ----------------------------------------------------------------------------------


class KLDivLoss(_Loss, function=ops.kl_div, inputs=2):
    """Kullback and Leibler's divergence of the target from the model."""


class PoissonNLLLoss(_Loss, function=ops.poisson_nll_loss, inputs=2):
    """How unlikely counts are."""


class GaussianNLLLoss(_Loss, function=ops.gaussian_nll_loss, inputs=3):
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
