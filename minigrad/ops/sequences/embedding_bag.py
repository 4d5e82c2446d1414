"""Embedding bags: rows of a table, looked up by number and reduced bag by bag."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.primitive import primitive
from ...autograd.stand_in import open_to_transforms
from ...autograd.traced import Traced
from ...backend.arrays import namespace, ndarray, to_host
from ...backend.device import device_of, place
from ..indices.accumulation import put
from ..indices.indexing import getitem
from .embedding import _embedding, shorten

__all__ = ["embedding_bag"]

_MODES = ("sum", "mean", "max")


@primitive(x=lambda g, bags: getitem(g, index=(bags,)))
def _in_bags(x: Any, *, bags: Any, count: int) -> Any:
    """The sums of the rows of each of ``count`` bags; ``bags`` says to which a row belongs."""
    return put(x, (count, x.shape[1]), (bags,))


@open_to_transforms
def embedding_bag(
    input: Any,
    weight: Any,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Any:
    """Return the sum, mean or maximum of the rows of a table that each bag asks for.

    Shapes: input (bags, n), or (n,) with offsets (bags,); weight (rows, columns); result (bags,
    columns). per_sample_weights: that of the input.

    Args:
        input: numbers of rows.
        weight: the table.
        offsets: where in a 1-D input each bag begins.
        max_norm: first shorten, in place, the rows asked for that are longer than this.
        norm_type: which norm ``max_norm`` means.
        scale_grad_by_freq: divide each row's gradient by how often it was asked for.
        mode: "sum", "mean" or "max". Bags of nothing give zeros.
        sparse: accepted, as in PyTorch; gradients are dense.
        per_sample_weights: factors of the rows, for sums only.
        include_last_offset: the last offset is where the last bag ends.
        padding_idx: a row that counts as nothing and receives no gradient.

    Derivative: ``g`` of its bag (over the bag's size, for means) added to each row asked for; of
    the rows that are the largest, the first gets it.

    Raises:
        ValueError: for other dimensions, shapes or modes.
        RuntimeError: for other dtypes, offsets that do not ascend from 0, or a number that is no
            row.
        NotImplementedError: for ``per_sample_weights`` with another mode than "sum".

    Example:
        >>> import minigrad as mg
        >>> table = mg.tensor([[1.0, 2.0], [3.0, 4.0]])
        >>> mg.embedding_bag(mg.tensor([0, 1, 1]), table, mg.tensor([0, 2]), mode="sum")
        tensor([[4., 6.],
                [3., 4.]])
    """
    _check_arguments(input, weight, offsets, per_sample_weights, mode)
    if mode == "max" and (scale_grad_by_freq or sparse):
        raise ValueError("max mode supports neither scaling by the frequency nor sparse weights")
    index = input._array
    count, starts = _starts(index, offsets, include_last_offset)
    index = index.reshape(-1)
    rows = weight.shape[0]
    if isinstance(index, ndarray) and index.size and not 0 <= index.min() <= index.max() < rows:
        raise RuntimeError(
            f"embedding_bag: expected numbers in [0, {rows - 1}], got {index.min()} to "
            f"{index.max()}"
        )
    if padding_idx is not None:
        if not -rows <= padding_idx < rows:
            raise RuntimeError(
                f"padding_idx must be within the number of embeddings, {-rows} through {rows - 1}, "
                f"but got {padding_idx}"
            )
        padding_idx %= rows
    if max_norm is not None:
        shorten(weight, index, max_norm, norm_type)
    factors = None if per_sample_weights is None else per_sample_weights.reshape(-1)
    bags = namespace(index).repeat(namespace(index).arange(count), np.diff(starts).tolist())
    index, factors = index[: len(bags)], None if factors is None else factors[: len(bags)]
    if padding_idx is not None:  # what counts as nothing leaves its bag
        kept = index != padding_idx
        index, bags = index[kept], bags[kept]
        factors = None if factors is None else getitem(factors, index=(kept,))
    found = _embedding(weight, index, padding=padding_idx, frequency=scale_grad_by_freq)
    if mode == "max":
        return _largest(found, bags, count)
    if factors is not None:
        found = found * factors.reshape((-1, 1))
    out = _in_bags(found, bags=bags, count=count)
    if mode == "sum":
        return out
    sizes = np.maximum(namespace(bags).bincount(bags, minlength=count), 1)
    return out / sizes.astype(out.dtype)[:, None]


def _largest(rows: Any, bags: Any, count: int) -> Any:
    """Return the largest number of each column in each bag, the first of equal ones."""
    values, host = to_host(rows._array), to_host(bags)
    filled, starts, order = np.unique(host, return_index=True, return_inverse=True)
    numbers = np.arange(len(values))[:, None]
    if len(filled):
        top = np.maximum.reduceat(values, starts, axis=0)[order]
        places = np.where((values == top) | np.isnan(values), numbers, len(values))
        first = np.minimum.reduceat(places, starts, axis=0)
    else:
        first = np.zeros((0, values.shape[1]), np.int64)
    device = device_of(rows._array)
    index = (place(first, device), namespace(rows._array).arange(values.shape[1]))
    return _in_bags(getitem(rows, index=index), bags=place(filled, device), count=count)


# --- arguments ------------------------------------------------------------------------------------


def _check_arguments(input: Any, weight: Any, offsets: Any, factors: Any, mode: str) -> None:
    if factors is not None and factors.shape != input.shape:
        raise ValueError(
            f"embedding_bag: per_sample_weights of shape {factors.shape} must have the same shape "
            f"as the input, {input.shape}"
        )
    if weight.ndim != 2:
        raise ValueError(f"weight has to be a 2D Tensor, but got shape {weight.shape}")
    if input.ndim not in (1, 2):
        raise ValueError(f"input has to be a 1D or 2D Tensor, but got shape {input.shape}")
    if input.ndim == 2 and offsets is not None:
        raise ValueError("if input is 2D, then offsets has to be None")
    if input.ndim == 1 and (not isinstance(offsets, Traced) or len(offsets.shape) != 1):
        raise ValueError(f"offsets has to be a 1D Tensor, got {offsets!r}")
    if mode not in _MODES:
        raise ValueError(f"mode has to be one of sum, mean or max, got {mode!r}")
    if factors is not None and mode != "sum":
        raise NotImplementedError(
            f"embedding_bag: per_sample_weights is only supported for mode='sum', got {mode!r}"
        )
    for name, tensor in (("input", input), ("offsets", offsets)):
        if tensor is not None and tensor.dtype.name not in ("int64", "int32"):
            raise RuntimeError(
                f"embedding_bag: expected {name} to be of dtype int64 or int32, got {tensor.dtype}"
            )
    if weight.dtype.kind != "f" or (factors is not None and factors.dtype != weight.dtype):
        given = "" if factors is None else f" and per_sample_weights {factors.dtype}"
        raise RuntimeError(
            f"embedding_bag: expected one floating-point dtype, got weight {weight.dtype}{given}"
        )


def _starts(index: Any, offsets: Any, closed: bool) -> tuple[int, Any]:
    """Return how many bags there are, and where they begin, and where the last one ends."""
    if index.ndim == 2:
        count, size = index.shape
        if not size:
            raise RuntimeError(f"embedding_bag: bags of no numbers: input {list(index.shape)}")
        return count, np.arange(count + 1) * size
    starts = to_host(offsets._array)
    if closed and not len(starts):
        raise RuntimeError("include_last_offset: number of offsets should be at least 1")
    if len(starts) and starts[0] != 0:
        raise RuntimeError(f"offsets[0] has to be 0, but got {starts[0]}")
    if len(starts) and starts[-1] > index.size:
        raise RuntimeError(
            f"offsets[-1] can not be greater than input's length {index.size} but got {starts[-1]}"
        )
    if (np.diff(starts) < 0).any():
        raise RuntimeError(f"offsets have to ascend, but got {starts.tolist()}")
    if not closed:
        starts = np.append(starts, index.size if len(starts) else 0)
    return len(starts) - 1, starts
