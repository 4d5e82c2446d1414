"""Filling memory: constants, copies and random numbers in place; new tensors like a given one."""

from __future__ import annotations

from functools import partial
from numbers import Number
from typing import Any

import numpy as np

from ...autograd.stand_in import open_to_transforms, random_function
from ...autograd.traced import Traced
from ...backend.arrays import to_host
from ...backend.device import create, device_of
from ...backend.dtypes import as_dtype
from ...backend.random import Generator, default_generator, drawn_like
from ..arguments import check_real
from ..dims import as_shape
from .writing import write_

# --- constants and copies ---------------------------------------------------------------------


def zero_(self: Any) -> Any:
    """Set all elements to zero."""
    return write_(self, 0)


def fill_(self: Any, value: Any) -> Any:
    """Set all elements to a number or to the value of a 0-d tensor.

    Raises:
        RuntimeError: if ``value`` is a tensor with dimensions.
        TypeError: if it is no number.
    """
    if isinstance(value, Traced) and value._array.ndim:
        raise RuntimeError(
            "fill_ only supports 0-dimension value tensor but got tensor with "
            f"{value._array.ndim} dimensions."
        )
    if not isinstance(value, Traced | Number | np.generic):
        raise TypeError(f"fill_(): argument 'value' must be a number, not {type(value).__name__}")
    return write_(self, value)


def copy_(self: Any, src: Any, non_blocking: bool = False) -> Any:
    """Copy the elements of ``src``, which is broadcast and converted to this tensor's dtype."""
    if not isinstance(src, Traced):
        raise TypeError(f"copy_(): argument 'other' must be Tensor, not {type(src).__name__}")
    return write_(self, src)


# --- random numbers in place ------------------------------------------------------------------


@random_function
def uniform_(
    self: Any, from_: float = 0.0, to: float = 1.0, *, generator: Generator | None = None
) -> Any:
    """Fill with numbers drawn uniformly from [from_, to).

    Raises:
        NotImplementedError: for integers.
        RuntimeError: if ``from_`` is above ``to``.
    """
    _check_floating(self, "uniform_")
    if from_ > to:
        raise RuntimeError(
            f"uniform_ expects to return a [from, to) range, but found from={from_} > to={to}"
        )
    draws = generator or default_generator
    draw = partial(draws.uniform, low=from_, high=to, dtype=self.dtype)
    return write_(self, drawn_like(self._array, draw))


@random_function
def normal_(
    self: Any, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None
) -> Any:
    """Fill with normal numbers.

    Raises:
        NotImplementedError: for integers.
        RuntimeError: for a negative deviation.
    """
    _check_floating(self, "normal_")
    check_deviation(std)
    draws = generator or default_generator
    contiguous = bool(self._array.flags.c_contiguous)
    draw = partial(draws.normal, mean=mean, std=std, dtype=self.dtype, contiguous=contiguous)
    return write_(self, drawn_like(self._array, draw))


@random_function
def exponential_(self: Any, lambd: float = 1.0, *, generator: Generator | None = None) -> Any:
    """Fill with numbers of density ``lambd * exp(-lambd * x)``.

    Raises:
        RuntimeError: if ``lambd`` is not positive, or for integers.
    """
    _check_floating(self, "exponential_", RuntimeError, "f")
    if not lambd > 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd}")
    draws = generator or default_generator
    draw = partial(draws.exponential, rate=lambd, dtype=self.dtype)
    return write_(self, drawn_like(self._array, draw))


@random_function
def cauchy_(
    self: Any, median: float = 0.0, sigma: float = 1.0, *, generator: Generator | None = None
) -> Any:
    """Fill with numbers of Cauchy's distribution: ``median + sigma * tan(pi * (u - 0.5))``.

    Raises:
        RuntimeError: if ``sigma`` is not positive, or for integers.
    """
    _check_floating(self, "cauchy_", RuntimeError, "f")
    if not sigma > 0:
        raise RuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma}")
    draws = generator or default_generator
    draw = partial(draws.cauchy, median=median, sigma=sigma, dtype=self.dtype)
    return write_(self, drawn_like(self._array, draw))


@random_function
def log_normal_(
    self: Any, mean: float = 1.0, std: float = 2.0, *, generator: Generator | None = None
) -> Any:
    """Fill with numbers whose logarithms are normal, of this mean and deviation.

    Raises:
        NotImplementedError: for integers.
        RuntimeError: if the deviation is not positive.
    """
    if not std > 0:
        raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std}")
    _check_floating(self, "log_normal_", kinds="f")
    draws = generator or default_generator
    draw = partial(draws.log_normal, mean=mean, std=std, dtype=self.dtype)
    return write_(self, drawn_like(self._array, draw))


