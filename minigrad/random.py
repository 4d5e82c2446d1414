"""Random tensors and the seeds they come from.

A seed gives the same numbers as in PyTorch (on the CPU): see ``backend/random.py``. Those whose
distribution is given by tensors are in ``ops/sampling.py``.
"""

from __future__ import annotations

import operator
from functools import partial
from typing import Any

import numpy as np

from .autograd.stand_in import random_function
from .backend.device import place
from .backend.dtypes import as_dtype, get_default_dtype, int64
from .backend.random import Generator, default_generator, drawn_like, manual_seed
from .creation import given_shape, new
from .ops.dims import as_shape
from .ops.indices.filling import check_deviation, integers
from .tensor import Tensor

__all__ = [
    "Generator",
    "default_generator",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "normal",
    "rand",
    "rand_like",
    "randint",
    "randint_like",
    "randn",
    "randn_like",
    "randperm",
    "seed",
    "set_rng_state",
]


# --- seeds ------------------------------------------------------------------------------------


def seed() -> int:
    """Seed the default generator with a number nobody can foresee, and return it."""
    return default_generator.seed()


def initial_seed() -> int:
    """Return the seed of the default generator."""
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """Return the state of the default generator, a tensor of bytes."""
    return new(default_generator.get_state())


def set_rng_state(new_state: Any) -> None:
    """Continue the default generator from a state that ``get_rng_state`` returned."""
    default_generator.set_state(new_state)


# --- tensors of a given size ------------------------------------------------------------------


@random_function
def rand(
    *shape: Any,
    size: Any = None,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return numbers drawn uniformly from [0, 1)."""
    wanted = _floating(dtype, "rand")
    draws = generator or default_generator
    return _on(device, draws.uniform(given_shape(shape, size), dtype=wanted), requires_grad)


@random_function
def randn(
    *shape: Any,
    size: Any = None,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return numbers of the normal distribution, of mean 0 and variance 1."""
    wanted = _floating(dtype, "randn")
    draws = generator or default_generator
    return _on(device, draws.normal(given_shape(shape, size), dtype=wanted), requires_grad)


@random_function
def randint(
    low: int = 0,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Any = int64,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return integers in [low, high): ``randint(high, size)`` or ``randint(low, high, size)``.

    Raises:
        RuntimeError: if the range is empty or does not fit the dtype.
    """
    if size is None:
        low, high, size = 0, low, high
    elif high is None:
        low, high = 0, low
    low, high = operator.index(low), operator.index(high)
    shape = as_shape((tuple(size),))
    return _on(device, integers(shape, low, high, as_dtype(dtype), generator), requires_grad)


@random_function
def randperm(
    n: int,
    *,
    generator: Generator | None = None,
    dtype: Any = int64,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return the integers below ``n`` in random order."""
    (count,) = as_shape((n,), "n")
    order = (generator or default_generator).permutation(count)
    return _on(device, order.astype(as_dtype(dtype), copy=False), requires_grad)


@random_function
def normal(
    mean: Any = 0.0,
    std: Any = 1.0,
    size: Any = None,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return normal numbers; mean and deviation may be tensors, one for each number.

    Raises:
        RuntimeError: for a negative deviation.
    """
    draws = generator or default_generator
    given = [value for value in (mean, std) if isinstance(value, Tensor)]
    if not given:
        check_deviation(std)
        shape = as_shape((tuple(size),))
        drawn = draws.normal(shape, mean, std, _floating(dtype, "normal"))
        return _on(device, drawn, requires_grad)
    if isinstance(std, Tensor) and (std._array < 0).any():
        raise RuntimeError("normal expects all elements of std >= 0.0")
    shape = np.broadcast_shapes(*(value.shape for value in given))
    array = place(draws.normal(shape, dtype=given[0].dtype), given[0].device)
    mean, std = (value._array if isinstance(value, Tensor) else value for value in (mean, std))
    return new(array * std + mean)


# --- tensors like another ---------------------------------------------------------------------


@random_function
def rand_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return numbers in [0, 1), of the shape, dtype and device of ``input``."""
    wanted = _floating(dtype or input.dtype, "rand_like")
    draws = generator or default_generator
    array = drawn_like(input._array, partial(draws.uniform, dtype=wanted))
    return _on(device, array, requires_grad)


@random_function
def randn_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return normal numbers, of the shape, dtype and device of ``input``."""
    wanted = _floating(dtype or input.dtype, "randn_like")
    draws = generator or default_generator
    contiguous = input.is_contiguous()
    array = drawn_like(input._array, partial(draws.normal, dtype=wanted, contiguous=contiguous))
    return _on(device, array, requires_grad)


@random_function
def randint_like(
    input: Tensor,
    low: int = 0,
    high: int | None = None,
    *,
    generator: Generator | None = None,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Return integers in [low, high), of the shape, dtype and device of ``input``."""
    if high is None:
        low, high = 0, low
    wanted = as_dtype(dtype or input.dtype)
    array = drawn_like(input._array, lambda shape: integers(shape, low, high, wanted, generator))
    return _on(device, array, requires_grad)


def _floating(dtype: Any, name: str) -> Any:
    wanted = as_dtype(dtype or get_default_dtype())
    if wanted.kind not in "fc":
        raise NotImplementedError(f"{name}: expected a floating-point dtype, got {wanted}")
    return wanted


def _on(device: Any, array: Any, requires_grad: bool = False) -> Tensor:
    return new(array if device is None else place(array, device), requires_grad)
