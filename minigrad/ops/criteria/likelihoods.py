"""Losses between distributions, and likelihoods of numbers: compositions of other operations."""

from __future__ import annotations

import math
import warnings
from typing import Any

from ...autograd.stand_in import open_to_transforms
from ..pointwise.comparison import where
from ..pointwise.transcendental import exp, log, xlogy
from ..reducing.distances import at_least
from ..reducing.reductions import sum
from .losses import reduce

__all__ = ["gaussian_nll_loss", "kl_div", "poisson_nll_loss"]


def kl_div(input: Any, target: Any, *, reduction: str = "mean", log_target: bool = False) -> Any:
    """Return the mean of ``target * (log(target) - input)``: Kullback and Leibler's divergence.

    Shapes:
        input, target: any that broadcast.

    Args:
        input: log-probabilities of the model.
        target: probabilities of the truth.
        reduction: "batchmean", which divides the sum by the size of the batch and is the one of the
            books; "mean", "sum" or "none".
        log_target: the target holds log-probabilities too.

    Derivative: ``-target`` by the input.

    Raises:
        RuntimeError: for integers.
        ValueError: for an unknown reduction.

    Source: Kullback and Leibler, On information and sufficiency (1951).
    """
    if input.dtype.kind != "f" or target.dtype.kind != "f":
        raise RuntimeError("kl_div: Integral inputs not supported.")
    if reduction == "mean":
        warnings.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size."
            "'batchmean' divides only by the batch size, and aligns with the KL math definition.",
            stacklevel=2,
        )
    if log_target:
        losses = exp(target) * (target - input)
    else:
        losses = xlogy(target, target) - target * input
    if reduction == "batchmean":
        return sum(losses) / (input.shape[0] if input.ndim else 1)
    return reduce(losses, reduction)


def poisson_nll_loss(
    input: Any,
    target: Any,
    log_input: bool = True,
    full: bool = False,
    *,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Any:
    """Return the mean of ``input - target * log(input)``: how unlikely counts are.

    Shapes:
        input, target: any that broadcast.

    Args:
        input: the logarithm of the expected counts.
        target: the counts.
        log_input: False if the input is the expected counts themselves.
        full: add Stirling's approximation of ``log(target!)``, for counts above 1.
        eps: keeps the logarithm finite without ``log_input``.
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: for an unknown reduction.
    """
    if log_input:
        losses = exp(input) - target * input
    else:
        losses = input - target * log(input + eps)
    if full:
        stirling = target * log(target) - target + 0.5 * log(2 * math.pi * target)
        losses = losses + where(target <= 1, 0, stirling)
    return reduce(losses, reduction)


@open_to_transforms
def gaussian_nll_loss(
    input: Any,
    target: Any,
    var: Any,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Any:
    """Return the mean of ``(log(var) + (input - target) ** 2 / var) / 2``.

    Shapes:
        input, target: any that broadcast. var: that of the input, or with one dimension of 1, or
        without the last one, for variances that are shared.

    Args:
        input: expected values.
        target: values.
        var: variances, or one number.
        full: add the constant ``log(2 pi) / 2``.
        eps: the least variance; it does not change the gradient.
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: for a negative variance, one of another shape, or an unknown reduction.

    Source: Nix and Weigend, Estimating the mean and variance of the target probability
    distribution (1994).
    """
    if isinstance(var, int | float):
        if var < 0:
            raise ValueError("var has negative entry/entries")
        var = input.new_full(input.shape, var)
    elif (var < 0).any():
        raise ValueError("var has negative entry/entries")
    if var.shape == input.shape[:-1] and input.ndim:
        var = var.reshape((*var.shape, 1))
    elif not _shares_one_dim(var.shape, input.shape):
        raise ValueError(f"var is of incorrect size: {var.shape} for an input of {input.shape}")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not valid")
    var = at_least(var, least=eps)
    losses = 0.5 * (log(var) + (input - target) ** 2 / var)
    return reduce(losses + 0.5 * math.log(2 * math.pi) if full else losses, reduction)


def _shares_one_dim(shape: tuple[int, ...], whole: tuple[int, ...]) -> bool:
    """Return whether a shape is another one, but for a dimension of size 1."""
    sizes = [m for m, n in zip(shape, whole) if m != n]
    return len(shape) == len(whole) and sizes in ([], [1])
