"""Iterating over a ``DataLoader``: here and now, or ahead of time by workers."""

from __future__ import annotations

import itertools
import warnings
import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from .samplers import draw_seed
from .workers import Ended, Failure, Job, ProcessCrew, Restart, ThreadCrew

if TYPE_CHECKING:
    from .dataloader import DataLoader


class Loading:
    """One pass over the data; a subclass defines ``_next``."""

    def __init__(self, loader: DataLoader) -> None:
        self._fetching = loader.fetching()
        self._sampler = loader.key_sampler
        self._promised = loader.promised_length
        # Drawn even where nobody needs it, as PyTorch does: the numbers that follow are the same.
        self._base_seed = draw_seed(loader.generator)
        self._begin()

    def _begin(self) -> None:
        self._keys = iter(self._sampler)
        self._yielded = 0

    def _next(self) -> Any:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        return self

    def __len__(self) -> int:
        return len(self._sampler)

    def __next__(self) -> Any:
        batch = self._next()
        self._yielded += 1
        if self._promised is not None and self._yielded > self._promised:
            warnings.warn(
                f"Length of IterableDataset {self._fetching.dataset} was reported to be "
                f"{self._promised} (when accessing len(dataloader)), but {self._yielded} samples "
                "have been fetched. With workers, each has its own copy of the dataset: see "
                "get_worker_info().",
                stacklevel=2,
            )
        return batch


class SerialLoading(Loading):
    """Each batch is fetched when it is asked for."""

    def __init__(self, loader: DataLoader) -> None:
        super().__init__(loader)
        self._fetch: Callable[[Any], Any] = self._fetching.start()

    def _next(self) -> Any:
        return self._fetch(next(self._keys))


class WorkerLoading(Loading):
    """Workers fetch ahead of time; batches come in the order of their keys all the same.

    Workers end with this object: when the loop over it is left, in whatever way.
    """

    def __init__(self, loader: DataLoader) -> None:
        super().__init__(loader)
        self._count = loader.num_workers
        self._ahead = loader.num_workers * max(1, loader.prefetch_factor or 1)
        self._timeout = loader.timeout or None
        self._persistent = loader.persistent_workers
        self._in_order = loader.in_order
        self._method = loader.worker_method
        job = Job(self._fetching, self._count, self._base_seed, loader.worker_init_fn)
        self._crew: Any = (
            ThreadCrew(job)
            if self._method == "thread"
            else ProcessCrew(job, loader.multiprocessing_context)
        )
        self._close = weakref.finalize(self, self._crew.close)
        self._prepare()

    def _prepare(self) -> None:
        self._tasks = itertools.count()
        self._owners: dict[int, int] = {}  # of tasks given and not yet yielded, in their order
        self._answers: dict[int, Any] = {}  # that came too early
        self._active = [True] * self._count
        self._turn = itertools.cycle(range(self._count))
        for _ in range(self._ahead):
            self._give()

    @property
    def alive(self) -> bool:
        """Whether the workers are there."""
        return self._close.alive

    def restart(self) -> None:
        """Begin another pass with the same workers; what they still had to do is thrown away."""
        self._begin()
        for number in range(self._count):
            self._crew.send(number, (number, Restart()))
        waiting = self._count
        while waiting:
            waiting -= sum(isinstance(answer, Restart) for _, answer in self._receive())
        self._prepare()

    # --- tasks and answers ----------------------------------------------------------------

    def _give(self) -> None:
        """Give the next task to the next worker, if there are both."""
        if not any(self._active):
            return
        try:
            keys = next(self._keys)
        except StopIteration:
            return
        number = self._next_worker()
        task = next(self._tasks)
        self._owners[task] = number
        self._crew.send(number, (task, keys))

    def _next_worker(self) -> int:
        if self._in_order:
            return next(number for number in self._turn if self._active[number])
        busy = list(self._owners.values())
        active = [number for number in range(self._count) if self._active[number]]
        return min(active, key=busy.count)

    def _receive(self) -> list[Any]:
        try:
            answers = self._crew.receive(self._timeout)
        except RuntimeError:
            self._close()
            raise
        if not answers:
            self._close()
            raise RuntimeError(f"DataLoader timed out after {self._timeout:g} seconds")
        return answers

    def _next(self) -> Any:
        while self._owners and self.alive:
            ready = self._answers if not self._in_order else ()
            task = next(iter(ready), next(iter(self._owners)))
            if task not in self._answers:
                self._answers.update(self._receive())
                continue
            number, answer = self._owners.pop(task), self._answers.pop(task)
            if isinstance(answer, Ended):
                self._active[number] = False
            self._give()
            if isinstance(answer, Ended):
                continue
            if isinstance(answer, Failure):
                kind = "thread" if self._method == "thread" else "process"
                answer.reraise(f"DataLoader worker {kind} {number}")
            return answer
        if not self._persistent:
            self._close()
        raise StopIteration
