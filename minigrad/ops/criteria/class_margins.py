"""Losses of classifiers that ask for a margin: true classes should score higher than others."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.stand_in import open_to_transforms
from ...backend.arrays import namespace, ndarray
from ...backend.dtypes import int64
from ..neurons.rectifiers import relu
from ..pointwise.comparison import where
from ..reducing.reductions import sum
from .losses import constant, reduce

__all__ = ["multi_margin_loss", "multilabel_margin_loss"]


@open_to_transforms
def multi_margin_loss(
    input: Any,
    target: Any,
    p: int = 1,
    margin: float = 1.0,
    weight: Any = None,
    *,
    reduction: str = "mean",
) -> Any:
    """Return the mean of ``max(0, margin - input[target] + input[other]) ** p``.

    Of each sample, that is the sum over all other classes, divided by the number of classes.

    Shapes:
        input: (N, C) or (C,). target: (N,), of one sample also (). weight: (C,).

    Args:
        input: scores of classes.
        target: numbers of the true classes (int64).
        p: 1 or 2.
        margin: by how much the true class should be ahead.
        weight: a factor for each class.
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: for another ``p``, a weight of other dimensions, or an unknown reduction.
        RuntimeError: for shapes or dtypes that do not fit, a target that is no class, or a weight
            that requires a gradient.
    """
    if p not in (1, 2):
        raise ValueError("only p == 1 and p == 2 supported")
    if weight is not None and weight.ndim != 1:
        raise ValueError(f"weight must be one-dimensional, got shape {list(weight.shape)}")
    rows, numbers = _rows("multi_margin_loss", input, target)
    count, classes = rows.shape
    if numbers.ndim > 1 or numbers.size != count:
        raise RuntimeError(
            f"multi_margin_loss: expected a target of size [{count}] for an input of shape "
            f"{list(input.shape)}, but got {list(numbers.shape)}"
        )
    numbers = numbers.reshape(-1)
    _check_range("multi_margin_loss", numbers, 0, classes)
    places = (namespace(numbers).arange(count), numbers)
    ahead = rows[places].reshape((count, 1))
    losses = relu(margin - ahead + rows)
    losses = losses if p == 1 else losses * losses
    losses = where(_is(numbers[:, None], classes), 0, losses)
    if weight is not None:
        losses = losses * _of_classes(weight, rows)[numbers][:, None]
    return reduce(sum(losses, 1).reshape(target.shape) / classes, reduction)


@open_to_transforms
def multilabel_margin_loss(input: Any, target: Any, *, reduction: str = "mean") -> Any:
    """Return the mean of ``max(0, 1 - input[label] + input[other])``.

    Of each sample, that is the sum over its labels and all classes that are none, divided by the
    number of classes.

    Shapes:
        input, target: (N, C) or (C,).

    Args:
        input: scores of classes.
        target: numbers of the labels (int64); those from the first -1 on do not count.
        reduction: "mean", "sum" or "none".

    Raises:
        ValueError: for an unknown reduction.
        RuntimeError: for shapes or dtypes that do not fit, or a target that is no class.
    """
    rows, labels = _rows("multilabel_margin_loss", input, target)
    if target.shape != input.shape:
        raise RuntimeError(
            f"multilabel_margin_loss: inconsistent target size: {list(target.shape)} for input of "
            f"size: {list(input.shape)}"
        )
    labels = labels.reshape(rows.shape)
    count, classes = rows.shape
    _check_range("multilabel_margin_loss", labels, -1, classes)
    counts = np.cumprod(labels >= 0, axis=1).astype(bool)
    if isinstance(labels, ndarray):  # no more columns than the most labels of a sample
        most = int(counts.sum(axis=1).max(initial=0))
        labels, counts = labels[:, :most], counts[:, :most]
    others = ~(_is(labels[..., None], classes) & counts[..., None]).any(axis=1)
    numbers = np.where(counts, labels, 0)
    ahead = rows[namespace(labels).arange(count)[:, None], numbers]
    losses = relu(1 - ahead.reshape((*labels.shape, 1)) + rows.reshape((count, 1, classes)))
    losses = where(counts[..., None] & others[:, None], losses, 0)
    return reduce(sum(losses, (1, 2)).reshape(input.shape[:-1]) / classes, reduction)


# --- arguments ------------------------------------------------------------------------------------


def _rows(name: str, input: Any, target: Any) -> tuple[Any, Any]:
    """Return the input as a matrix with a row for each sample, and the target's array."""
    if input.dtype.kind != "f":
        raise NotImplementedError(f'"{name}" not implemented for {input.dtype}')
    if target.dtype != int64:
        raise RuntimeError(f"{name}: expected a target of dtype int64 but found {target.dtype}")
    if input.ndim > 2 or (input.ndim and not input.shape[-1]):
        raise RuntimeError(
            f"{name}: expected a non-empty vector or a matrix with a row for each sample, but got: "
            f"{list(input.shape)}"
        )
    rows = input if input.ndim == 2 else input.reshape((1, -1))
    return rows, target._array


def _check_range(name: str, numbers: Any, low: int, high: int) -> None:
    # Not on a GPU, where looking at values would have to wait for them.
    if isinstance(numbers, ndarray) and numbers.size:
        least, most = numbers.min(), numbers.max()
        if least < low or most >= high:
            raise RuntimeError(
                f"{name}: target out of range: expected classes below {high}, got {least} to {most}"
            )


def _is(numbers: Any, classes: int) -> Any:
    """Return where a class is the one of a number: a new last dimension has all classes."""
    return numbers == namespace(numbers).arange(classes)


def _of_classes(weight: Any, input: Any) -> Any:
    array = constant("multi_margin_loss", "weight", weight)
    if array.shape != input.shape[1:]:
        raise RuntimeError(
            f"inconsistent weight size, expected {input.shape[1]} but got {list(array.shape)}"
        )
    if array.dtype != input.dtype:
        raise RuntimeError(f"expected weight of dtype {input.dtype} but found {array.dtype}")
    return array
