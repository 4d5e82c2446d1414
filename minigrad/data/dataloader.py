"""DataLoader: batches of a dataset, in order or shuffled, fetched by workers if there are any."""

from __future__ import annotations

import multiprocessing
import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.context import BaseContext
from typing import Any

from ..random import Generator
from .collating import default_collate, default_convert
from .dataset import IterableDataset
from .fetching import Fetching
from .loading import Loading, SerialLoading, WorkerLoading
from .samplers import BatchSampler, RandomSampler, Sampler, SequentialSampler

__all__ = ["DataLoader"]

_FIXED = ("batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers")


class _Endless(Sampler):
    """The keys of a stream, which has none."""

    def __iter__(self) -> Iterator[None]:
        while True:
            yield None


class DataLoader:
    """Batches of a dataset.

    With the same seed the order is that of PyTorch's ``DataLoader``.

    Args:
        dataset: anything with ``__getitem__`` and ``__len__``, or an ``IterableDataset``.
        batch_size: samples per batch; None for samples that are not batched.
        shuffle: whether each pass has another random order.
        sampler: gives the keys of the samples; in place of ``shuffle``.
        batch_sampler: gives lists of keys; in place of all of the above.
        num_workers: how many fetch ahead of time; with 0 the caller does.
        collate_fn: makes a batch of a list of samples; by default ``default_collate``.
        pin_memory: accepted for PyTorch's sake; the host's memory is pageable.
        drop_last: whether a last batch that is smaller is left out.
        timeout: seconds to wait for workers, 0 for no limit.
        worker_init_fn: called in each worker with its number.
        multiprocessing_context: a start method of processes, or a context of ``multiprocessing``.
        generator: source of the order and of the workers' seeds.
        prefetch_factor: batches that each worker fetches ahead, by default 2.
        persistent_workers: whether workers stay for the next pass.
        in_order: whether batches of workers come in the order of the sampler; if not, as they are
            ready.
        worker_method: "multiprocessing" or "thread". Threads share the dataset (each has a shallow
            copy) and start at once; they help where time goes to files or NumPy.

    Raises:
        ValueError: for options that exclude each other or are out of range.

    Example:
        >>> import minigrad as mg
        >>> data = mg.data.TensorDataset(mg.arange(5), mg.arange(5) * 10)
        >>> for x, y in mg.data.DataLoader(data, batch_size=2):
        ...     print(x.tolist(), y.tolist())
        [0, 1] [0, 10]
        [2, 3] [20, 30]
        [4] [40]
    """

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable[Any] | None = None,
        batch_sampler: Iterable[Any] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[Any], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], None] | None = None,
        multiprocessing_context: Any = None,
        generator: Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
        worker_method: str = "multiprocessing",
    ) -> None:
        _check_workers(num_workers, timeout, prefetch_factor, persistent_workers, worker_method)
        if isinstance(dataset, IterableDataset):
            _check_stream(shuffle, sampler, batch_sampler)
        _check_batches(batch_size, shuffle, sampler, batch_sampler, drop_last)
        if sampler is None:
            sampler = _sampler(dataset, shuffle, generator)
        if batch_sampler is not None:
            batch_size = None
        elif batch_size is not None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.dataset = dataset
        self.batch_size = batch_size
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.num_workers = num_workers
        default = default_convert if batch_sampler is None else default_collate
        self.collate_fn = default if collate_fn is None else collate_fn
        self.pin_memory = pin_memory
        self.pin_memory_device = pin_memory_device
        self.drop_last = drop_last
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.multiprocessing_context = _context(multiprocessing_context, num_workers)
        self.generator = generator
        self.prefetch_factor = 2 if num_workers and prefetch_factor is None else prefetch_factor
        self.persistent_workers = persistent_workers
        self.in_order = in_order
        self.worker_method = worker_method
        self.promised_length: int | None = None  # of a stream, if somebody asked for it
        self._kept: WorkerLoading | None = None
        self._ready = True
        if worker_method == "multiprocessing":
            _warn_of_many(num_workers)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _FIXED and "_ready" in self.__dict__:
            raise ValueError(
                f"{name} attribute should not be set after {type(self).__name__} is initialized"
            )
        super().__setattr__(name, value)

    @property
    def key_sampler(self) -> Any:
        """The sampler of what is fetched at a time: batches, or samples without them."""
        return self.sampler if self.batch_sampler is None else self.batch_sampler

    def fetching(self) -> Fetching:
        """Return how to come from keys to batches."""
        batched = self.batch_sampler is not None
        return Fetching(self.dataset, batched, self.collate_fn, self.drop_last)

    def __iter__(self) -> Loading:
        if self.num_workers == 0:
            return SerialLoading(self)
        if not self.persistent_workers:
            return WorkerLoading(self)
        if self._kept is None or not self._kept.alive:
            self._kept = WorkerLoading(self)
        else:
            self._kept.restart()
        return self._kept

    def __len__(self) -> int:
        if not isinstance(self.dataset, IterableDataset):
            return len(self.key_sampler)
        length = self.promised_length = len(self.dataset)  # type: ignore[arg-type]
        if self.batch_size is None:
            return length
        return length // self.batch_size if self.drop_last else -(-length // self.batch_size)


