"""Half precision: sums of squares leave its range, so statistics are taken in float32."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from ..autograd.fitting import cast
from ..backend.dtypes import float16, float32

_F = TypeVar("_F", bound=Callable[..., Any])


def half_in_float32(function: _F) -> _F:
    """Let a function of a half-precision tensor compute in float32 and round its result.

    Every float16 argument is converted, as PyTorch's kernels do inside.
    """

    @functools.wraps(function)
    def call(input: Any, *args: Any, **kwargs: Any) -> Any:
        if getattr(input, "dtype", None) != float16:
            return function(input, *args, **kwargs)
        wide = [widened(argument) for argument in (input, *args)]
        result = function(*wide, **{name: widened(value) for name, value in kwargs.items()})
        return cast(result, dtype=float16)

    return call  # type: ignore[return-value]


def widened(value: Any) -> Any:
    """Return a float16 tensor in float32, and anything else as it is."""
    return cast(value, dtype=float32) if getattr(value, "dtype", None) == float16 else value
