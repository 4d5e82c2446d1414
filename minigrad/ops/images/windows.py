"""Windows that slide over spatial axes: the arguments that convolutions and poolings share."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

Numbers = int | Sequence[int]


def per_axis(name: str, value: Any, ndim: int, least: int = 1) -> tuple[int, ...]:
    """Return one number per spatial axis from an int (or a sequence of one) or a sequence.

    Args:
        name: the argument's name, for errors.
        value: what was passed.
        ndim: how many spatial axes there are.
        least: the smallest number allowed.

    Raises:
        TypeError: for anything but ints.
        RuntimeError: for another count of numbers, or one that is too small.
    """
    try:
        given = list(map(integer, value if isinstance(value, Sequence) else (value,)))
    except TypeError:
        raise TypeError(f"{name} must be an int or a sequence of ints, got {value!r}") from None
    if len(given) not in (1, ndim):
        raise RuntimeError(
            f"expected {name} to be a single integer value or a list of {ndim} values to match "
            f"the {ndim} spatial dimensions, but got {name}={given}"
        )
    if min(given) < least:
        raise RuntimeError(f"{name} must be at least {least} in every dimension, got {given}")
    return tuple(given * ndim if len(given) == 1 else given)


def integer(value: Any) -> int:
    """Return an int; bools are none here.

    Raises:
        TypeError: for anything else.
    """
    if isinstance(value, bool):
        raise TypeError(f"expected an int, got {value}")
    return operator.index(value)


def batched(name: str, input: Any, ndim: int) -> Any:
    """Return the input with a batch axis, whether or not it had one.

    Raises:
        TypeError: if it is no tensor.
        RuntimeError: if it is not (channels, spatial ...) or (batch, channels, spatial ...).
    """
    shape = getattr(input, "shape", None)
    if shape is None:
        raise TypeError(f"{name}: input must be a Tensor, got {type(input).__name__}")
    if len(shape) == ndim + 1:
        return input.reshape((1, *shape))
    if len(shape) != ndim + 2:
        raise RuntimeError(
            f"{name}: expected {ndim + 1}D (unbatched) or {ndim + 2}D (batched) input, but got "
            f"input of size: {list(shape)}"
        )
    return input


def unbatched(out: Any, input: Any) -> Any:
    """Return a result without the batch axis if ``input`` had none."""
    return out if out.ndim == input.ndim else out.reshape(out.shape[1:])