@random_function
def geometric_(self: Any, p: float, *, generator: Generator | None = None) -> Any:
    """Fill with the number of trials until one succeeds, each with probability ``p``.

    Raises:
        NotImplementedError: for bools.
        RuntimeError: if the probability is not inside (0, 1).
    """
    if not 0 < p < 1:
        raise RuntimeError(f"geometric_ expects p to be in (0, 1), but got p={p}")
    if self.dtype.kind in "bc":
        raise NotImplementedError(f'"geometric_" not implemented for {self.dtype}')
    draws = generator or default_generator
    draw = partial(draws.geometric, chance=p, dtype=self.dtype)
    return write_(self, drawn_like(self._array, draw))


@random_function
def bernoulli_(self: Any, p: Any = 0.5, *, generator: Generator | None = None) -> Any:
    """Fill with ones, each with probability ``p`` (a number or a tensor), and zeros.

    Raises:
        NotImplementedError: for complex numbers, and probabilities that are integers.
        RuntimeError: if a probability is outside of [0, 1].
    """
    check_real("bernoulli_", self)
    draws = generator or default_generator
    if not isinstance(p, Traced):
        if not 0 <= p <= 1:
            raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p}")
        return write_(self, drawn_like(self._array, partial(draws.bernoulli, probability=p)))
    _check_floating(p, "bernoulli_", kinds="f")
    chances = np.broadcast_to(to_host(p._array), self.shape)
    if not ((chances >= 0) & (chances <= 1)).all():
        raise RuntimeError("Expected p_in >= 0 && p_in <= 1: p holds other numbers")
    return write_(self, drawn_like(self._array, lambda _, p: draws.bernoulli_each(p), chances))


@random_function
def random_(
    self: Any, from_: int = 0, to: int | None = None, *, generator: Generator | None = None
) -> Any:
    """Fill with integers: all that the dtype counts, below ``random_(to)``, or in [from_, to).

    Raises:
        RuntimeError: if the range is empty or does not fit the dtype.
    """
    dtype = self.dtype
    if from_ == 0 and to is None:
        draws = generator or default_generator
        wide = dtype.itemsize == 8
        draw = partial(draws.integers, low=0, high=_largest(dtype) + 1, dtype=dtype, wide=wide)
    else:
        low, high = (0, from_) if to is None else (from_, to)
        draw = partial(integers, low=low, high=high, dtype=dtype, generator=generator)
    return write_(self, drawn_like(self._array, draw))


def integers(
    shape: tuple[int, ...], low: int, high: int, dtype: Any, generator: Generator | None
) -> Any:
    """Return an array of integers in [low, high).

    Raises:
        RuntimeError: if the range is empty or does not fit the dtype.
    """
    if low >= high:
        raise RuntimeError(
            f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}"
        )
    if dtype.kind in "iub" and not (_smallest(dtype) <= low and high - 1 <= _largest(dtype)):
        raise RuntimeError(f"range [{low}, {high}) is out of bounds for {dtype}")
    return (generator or default_generator).integers(shape, low, high, dtype)


def check_deviation(std: float) -> None:
    """Raise for a negative standard deviation."""
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std}")


def _check_floating(
    tensor: Any, name: str, error: type[Exception] = NotImplementedError, kinds: str = "fc"
) -> None:
    if tensor.dtype.kind not in kinds:
        raise error(f"{name}: expected a floating-point tensor, got {tensor.dtype}")


def _largest(dtype: Any) -> int:
    """Return the number up to which a dtype holds every integer."""
    if dtype.kind == "b":
        return 1
    return int(np.iinfo(dtype).max) if dtype.kind in "iu" else 2 ** (np.finfo(dtype).nmant + 1)


def _smallest(dtype: Any) -> int:
    return 0 if dtype.kind == "b" else int(np.iinfo(dtype).min)


# --- new tensors of this one's dtype and device -----------------------------------------------


def new_empty(
    self: Any, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Any:
    """Return an uninitialised tensor of a size, with this one's dtype and device."""
    return _new(self, "empty", size, dtype, device, requires_grad)


def new_zeros(
    self: Any, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Any:
    """Return zeros of a size, with this one's dtype and device."""
    return _new(self, "zeros", size, dtype, device, requires_grad)


def new_ones(
    self: Any, *size: Any, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Any:
    """Return ones of a size, with this one's dtype and device."""
    return _new(self, "ones", size, dtype, device, requires_grad)


def new_full(
    self: Any,
    size: Any,
    fill_value: Any,
    *,
    dtype: Any = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Any:
    """Return a tensor of a size filled with a number, with this one's dtype and device."""
    result = _new(self, "empty", (size,), dtype, device, requires_grad)
    result._array[...] = fill_value._array if isinstance(fill_value, Traced) else fill_value
    return result


@open_to_transforms
def _new(like: Any, name: str, size: Any, dtype: Any, device: Any, requires_grad: bool) -> Any:
    place = device_of(like._array) if device is None else device
    array = create(name, place, as_shape(size), as_dtype(dtype or like.dtype))
    result = like._result_class._wrap(array)
    return result.requires_grad_() if requires_grad else result