def _sampler(dataset: Any, shuffle: bool | None, generator: Generator | None) -> Sampler:
    if isinstance(dataset, IterableDataset):
        return _Endless()
    return RandomSampler(dataset, generator=generator) if shuffle else SequentialSampler(dataset)


# --- checks -----------------------------------------------------------------------------------


def _check_workers(
    count: int, timeout: float, prefetch: int | None, persistent: bool, method: str
) -> None:
    if count < 0:
        raise ValueError(
            "num_workers option should be non-negative; use num_workers=0 to disable "
            "multiprocessing."
        )
    if timeout < 0:
        raise ValueError("timeout option should be non-negative")
    if count == 0 and prefetch is not None:
        raise ValueError(
            "prefetch_factor option could only be specified in multiprocessing."
            "let num_workers > 0 to enable multiprocessing, otherwise set prefetch_factor to None."
        )
    if prefetch is not None and prefetch < 0:
        raise ValueError("prefetch_factor option should be non-negative")
    if persistent and count == 0:
        raise ValueError("persistent_workers option needs num_workers > 0")
    if method not in ("multiprocessing", "thread"):
        raise ValueError(
            f"worker_method should be 'multiprocessing' or 'thread', but got {method!r}"
        )


def _check_stream(shuffle: Any, sampler: Any, batch_sampler: Any) -> None:
    options = {"sampler": sampler, "batch_sampler": batch_sampler}
    if shuffle not in (False, None):
        options = {"shuffle": shuffle}
    for name, value in options.items():
        if value is not None:
            raise ValueError(
                f"DataLoader with IterableDataset: expected unspecified {name} option, but got "
                f"{name}={value}"
            )


def _check_batches(
    batch_size: int | None, shuffle: Any, sampler: Any, batch_sampler: Any, drop_last: bool
) -> None:
    if sampler is not None and shuffle:
        raise ValueError("sampler option is mutually exclusive with shuffle")
    if batch_sampler is not None:
        if batch_size != 1 or shuffle or sampler is not None or drop_last:
            raise ValueError(
                "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, "
                "and drop_last"
            )
    elif batch_size is None and drop_last:
        raise ValueError(
            "batch_size=None option disables auto-batching and is mutually exclusive with drop_last"
        )


def _context(given: Any, workers: int) -> Any:
    """Return the context of ``multiprocessing`` that is meant by its name, or by itself."""
    if given is None:
        return None
    if workers == 0:
        raise ValueError(
            "multiprocessing_context can only be used with multi-process loading "
            "(num_workers > 0), but got num_workers=0"
        )
    if isinstance(given, str):
        methods = multiprocessing.get_all_start_methods()
        if given not in methods:
            raise ValueError(
                "multiprocessing_context option should specify a valid start method in "
                f"{methods!r}, but got multiprocessing_context={given!r}"
            )
        return multiprocessing.get_context(given)
    if not isinstance(given, BaseContext):
        raise TypeError(
            "multiprocessing_context option should be a valid context object or a string "
            f"specifying the start method, but got multiprocessing_context={given}"
        )
    return given


def _warn_of_many(workers: int) -> None:
    try:
        cpus = len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        cpus = os.cpu_count() or workers
    if workers > cpus:
        warnings.warn(
            f"This DataLoader will create {workers} worker processes in total. Our suggested max "
            f"number of worker in current system is {cpus}, which is smaller than what this "
            "DataLoader is going to create.",
            stacklevel=3,
        )
