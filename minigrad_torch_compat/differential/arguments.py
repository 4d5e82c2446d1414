"""From the arrays of a case to the tensors of an engine, and back to flat lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .spec import Case

_COMPLEX = {"float16": "complex64", "float32": "complex64", "float64": "complex128"}


def convert(value: Any, make: Callable[[Any], Any]) -> Any:
    """Return nested arguments with every array replaced by ``make(array)``.

    NumPy's scalars are arrays too: arithmetic on 0-d arrays makes them.
    """
    if isinstance(value, np.ndarray | np.generic):
        return make(np.asarray(value))
    if isinstance(value, dict):
        return {name: convert(item, make) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(convert(item, make) for item in value)
    return value


def leaves(value: Any) -> Iterator[Any]:
    """Yield the tensors and numbers of nested results, in order."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def arrays_of(value: Any) -> list[Any]:
    """Return the arrays among nested arguments, in order."""
    found: list[Any] = []
    convert(value, found.append)
    return found


def replaced(case: Case, change: Callable[[Any], Any]) -> Case:
    """Return a case with ``change(array)`` for each array that gradients flow to."""
    args = tuple(
        argument if position in case.constants else convert(argument, _floating(change))
        for position, argument in enumerate(case.args)
    )
    return Case(args, case.kwargs, case.constants)


def inputs_of(case: Case) -> list[Any]:
    """Return the arrays of a case that gradients flow to."""
    found: list[Any] = []
    replaced(case, found.append)
    return found


def _floating(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda array: change(array) if array.dtype.kind in "fc" else array


def duplicate(array: Any, dtype: Any) -> Any:
    """Return a copy of an array in the same memory layout, doubles cast to ``dtype``.

    Only doubles: a case that asks for another width of floating-point number means it. The layout
    is kept exactly (gaps, order, direction), because operators behave differently for each.
    """
    if array.dtype == np.float64:
        kind = np.dtype(dtype)
    elif array.dtype == np.complex128:
        kind = np.dtype(_COMPLEX.get(str(np.dtype(dtype)), "complex128"))
    else:
        kind = array.dtype
    if array.flags.c_contiguous:
        return array.astype(kind, order="C")
    steps = [stride // array.itemsize for stride in array.strides]
    spans = [(n - 1) * step for n, step in zip(array.shape, steps, strict=True)]
    low = sum(min(span, 0) for span in spans)
    buffer = np.zeros(sum(max(span, 0) for span in spans) - low + 1, kind)
    out: Any = np.ndarray(
        array.shape, kind, buffer, -low * kind.itemsize, [step * kind.itemsize for step in steps]
    )
    out[...] = array
    return out
