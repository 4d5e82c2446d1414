"""Datasets: samples by number or one after another, and what can be made of them."""

from __future__ import annotations

import bisect
import itertools
import math
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from ..random import Generator, default_generator
from ..tensor import Tensor

__all__ = [
    "ChainDataset",
    "ConcatDataset",
    "Dataset",
    "IterableDataset",
    "StackDataset",
    "Subset",
    "TensorDataset",
    "random_split",
]


class Dataset:
    """Base class of data with a key for each sample: a subclass defines ``__getitem__``.

    It should have ``__len__`` too, which the samplers ask for, and may have ``__getitems__``,
    which takes a list of keys and returns a list of samples, if that is quicker.
    """

    def __getitem__(self, index: Any) -> Any:
        raise NotImplementedError("Subclasses of Dataset should implement __getitem__.")

    def __add__(self, other: Any) -> Any:
        return ConcatDataset([self, other])


class IterableDataset(Dataset):
    """Base class of data that come as a stream: a subclass defines ``__iter__``.

    Every worker of a ``DataLoader`` has its own copy and yields all of it, unless ``__iter__`` or
    ``worker_init_fn`` asks ``get_worker_info()`` which part is meant.
    """

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError("Subclasses of IterableDataset should implement __iter__.")

    def __add__(self, other: Any) -> ChainDataset:
        return ChainDataset([self, other])


class TensorDataset(Dataset):
    """Rows of tensors that belong together: sample ``i`` is ``(tensors[0][i], ...)``.

    Raises:
        AssertionError: if the tensors have different numbers of rows.
    """

    def __init__(self, *tensors: Tensor) -> None:
        if any(tensors[0].size(0) != tensor.size(0) for tensor in tensors):
            raise AssertionError("Size mismatch between tensors")
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self) -> int:
        return self.tensors[0].size(0)

    def collated(self, indices: Any) -> list[Tensor] | None:
        """Return what ``default_collate`` makes of these samples, by one indexing per tensor.

        None where that is not known to be the same: a subclass may have samples of its own.
        """
        chosen = as_rows(indices)
        if chosen is None or type(self).__getitem__ is not TensorDataset.__getitem__:
            return None
        return [tensor[chosen] for tensor in self.tensors]


class StackDataset(Dataset):
    """Samples of several datasets side by side, as a tuple or (given by name) as a dictionary.

    Raises:
        ValueError: for datasets of different lengths, none, or some with and some without name.
    """

    datasets: tuple[Any, ...] | dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args and kwargs:
            raise ValueError(
                "Supported either ``tuple``- (via ``args``) or"
                "``dict``- (via ``kwargs``) like input/output, but both types are given."
            )
        if not args and not kwargs:
            raise ValueError("At least one dataset should be passed")
        self.datasets = args or kwargs
        lengths = {len(dataset) for dataset in self._parts()}
        if len(lengths) > 1:
            raise ValueError("Size mismatch between datasets")
        (self._length,) = lengths

    def _parts(self) -> Iterable[Any]:
        return self.datasets.values() if isinstance(self.datasets, dict) else self.datasets

    def _sample(self, values: Iterable[Any]) -> Any:
        if isinstance(self.datasets, dict):
            return dict(zip(self.datasets, values))
        return tuple(values)

    def __getitem__(self, index: Any) -> Any:
        return self._sample(dataset[index] for dataset in self._parts())

    def __getitems__(self, indices: Sequence[Any]) -> list[Any]:
        """Return several samples.

        Raises:
            ValueError: if a dataset returns another number of samples than asked for.
        """
        columns = [_items(dataset, indices) for dataset in self._parts()]
        for column in columns:
            if len(column) != len(indices):
                raise ValueError(
                    "Nested dataset's output size mismatch."
                    f" Expected {len(indices)}, got {len(column)}"
                )
        return [self._sample(values) for values in zip(*columns)]

    def __len__(self) -> int:
        return self._length


