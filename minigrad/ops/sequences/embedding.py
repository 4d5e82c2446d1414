"""Embedding: rows of a table, looked up by number; and numbers as unit vectors.

Looking up is linear in the table. Its gradient adds rows where they came from, except for the
padding's, and may divide them by how often each was asked for: ``placed_rows``. That is linear
too, and ``picked_rows`` is its adjoint.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ...autograd.modes import no_grad
from ...autograd.primitive import primitive
from ...autograd.stand_in import open_to_transforms
from ...autograd.traced import Traced
from ...backend.arrays import is_array, namespace, ndarray
from ..indices.accumulation import put
from ..indices.writing import write_

__all__ = ["embedding", "embedding_renorm_", "one_hot"]


@primitive(
    weight=lambda g, index, weight_shape, padding, frequency: placed_rows(
        g, index, count=weight_shape[0], padding=padding, frequency=frequency
    )
)
def _embedding(weight: Any, index: Any, *, padding: int | None, frequency: bool) -> Any:
    """The rows of ``weight`` that ``index`` names."""
    return weight[index]


@primitive(
    g=lambda h, index, padding, frequency: picked_rows(
        h, index, padding=padding, frequency=frequency
    )
)
def placed_rows(g: Any, index: Any, *, count: int, padding: int | None, frequency: bool) -> Any:
    """Each of ``count`` rows: the sum (or average) of the rows of ``g`` that are for it.

    Rows for ``padding`` are left out.
    """
    rows = g.reshape(index.size, g.shape[-1])
    index = index.reshape(-1)
    if frequency:
        rows = rows / _frequencies(index, count, g)
    out = put(rows, (count, g.shape[-1]), (index,))
    if padding is not None:
        out[padding] = 0
    return out


@primitive(
    h=lambda g, index, h_shape, padding, frequency: placed_rows(
        g, index, count=h_shape[0], padding=padding, frequency=frequency
    )
)
def picked_rows(h: Any, index: Any, *, padding: int | None, frequency: bool) -> Any:
    """The rows of ``h`` that ``index`` names, zeros for ``padding``."""
    out = h[index]
    if padding is not None:
        out *= (index != padding)[..., None]
    if frequency:
        out /= _frequencies(index.reshape(-1), len(h), h).reshape(*index.shape, 1)
    return out


def _frequencies(index: Any, count: int, like: Any) -> Any:
    """Return how often each entry of ``index`` occurs in it, as a column."""
    ones = namespace(like).ones(index.shape, like.dtype)
    return put(ones, (count,), (index,))[index][:, None]


@open_to_transforms
def embedding(
    input: Any,
    weight: Any,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Any:
    """Return rows of a table.

    Shapes: input (...), integers; weight (rows, columns); result (..., columns).

    Args:
        input: numbers of rows.
        weight: the table.
        padding_idx: a row that receives no gradient.
        max_norm: first shorten, in place, the rows asked for that are longer than this.
        norm_type: which norm ``max_norm`` means.
        scale_grad_by_freq: divide each row's gradient by how often it was asked for.
        sparse: accepted, as in PyTorch; gradients are dense.

    Derivative: ``g`` added to zeros where the rows came from.

    Raises:
        IndexError: for a number that is no row.
        RuntimeError: if ``input`` is not of int64 or int32, or ``weight`` is no matrix.
        AssertionError: if ``padding_idx`` is no row.

    Example:
        >>> import minigrad as mg
        >>> mg.embedding(mg.tensor([1, 0]), mg.tensor([[1., 2.], [3., 4.]]))
        tensor([[3., 4.],
                [1., 2.]])
    """
    index = _index("embedding", input)
    if index.dtype.name not in ("int64", "int32"):
        raise RuntimeError(
            f"embedding: expected input to be of dtype int64 or int32, got {index.dtype}"
        )
    if weight.ndim != 2:
        raise RuntimeError(f"embedding: 'weight' must be 2-D, got shape {list(weight.shape)}")
    count = weight.shape[0]
    if padding_idx is not None:
        if not -count <= padding_idx < count:
            raise AssertionError(
                f"Padding_idx must be within num_embeddings: got {padding_idx} for {count} rows"
            )
        padding_idx %= count
    _check_range("embedding", index, count)
    if max_norm is not None:
        shorten(weight, index, max_norm, norm_type)
    return _embedding(weight, index, padding=padding_idx, frequency=scale_grad_by_freq)


def _index(name: str, input: Any) -> Any:
    index = input._array if isinstance(input, Traced) else input
    if not is_array(index):
        raise TypeError(f"{name}: input must be a Tensor, got {type(input).__name__}")
    return index


def _check_range(name: str, index: Any, count: int) -> None:
    # On a GPU, looking would wait for it; CuPy wraps such indices around.
    if isinstance(index, ndarray) and index.size and not 0 <= index.min() <= index.max() < count:
        raise IndexError(
            f"{name}: index out of range: expected numbers in [0, {count - 1}], got "
            f"{index.min()} to {index.max()}"
        )


def shorten(weight: Any, index: Any, max_norm: float, norm_type: float) -> None:
    """Scale rows that are longer than ``max_norm`` down to it, in place."""
    table = weight._array if isinstance(weight, Traced) else weight
    rows = np.unique(index)
    part = table[rows]
    norms = np.linalg.norm(part, norm_type, axis=1, keepdims=True)
    # PyTorch's formula, which keeps clear of dividing by zero.
    factors = np.where(norms > max_norm, max_norm / (norms + 1e-7), 1).astype(table.dtype)
    with no_grad():
        write_(weight, part * factors, (rows,))


@open_to_transforms
def embedding_renorm_(input: Any, indices: Any, max_norm: float, norm_type: float = 2.0) -> Any:
    """Shorten, in place, the named rows of a table that are longer than ``max_norm``.

    Args:
        input: the table.
        indices: numbers of rows.
        max_norm: how long a row may be.
        norm_type: which norm that means.

    Raises:
        RuntimeError: if ``input`` is no matrix.
        IndexError: for a number that is no row.
    """
    if input.ndim != 2:
        raise RuntimeError(f"embedding_renorm_: expected a 2-D input, got {list(input.shape)}")
    index = _index("embedding_renorm_", indices)
    _check_range("embedding_renorm_", index, input.shape[0])
    shorten(input, index, max_norm, norm_type)
    return input


@open_to_transforms
def one_hot(input: Any, num_classes: int = -1) -> Any:
    """Return each number as a vector of zeros with a one at its place.

    Shapes: input (...), result (..., num_classes).

    Args:
        input: integers of int64.
        num_classes: length of the vectors; by default one more than the largest number.

    Raises:
        RuntimeError: for another dtype, negative numbers, numbers that are too large, or no
            numbers and no ``num_classes``.

    Example:
        >>> import minigrad as mg
        >>> mg.one_hot(mg.tensor([2, 0]))
        tensor([[0, 0, 1],
                [1, 0, 0]])
    """
    index = _index("one_hot", input)
    if index.dtype.name != "int64":
        raise RuntimeError(f"one_hot: expected int64 (a LongTensor), got {index.dtype}")
    count = operator.index(num_classes)
    if not index.size and count <= 0:
        raise RuntimeError("one_hot: can not infer total number of classes from empty tensor")
    if index.size:
        low, high = int(index.min()), int(index.max())
        if low < 0:
            raise RuntimeError(f"one_hot: class values must be non-negative, got {low}")
        if count != -1 and high >= count:
            raise RuntimeError(
                f"one_hot: class values must be smaller than num_classes, got {high} and "
                f"num_classes={count}"
            )
        count = high + 1 if count == -1 else count
    return _one_hot(input, count=count)


@primitive()
def _one_hot(index: Any, *, count: int) -> Any:
    return (index[..., None] == namespace(index).arange(count)).astype(np.int64)
