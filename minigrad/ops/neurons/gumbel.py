"""Drawing one of several classes, such that gradients still flow."""

from __future__ import annotations

import warnings
from typing import Any

from ..indices.scatter import scatter
from ..reducing.extrema import argmax
from .softmax import softmax

__all__ = ["gumbel_softmax"]

_EPS = 1e-10


def gumbel_softmax(
    logits: Any, tau: float = 1.0, hard: bool = False, eps: float = _EPS, dim: int = -1
) -> Any:
    """Return a random choice of classes, softened: ``softmax((logits + noise) / tau)``.

    The noise is of Gumbel's distribution, so that the largest element belongs to a class drawn
    with the probabilities ``softmax(logits)``.

    Args:
        logits: unnormalised log-probabilities.
        tau: temperature; the lower, the nearer to a choice of one class.
        hard: return exactly one 1, with the gradient of the soft choice.
        eps: has no effect any more.
        dim: the dimension of the classes.

    Raises:
        RuntimeError: for integers.
        IndexError: for a dimension out of range.

    Source: E. Jang, S. Gu, B. Poole, Categorical reparameterization with Gumbel-softmax, 2017.
    """
    if eps != _EPS:
        warnings.warn("`eps` parameter is deprecated and has no effect.", stacklevel=2)
    noise = -logits.new_empty(logits.shape).exponential_().log()
    soft = softmax((logits + noise) / tau, dim)
    if not hard:
        return soft
    chosen = argmax(soft, dim, keepdim=True)
    return scatter(soft.new_zeros(soft.shape), dim, chosen, 1.0) - soft.detach() + soft