class ConcatDataset(Dataset):
    """Datasets one behind another.

    Raises:
        AssertionError: for no datasets, or an ``IterableDataset`` among them.
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise AssertionError("datasets should not be an empty iterable")
        if any(isinstance(dataset, IterableDataset) for dataset in self.datasets):
            raise AssertionError("ConcatDataset does not support IterableDataset")
        self.cumulative_sizes = list(itertools.accumulate(map(len, self.datasets)))

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]

    def __getitem__(self, idx: int) -> Any:
        if idx < 0:
            if -idx > len(self):
                raise ValueError("absolute value of index should not exceed dataset length")
            idx += len(self)
        which = bisect.bisect_right(self.cumulative_sizes, idx)
        before = self.cumulative_sizes[which - 1] if which else 0
        return self.datasets[which][idx - before]


class ChainDataset(IterableDataset):
    """Streams one behind another.

    Raises (when it is used):
        AssertionError: if one of them is no ``IterableDataset``.
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = datasets

    def _streams(self) -> Iterator[Any]:
        for dataset in self.datasets:
            if not isinstance(dataset, IterableDataset):
                raise AssertionError("ChainDataset only supports IterableDataset")
            yield dataset

    def __iter__(self) -> Iterator[Any]:
        for dataset in self._streams():
            yield from dataset

    def __len__(self) -> int:
        return sum(len(dataset) for dataset in self._streams())  # type: ignore[arg-type]


class Subset(Dataset):
    """The samples of a dataset that have certain indices.

    Raises:
        NotImplementedError: if a subclass defines ``__getitem__`` but not ``__getitems__``.
    """

    def __init__(self, dataset: Any, indices: Sequence[Any]) -> None:
        self.dataset = dataset
        self.indices = indices
        kind = type(self)
        if kind.__getitem__ is not Subset.__getitem__ and kind.__getitems__ is Subset.__getitems__:
            raise NotImplementedError(
                f"{kind.__name__} overrides __getitem__ but not __getitems__. "
                "When subclassing Subset and overriding __getitem__, you must also override "
                "__getitems__ to ensure DataLoader works correctly with your custom logic."
            )

    def __getitem__(self, idx: Any) -> Any:
        if isinstance(idx, list):
            return self.dataset[[self.indices[i] for i in idx]]
        return self.dataset[self.indices[idx]]

    def __getitems__(self, indices: Sequence[Any]) -> list[Any]:
        """Return several samples."""
        return _items(self.dataset, [self.indices[i] for i in indices])

    def collated(self, indices: Any) -> Any:
        """Return what ``default_collate`` makes of these samples, if that has a quick way."""
        kind = type(self)
        quick = getattr(self.dataset, "collated", None)
        if quick is None or kind.__getitems__ is not Subset.__getitems__:
            return None
        return quick([self.indices[i] for i in indices])

    def __len__(self) -> int:
        return len(self.indices)


def random_split(
    dataset: Any, lengths: Sequence[float], generator: Generator | None = default_generator
) -> list[Subset]:
    """Cut a dataset at random into subsets of given lengths.

    Args:
        dataset: what to split.
        lengths: numbers of samples, or fractions that sum to 1; what is left over after rounding
            down goes to the first subsets, one sample each.
        generator: source of the permutation.

    Raises:
        ValueError: for a negative fraction, and if the lengths do not sum to that of the dataset.
    """
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        lengths = _lengths(len(dataset), lengths)
    if sum(lengths) != len(dataset):
        raise ValueError("Sum of input lengths does not equal the length of the input dataset!")
    counts = [int(length) for length in lengths]
    order = (generator or default_generator).permutation(sum(counts)).tolist()
    ends = itertools.accumulate(counts)
    return [Subset(dataset, order[end - count : end]) for end, count in zip(ends, counts)]


def _lengths(total: int, fractions: Sequence[float]) -> list[int]:
    for i, fraction in enumerate(fractions):
        if not 0 <= fraction <= 1:
            raise ValueError(f"Fraction at index {i} is not between 0 and 1")
    lengths = [math.floor(total * fraction) for fraction in fractions]
    for i in range(total - sum(lengths)):
        lengths[i % len(lengths)] += 1
    for i, length in enumerate(lengths):
        if length == 0:
            warnings.warn(
                f"Length of split at index {i} is 0. This might result in an empty dataset.",
                stacklevel=3,
            )
    return lengths


def as_rows(indices: Sequence[Any]) -> Any:
    """Return a list of indices as an array; None if they are not all integers."""
    try:
        chosen = np.asarray(indices)
    except ValueError:  # keys of different lengths
        return None
    return chosen if chosen.dtype.kind == "i" and chosen.ndim == 1 else None


def _items(dataset: Any, indices: Sequence[Any]) -> list[Any]:
    several = getattr(dataset, "__getitems__", None)
    return several(indices) if callable(several) else [dataset[i] for i in indices]
