"""Samplers: in which order a ``DataLoader`` asks for samples.

The same seed gives the same order as in PyTorch, whose numbers are drawn here one for one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence, Sized
from typing import Any

from ..creation import as_tensor
from ..ops.sampling import multinomial
from ..random import Generator, default_generator

__all__ = [
    "BatchSampler",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "SubsetRandomSampler",
    "WeightedRandomSampler",
    "draw_seed",
]

_AT_ONCE = 32  # how many indices PyTorch draws at a time, with replacement


def draw_seed(generator: Generator | None) -> int:
    """Draw a seed: one 63-bit number, as ``empty((), dtype=int64).random_()`` does."""
    return int((generator or default_generator).integers((), 0, 1 << 63))


class Sampler:
    """Base class: a subclass defines ``__iter__``, over indices or lists of them.

    ``__len__`` is optional; the length of a ``DataLoader`` needs it.
    """

    def __iter__(self) -> Iterator[Any]:
        raise NotImplementedError

    def __class_getitem__(cls, item: Any) -> Any:
        return cls  # Sampler[int] in annotations


class SequentialSampler(Sampler):
    """All indices in order."""

    def __init__(self, data_source: Sized) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler):
    """Indices in random order.

    Args:
        data_source: what is drawn from.
        replacement: whether an index may come again before all others came.
        num_samples: how many to draw; by default the length of the source.
        generator: source of the order; by default each iteration has its own, seeded by the
            default generator.

    Raises:
        TypeError: if ``replacement`` is no bool.
        ValueError: if ``num_samples`` is no positive integer.
    """

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        self.data_source = data_source
        self.replacement = replacement
        self._num_samples = num_samples
        self.generator = generator
        if not isinstance(replacement, bool):
            raise TypeError(
                f"replacement should be a boolean value, but got replacement={replacement}"
            )
        if not isinstance(self.num_samples, int) or self.num_samples <= 0:
            raise ValueError(
                "num_samples should be a positive integer value, but got "
                f"num_samples={self.num_samples}"
            )

    @property
    def num_samples(self) -> int:
        """How many indices one iteration draws."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        count, wanted = len(self.data_source), self.num_samples
        generator = self.generator or Generator().manual_seed(draw_seed(None))
        if self.replacement:
            # ``wanted`` may be 10**10: an epoch without end.
            for _ in range(wanted // _AT_ONCE):
                yield from generator.integers((_AT_ONCE,), 0, count).tolist()
            yield from generator.integers((wanted % _AT_ONCE,), 0, count).tolist()
        else:
            for _ in range(wanted // count):
                yield from generator.permutation(count).tolist()
            yield from generator.permutation(count).tolist()[: wanted % count]

    def __len__(self) -> int:
        return self.num_samples


class SubsetRandomSampler(Sampler):
    """Given indices in random order."""

    def __init__(self, indices: Sequence[Any], generator: Generator | None = None) -> None:
        self.indices = indices
        self.generator = generator

    def __iter__(self) -> Iterator[Any]:
        order = (self.generator or default_generator).permutation(len(self.indices))
        for i in order.tolist():
            yield self.indices[i]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler):
    """Indices drawn in proportion to weights, which need not sum to 1.

    Args:
        weights: one for each index.
        num_samples: how many to draw.
        replacement: whether an index may come again.
        generator: source of the numbers.

    Raises:
        ValueError: if ``num_samples`` is no positive integer, ``replacement`` is no bool, or the
            weights are not one-dimensional.
    """

    def __init__(
        self,
        weights: Any,
        num_samples: int,
        replacement: bool = True,
        generator: Generator | None = None,
    ) -> None:
        if not isinstance(num_samples, int) or isinstance(num_samples, bool) or num_samples <= 0:
            raise ValueError(
                f"num_samples should be a positive integer value, but got num_samples={num_samples}"
            )
        if not isinstance(replacement, bool):
            raise ValueError(
                f"replacement should be a boolean value, but got replacement={replacement}"
            )
        self.weights = as_tensor(weights, dtype="float64")
        if self.weights.ndim != 1:
            raise ValueError(
                "weights should be a 1d sequence but given weights have shape "
                f"{tuple(self.weights.shape)}"
            )
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        drawn = multinomial(
            self.weights, self.num_samples, self.replacement, generator=self.generator
        )
        yield from drawn.tolist()

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler):
    """Lists of ``batch_size`` indices of another sampler (or of anything to iterate over).

    Args:
        sampler: where indices are from.
        batch_size: how many to a list.
        drop_last: whether to leave out a last list that is shorter.

    Raises:
        ValueError: if ``batch_size`` is no positive integer or ``drop_last`` is no bool.
    """

    def __init__(self, sampler: Iterable[Any], batch_size: int, drop_last: bool) -> None:
        if not isinstance(batch_size, int) or isinstance(batch_size, bool) or batch_size <= 0:
            raise ValueError(
                f"batch_size should be a positive integer value, but got batch_size={batch_size}"
            )
        if not isinstance(drop_last, bool):
            raise ValueError(f"drop_last should be a boolean value, but got drop_last={drop_last}")
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[Any]]:
        indices = iter(self.sampler)
        while batch := list(itertools.islice(indices, self.batch_size)):
            if self.drop_last and len(batch) < self.batch_size:
                return
            yield batch

    def __len__(self) -> int:
        count = len(self.sampler)  # type: ignore[arg-type]
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)
