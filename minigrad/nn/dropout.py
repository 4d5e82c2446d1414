"""Dropout as modules: active in training only."""

from __future__ import annotations

from typing import Any

from . import functional as F
from .lifting import Lifted


class Dropout(Lifted, function=F.dropout, settings=("p", "inplace")):
    """Elements set to 0 with probability ``p`` while training, the others scaled by 1 / (1 - p).

    Raises:
        ValueError: if ``p`` is no probability.
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__(p, inplace)
        if not 0 <= p <= 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")

    def forward(self, input: Any) -> Any:
        """Return the input, thinned out in training."""
        return self._function(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        """Return the settings."""
        return f"p={self.p}, inplace={self.inplace}"


class Dropout1d(Dropout, function=F.dropout1d, settings=("p", "inplace")):
    """Whole channels of (N, C, L) or (C, L) set to 0: see ``Dropout``."""


class Dropout2d(Dropout, function=F.dropout2d, settings=("p", "inplace")):
    """Whole channels of (N, C, H, W) set to 0: see ``Dropout``."""


class Dropout3d(Dropout, function=F.dropout3d, settings=("p", "inplace")):
    """Whole channels of (N, C, D, H, W) or (C, D, H, W) set to 0: see ``Dropout``."""


class AlphaDropout(Dropout, function=F.alpha_dropout, settings=("p", "inplace")):
    """Elements set to where ``SELU`` saturates, the others moved so that mean and variance stay.

    ``inplace`` has no effect, as in PyTorch.

    Source: Klambauer et al., Self-normalizing neural networks (2017).
    """

    def forward(self, input: Any) -> Any:
        """Return the input, thinned out in training."""
        return self._function(input, self.p, self.training)


class FeatureAlphaDropout(
    AlphaDropout, function=F.feature_alpha_dropout, settings=("p", "inplace")
):
    """Whole channels of (N, C, ...) set to where ``SELU`` saturates: see ``AlphaDropout``."""
