"""Collating: a list of samples becomes one batch, with a first dimension more."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

import numpy as np

from ..backend.dtypes import float64
from ..creation import as_tensor, tensor
from ..ops.shaping.joining import stack
from ..tensor import Tensor

__all__ = ["default_collate", "default_convert"]

_TEXT_OR_OBJECTS = "SUO"


def default_convert(data: Any) -> Any:
    """Return ``data`` with NumPy's arrays and numbers in it as tensors; the rest is unchanged.

    Mappings, lists and named tuples keep their type, other tuples become lists. This is what a
    ``DataLoader`` without batches does to each sample.
    """
    if isinstance(data, np.ndarray | np.generic):
        return data if data.dtype.kind in _TEXT_OR_OBJECTS else as_tensor(data)
    if isinstance(data, Mapping):
        return _mapping_like(data, {key: default_convert(data[key]) for key in data})
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return type(data)(*map(default_convert, data))
    if isinstance(data, Sequence) and not isinstance(data, str | bytes):
        return _sequence_like(data, [default_convert(value) for value in data])
    return data


def default_collate(batch: Sequence[Any]) -> Any:
    """Return a list of samples as one batch.

    Tensors, NumPy arrays and numbers are stacked to tensors; strings stay a list; of mappings,
    lists and (named) tuples each field is collated by itself. Python's floats become float64, as
    in PyTorch.

    Raises:
        RuntimeError: for lists of different lengths, or tensors of different shapes.
        TypeError: for samples of another type.

    Example:
        >>> default_collate([(1, "a"), (2, "b")])
        [tensor([1, 2]), ('a', 'b')]
    """
    first = batch[0]
    for kind, collated in _LEAVES.items():
        if isinstance(first, kind):
            return collated(batch)
    if isinstance(first, Mapping):
        fields = {key: default_collate([sample[key] for sample in batch]) for key in first}
        return _mapping_like(first, fields)
    if isinstance(first, tuple) and hasattr(first, "_fields"):
        return type(first)(*(default_collate(column) for column in zip(*batch)))
    if isinstance(first, Sequence):
        if any(len(sample) != len(first) for sample in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        return _sequence_like(first, [default_collate(column) for column in zip(*batch)])
    raise _unknown(type(first))


def _stack_arrays(batch: Sequence[Any]) -> Tensor:
    if batch[0].dtype.kind in _TEXT_OR_OBJECTS:
        raise _unknown(batch[0].dtype)
    return stack([as_tensor(array) for array in batch])


def _join_numbers(batch: Sequence[Any]) -> Tensor:
    return as_tensor(np.asarray(batch))


_LEAVES: dict[Any, Callable[[Sequence[Any]], Any]] = {
    Tensor: lambda batch: stack(list(batch)),
    np.ndarray: _stack_arrays,
    (np.bool_, np.number): _join_numbers,  # before float: NumPy's float64 is one
    float: lambda batch: tensor(list(batch), dtype=float64),
    int: lambda batch: tensor(list(batch)),
    (str, bytes): lambda batch: batch,
}


def _unknown(kind: Any) -> TypeError:
    return TypeError(
        "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; "
        f"found {kind}"
    )


def _mapping_like(example: Mapping[Any, Any], fields: dict[Any, Any]) -> Any:
    """Return the fields in a mapping of the same type, as far as it can be made."""
    try:
        if isinstance(example, MutableMapping):  # it may have attributes of its own: keep them
            result = copy.copy(example)
            result.update(fields)
            return result
        return type(example)(fields)  # type: ignore[call-arg]
    except TypeError:
        return fields


def _sequence_like(example: Sequence[Any], values: list[Any]) -> Any:
    """Return the values in a sequence of the same type; tuples become lists, as in PyTorch."""
    if isinstance(example, tuple):
        return values
    try:
        if isinstance(example, MutableSequence):
            result = copy.copy(example)
            for i, value in enumerate(values):
                result[i] = value
            return result
        return type(example)(values)  # type: ignore[call-arg]
    except TypeError:  # range, for one
        return values
