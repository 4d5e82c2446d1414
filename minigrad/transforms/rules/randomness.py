"""Random numbers: those for all examples at once where that is easy."""

from __future__ import annotations

from typing import Any

from ...creation import ones
from ...ops.indices.filling import (
    bernoulli_,
    cauchy_,
    exponential_,
    geometric_,
    log_normal_,
    normal_,
    random_,
    uniform_,
)
from ...ops.neurons.dropout import dropout
from ..batching import one_by_one_different, one_by_one_same, random_rule
from ..levels import Level, expose, hide, level_of
from ..trees import leaves_of


@random_rule(dropout)
def dropout_of_examples(
    level: Level, function: Any, x: Any, p: float = 0.5, training: bool = True
) -> Any:
    """One mask for all, or all masks at once."""
    if not training or p == 0:
        return function(x, p, training)
    if level.randomness == "different":
        return hide(function(expose(x, level), p, training), level)
    return x * function(ones(x.shape, dtype=x.dtype, device=x.device), p, training)


@random_rule(
    bernoulli_,
    cauchy_,
    exponential_,
    geometric_,
    log_normal_,
    normal_,
    random_,
    uniform_,
)
def filled(level: Level, function: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
    """Fill each example, where it lies."""
    if level_of(self) is not level:
        if level.randomness == "different":
            raise RuntimeError(
                "vmap: Cannot ask for different inplace randomness on an unbatched tensor. This "
                "will appear like same randomness."
            )
        return function(self, *args, **kwargs)
    if level.randomness == "different":
        one_by_one_different(level, function, (self, *args), kwargs)
        return self
    if any(level_of(leaf) is level for leaf in leaves_of((args, kwargs))):
        one_by_one_same(level, function, (self, *args), kwargs)
        return self
    first = function(ones(self.shape, dtype=self.dtype, device=self.device), *args, **kwargs)
    return self.copy_(first)
