"""Losses of classifiers: those of all examples as one batch, then each example's own mean."""

from __future__ import annotations

import math
from typing import Any

from ...creation import ones
from ...ops.criteria.cross_entropy import cross_entropy, nll_loss
from ...ops.criteria.losses import reduce
from ...ops.reducing.reductions import sum
from ..batching import folded, function_rule, one_by_one, unfolded
from ..levels import Level, batched, expose, level_of


@function_rule(cross_entropy)
def cross_entropies(
    level: Level,
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """The losses of all examples at once."""
    options = {"ignore_index": ignore_index, "label_smoothing": label_smoothing}
    if level_of(weight) is not None:
        return one_by_one(
            level, cross_entropy, (input, target, weight), {**options, "reduction": reduction}
        )
    losses = _each(level, cross_entropy, input, target, weight, options)
    if input.shape == target.shape:  # probabilities: a mean over all but the classes
        if reduction == "mean":
            count = math.prod(input.shape) // input.shape[0 if input.ndim == 1 else 1]
            return sum(losses) / count
        return reduce(losses, reduction)
    return _reduced(level, losses, input, target, weight, ignore_index, reduction)


@function_rule(nll_loss)
def nll_losses(
    level: Level,
    input: Any,
    target: Any,
    weight: Any = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Any:
    """The losses of all examples at once."""
    options = {"ignore_index": ignore_index}
    if level_of(weight) is not None or not input.ndim:
        return one_by_one(
            level, nll_loss, (input, target, weight), {**options, "reduction": reduction}
        )
    losses = _each(level, nll_loss, input, target, weight, options)
    return _reduced(level, losses, input, target, weight, ignore_index, reduction)


def _each(
    level: Level, function: Any, input: Any, target: Any, weight: Any, options: dict[str, Any]
) -> Any:
    """Return the loss of every target of every example, the batches of all examples made one."""
    x, y = expose(input, level), expose(target, level)
    if input.ndim == 1:  # one target for each example: they are a batch
        return batched(function(x, y, weight, reduction="none", **options), level)
    if not target.ndim or input.shape[0] != target.shape[0]:
        raise ValueError(
            f"Expected input batch_size ({input.shape[0]}) to match target batch_size "
            f"({target.shape[0] if target.ndim else 0})."
        )
    losses = function(folded(x), folded(y), weight, reduction="none", **options)
    return batched(unfolded(losses, level.size), level)


def _reduced(
    level: Level,
    losses: Any,
    input: Any,
    target: Any,
    weight: Any,
    ignore_index: int,
    reduction: str,
) -> Any:
    """Return each example's mean, by the weights of the classes that its targets have."""
    if reduction != "mean":
        return reduce(losses, reduction)
    unit = -ones(input.shape, dtype=input.dtype)
    share = _each(level, nll_loss, unit, target, weight, {"ignore_index": ignore_index})
    return sum(losses) / sum(share)
