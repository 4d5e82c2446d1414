"""Random tensors whose distribution tensors give: a probability, a mean, a row of weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..autograd.stand_in import random_function
from ..backend.arrays import to_host
from ..backend.device import device_of, place
from ..backend.random import Generator, default_generator
from .arguments import check_tensors
from .indices.filling import bernoulli_
from .pointwise.rounding import zero
from .shaping.shapes import contiguous

__all__ = ["bernoulli", "binomial", "multinomial", "poisson"]


@random_function
def bernoulli(input: Any, p: float | None = None, *, generator: Generator | None = None) -> Any:
    """Return ones with the probabilities in ``input`` (or ``p`` for all), else zeros.

    Raises:
        NotImplementedError: for probabilities that are integers.
        RuntimeError: if a probability is outside of [0, 1].
    """
    # As in PyTorch, drawn row by row, however the probabilities are laid out in memory.
    target = contiguous(zero(input))
    return bernoulli_(target, input if p is None else p, generator=generator)


@random_function
def poisson(input: Any, generator: Generator | None = None) -> Any:
    """Return numbers of Poisson's distribution with the means in ``input``.

    Raises:
        NotImplementedError: for integers.
        RuntimeError: for a negative mean.
        TypeError: if ``input`` is no tensor.
    """
    check_tensors("poisson", input=input)
    means = to_host(input._array)
    if means.dtype.kind != "f":
        raise NotImplementedError(f'"poisson" not implemented for {means.dtype}')
    if not (means >= 0).all():
        raise RuntimeError("invalid Poisson rate, expected rate to be non-negative")
    draws = generator or default_generator
    array = draws.poisson(means).astype(means.dtype)
    return input._result_class._wrap(place(array, device_of(input._array)))


@random_function
def binomial(count: Any, prob: Any, generator: Generator | None = None) -> Any:
    """Return how many of ``count`` trials succeed, each with the chance ``prob``.

    Shapes: the two broadcast.

    Raises:
        RuntimeError: for different dtypes.
        TypeError: if one is no tensor.
        ValueError: for integers.
    """
    check_tensors("binomial", count=count, prob=prob)
    for name, tensor in (("count", count), ("prob", prob)):
        if tensor.dtype.kind != "f":
            raise ValueError(
                f"binomial only supports floating-point dtypes for {name}, got: {tensor.dtype}"
            )
    if count.dtype != prob.dtype:
        raise RuntimeError(f"binomial: found dtype {prob.dtype} but expected {count.dtype}")
    counts, chances = np.broadcast_arrays(to_host(count._array), to_host(prob._array))
    draws = generator or default_generator
    array = draws.binomial(counts, chances).astype(counts.dtype)
    return count._result_class._wrap(place(array, device_of(count._array)))


@random_function
def multinomial(
    input: Any,
    num_samples: int,
    replacement: bool = False,
    *,
    generator: Generator | None = None,
) -> Any:
    """Return indices drawn in proportion to the weights in ``input`` (or in each of its rows).

    Shapes: (N) or (M, N) to (num_samples) or (M, num_samples), int64.

    Raises:
        RuntimeError: if the weights are negative, not finite or all zero, or fewer than the
            samples to draw without replacement.
    """
    weights = to_host(input._array)
    if weights.ndim not in (1, 2):
        raise RuntimeError(f"prob_dist must be 1 or 2 dim, got shape {weights.shape}")
    if weights.dtype.kind != "f":
        raise RuntimeError(f"multinomial only supports floating-point input, got {weights.dtype}")
    if num_samples <= 0:
        raise RuntimeError(f"cannot sample n_sample <= 0 samples, got {num_samples}")
    if not replacement and num_samples > weights.shape[-1]:
        raise RuntimeError(
            "cannot sample n_sample > prob_dist.size(-1) samples without replacement: "
            f"{num_samples} > {weights.shape[-1]}"
        )
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if not (weights.sum(axis=-1) > 0).all():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
    found = (generator or default_generator).multinomial(weights, num_samples, replacement)
    return input._result_class._wrap(place(found, device_of(input._array)))
