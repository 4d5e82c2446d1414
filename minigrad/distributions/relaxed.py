"""Relaxed choices: nearly one of several outcomes, so that gradients flow through draws.

Sources: C. J. Maddison, A. Mnih, Y. W. Teh, The concrete distribution, 2017; E. Jang, S. Gu,
B. Poole, Categorical reparameterization with Gumbel-softmax, 2017.
"""

from __future__ import annotations

import math
from typing import Any

from .. import random
from ..ops import log, logsumexp
from ..tensor import Tensor
from . import constraints
from .bernoulli import Bernoulli
from .categorical import Categorical
from .distribution import Distribution
from .parameters import broadcast_all, clamp_probs
from .transformed import TransformedDistribution
from .transforms import ExpTransform, SigmoidTransform

__all__ = ["RelaxedBernoulli", "RelaxedOneHotCategorical"]


class _LogitRelaxedBernoulli(Distribution):
    """The log-odds of relaxed choices between two outcomes."""

    support = constraints.real  # type: ignore[assignment]
    has_rsample = True

    def __init__(self, temperature: Any, choice: Bernoulli, validate_args: bool | None) -> None:
        self.temperature = temperature
        self.choice = choice
        super().__init__(choice.batch_shape, validate_args=validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        choice = self.choice.expand(batch_shape)
        return _LogitRelaxedBernoulli(self.temperature, choice, self._validate_args)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        shape = self._extended_shape(sample_shape)
        probs = clamp_probs(self.choice.probs.expand(shape))
        u = clamp_probs(random.rand(shape, dtype=probs.dtype, device=probs.device))
        odds = u.log() - (-u).log1p() + probs.log() - (-probs).log1p()
        return odds / self.temperature

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        logits, value = broadcast_all(self.choice.logits, value)
        away = logits - value * self.temperature
        return log(self.temperature) + away - 2 * away.exp().log1p()


class RelaxedBernoulli(TransformedDistribution):
    """Numbers in (0, 1), near one of both ends for low temperatures.

    Args:
        temperature: above zero, a tensor.
        probs, logits: of one, as for ``Bernoulli``.
    """

    support = constraints.unit_interval  # type: ignore[assignment]

    def __init__(
        self,
        temperature: Any,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        (temperature,) = broadcast_all(temperature)
        choice = Bernoulli(probs, logits, validate_args=validate_args)
        base = _LogitRelaxedBernoulli(temperature, choice, validate_args)
        super().__init__(base, SigmoidTransform(), validate_args)

    temperature = property(lambda self: self.base_dist.temperature)
    probs = property(lambda self: self.base_dist.choice.probs)
    logits = property(lambda self: self.base_dist.choice.logits)


class _ExpRelaxedCategorical(Distribution):
    """The logarithms of relaxed choices between several outcomes."""

    support = constraints.real_vector  # type: ignore[assignment]
    has_rsample = True

    def __init__(self, temperature: Any, choice: Categorical, validate_args: bool | None) -> None:
        self.temperature = temperature
        self.choice = choice
        shape = choice.param_shape
        super().__init__(shape[:-1], shape[-1:], validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        choice = self.choice.expand(batch_shape)
        return _ExpRelaxedCategorical(self.temperature, choice, self._validate_args)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        logits = self.choice.logits
        shape = self._extended_shape(sample_shape)
        u = clamp_probs(random.rand(shape, dtype=logits.dtype, device=logits.device))
        scores = (logits + -((-(u.log())).log())) / self.temperature
        return scores - logsumexp(scores, -1, keepdim=True)

    def log_prob(self, value: Tensor) -> Tensor:
        self._validate_sample(value)
        count = self.choice._num_events
        logits, value = broadcast_all(self.choice.logits, value)
        scale = (count - 1) * log(self.temperature) + math.lgamma(count)
        score = logits - value * self.temperature
        return (score - logsumexp(score, -1, keepdim=True)).sum(-1) + scale


class RelaxedOneHotCategorical(TransformedDistribution):
    """Rows of K probabilities, near a corner for low temperatures.

    Args:
        temperature: above zero, a tensor.
        probs, logits: (..., K), as for ``Categorical``.
    """

    support = constraints.simplex  # type: ignore[assignment]

    def __init__(
        self,
        temperature: Any,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        (temperature,) = broadcast_all(temperature)
        choice = Categorical(probs, logits, validate_args=validate_args)
        base = _ExpRelaxedCategorical(temperature, choice, validate_args)
        super().__init__(base, ExpTransform(), validate_args)

    temperature = property(lambda self: self.base_dist.temperature)
    probs = property(lambda self: self.base_dist.choice.probs)
    logits = property(lambda self: self.base_dist.choice.logits)
