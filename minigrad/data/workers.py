"""Workers: threads or processes that fetch batches, and the crew they make up.

Each worker has its own line of tasks. Processes answer through a pipe each: no lock is shared, so
one that dies cannot hold up the others, and its end of the pipe tells at once that it is gone.
"""

from __future__ import annotations

import contextlib
import copy
import multiprocessing
import os
import queue
import random
import signal
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from ..random import Generator, manual_seed
from .fetching import Fetching

__all__ = ["WorkerInfo", "get_worker_info"]

PATIENCE = 5.0  # seconds that workers have to finish what they are at
_ALIVE = 1.0  # seconds after which an idle process asks whether its parent still lives
_LOW = 0xFFFFFFFF


class Sources(NamedTuple):
    """A thread's own random numbers: the global generators belong to all threads."""

    random_generator: random.Random
    generator: Generator
    numpy_generator: np.random.Generator


@dataclass(frozen=True)
class WorkerInfo:
    """What a worker knows of itself.

    Attributes:
        id: 0 to ``num_workers - 1``.
        num_workers: how many there are.
        seed: of this worker: the loader's base seed + ``id``.
        dataset: this worker's copy (in threads, a shallow one).
        rng: random generators of its own, in threads.
        worker_method: "multiprocessing" or "thread".
    """

    id: int
    num_workers: int
    seed: int
    dataset: Any
    rng: Sources | None = None
    worker_method: str = "multiprocessing"


class Job(NamedTuple):
    """What all workers of a crew are to do."""

    fetching: Fetching
    workers: int
    base_seed: int
    init: Callable[[int], None] | None


class Failure(NamedTuple):
    """An exception on its way from a worker to the main thread, with its traceback as text."""

    kind: type[BaseException]
    text: str

    def reraise(self, where: str) -> None:
        """Raise an exception of the same type that tells where it was raised first."""
        message = f"Caught {self.kind.__name__} in {where}.\nOriginal {self.text}"
        try:
            error = self.kind(_Verbatim(message))
        except Exception:  # its type wants other arguments
            error = RuntimeError(message)
        raise error


class _Verbatim(str):
    """A text that is its own repr: KeyError shows the repr of its argument, in one long line."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Ended(NamedTuple):
    """The answer of a worker whose stream is at its end."""


class Restart(NamedTuple):
    """A task: begin the dataset anew; the answer is the same."""


_here: Any = threading.local()  # of a thread; a process keeps its own in _of_process
_of_process: WorkerInfo | None = None


def get_worker_info() -> WorkerInfo | None:
    """Return what is known about the worker that calls this; None outside of workers."""
    return getattr(_here, "info", _of_process)


# --- what a worker does -----------------------------------------------------------------------


def _work(
    job: Job,
    number: int,
    receive: Callable[[], Any],
    send: Callable[[Any], None],
    done: Any,
) -> None:
    """Fetch what is asked for, until the task is None."""
    fetch = _started(job, number if job.init else None)
    while (task := receive()) is not None:
        if done.value:
            continue
        place, keys = task
        if isinstance(keys, Restart):
            fetch = _started(job)
            send((place, keys))
        else:
            send((place, _answer(fetch, keys)))


def _started(job: Job, number: int | None = None) -> Callable[[Any], Any]:
    """Return the function that fetches; if there is none, one that tells why."""
    try:
        if job.init is not None and number is not None:
            job.init(number)
        return job.fetching.start()
    except BaseException as error:
        failure = _failure(error)
        return lambda keys: failure


def _answer(fetch: Callable[[Any], Any], keys: Any) -> Any:
    try:
        return fetch(keys)
    except StopIteration:
        return Ended()
    except BaseException as error:  # all of them: a thread that ended here would be waited for
        return _failure(error)


def _failure(error: BaseException) -> Failure:
    kind = type(error) if isinstance(error, Exception) else RuntimeError
    return Failure(kind, "".join(traceback.format_exception(error)))


def _numpy_seed(job: Job, number: int) -> Any:
    """Return PyTorch's seed of NumPy in a worker: words that differ from those of the others."""
    entropy = [number, job.base_seed & _LOW, job.base_seed >> 32, 0]
    return np.random.SeedSequence(entropy).generate_state(4)


# --- processes --------------------------------------------------------------------------------


def _process(
    job: Job, number: int, tasks: Any, answers: Connection, done: Any, inherited: list[Connection]
) -> None:
    """Be a worker process."""
    global _of_process
    for pipe in inherited:  # else a worker could wait for ever for one of us to read its answer
        pipe.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    seed = job.base_seed + number
    random.seed(seed)
    manual_seed(seed)
    np.random.seed(_numpy_seed(job, number))
    _of_process = WorkerInfo(number, job.workers, seed, job.fetching.dataset)
    parent = multiprocessing.parent_process()

    def receive() -> Any:
        while parent is None or parent.is_alive():
            try:
                return tasks.get(timeout=_ALIVE)
            except queue.Empty:
                continue
        return None

    def send(answer: Any) -> None:
        try:
            answers.send(answer)
        except OSError:
            raise
        except Exception as error:  # it cannot be pickled
            answers.send((answer[0], _failure(error)))

    with contextlib.suppress(BrokenPipeError):  # nobody listens any more
        _work(job, number, receive, send, done)


class ProcessCrew:
    """Worker processes.

    Args:
        job: what they do.
        context: how processes are started; the platform's way by default.
    """

    def __init__(self, job: Job, context: Any = None) -> None:
        context = context or multiprocessing.get_context()
        self._owner = os.getpid()
        self._done = context.RawValue("b", 0)  # no lock that a dead worker could hold
        self._tasks: list[Any] = []
        self._pipes: list[Connection] = []
        self._members: list[Any] = []
        try:
            for number in range(job.workers):
                self._hire(context, job, number)
        except BaseException:
            self.close()
            raise

    def _hire(self, context: Any, job: Job, number: int) -> None:
        tasks, (answers, theirs) = context.Queue(), context.Pipe(duplex=False)
        inherited = [*self._pipes, answers] if context.get_start_method() == "fork" else []
        arguments = (job, number, tasks, theirs, self._done, inherited)
        member = context.Process(target=_process, args=arguments, daemon=True)
        try:
            member.start()
        finally:
            theirs.close()  # once: now the pipe ends when the worker does
        self._tasks.append(tasks)
        self._pipes.append(answers)
        self._members.append(member)

    def send(self, number: int, task: Any) -> None:
        """Give a task to a worker; this never waits."""
        self._tasks[number].put(task)

    def receive(self, timeout: float | None) -> list[Any]:
        """Return the answers that are there, after waiting for the first; none on timeout.

        Raises:
            RuntimeError: if a worker has died.
        """
        answers = []
        for pipe in wait(self._pipes, timeout):
            try:
                answers.append(pipe.recv())  # type: ignore[union-attr,call-arg]
            except (EOFError, ConnectionResetError):
                member = self._members[self._pipes.index(pipe)]  # type: ignore[arg-type]
                member.join(PATIENCE)
                raise RuntimeError(
                    f"DataLoader worker (pid(s) {member.pid}) exited unexpectedly, with exit code "
                    f"{member.exitcode}"
                ) from None
        return answers

    def close(self) -> None:
        """End the workers: those that do not finish in time are terminated."""
        if os.getpid() != self._owner:  # a fork has a copy of us, but they are not its children
            return
        self._done.value = 1
        for tasks in self._tasks:
            tasks.put(None)
        for pipe in self._pipes:
            pipe.close()
        deadline = time.monotonic() + PATIENCE
        try:
            for member in self._members:
                member.join(max(0.0, deadline - time.monotonic()))
        finally:  # also if Ctrl-C is pressed again
            for member, tasks in zip(self._members, self._tasks):
                if member.is_alive():
                    member.terminate()
                    member.join(PATIENCE)
                tasks.close()
                tasks.cancel_join_thread()
            self._members, self._tasks, self._pipes = [], [], []


# --- threads ----------------------------------------------------------------------------------


def _thread(job: Job, number: int, tasks: Any, answers: Any, done: Any) -> None:
    """Be a worker thread."""
    seed = job.base_seed + number
    sources = Sources(
        random.Random(seed),
        Generator().manual_seed(seed),
        np.random.default_rng(_numpy_seed(job, number)),
    )
    # A shallow copy: what ``worker_init_fn`` sets is this worker's, the data are shared.
    dataset = job.fetching.dataset
    with contextlib.suppress(Exception):  # what cannot be copied is shared
        dataset = copy.copy(dataset)
    job = job._replace(fetching=job.fetching._replace(dataset=dataset))
    _here.info = WorkerInfo(number, job.workers, seed, dataset, sources, "thread")
    _work(job, number, tasks.get, answers.put, done)


class ThreadCrew:
    """Worker threads: no copies of data, no pickling; right where NumPy or reading takes the time.

    Args:
        job: what they do.
    """

    def __init__(self, job: Job) -> None:
        self._done = SimpleNamespace(value=0)
        self._answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._tasks: list[queue.SimpleQueue[Any]] = [
            queue.SimpleQueue() for _ in range(job.workers)
        ]
        self._members = [
            threading.Thread(
                target=_thread, args=(job, i, tasks, self._answers, self._done), daemon=True
            )
            for i, tasks in enumerate(self._tasks)
        ]
        for member in self._members:
            member.start()

    def send(self, number: int, task: Any) -> None:
        """Give a task to a worker; this never waits."""
        self._tasks[number].put(task)

    def receive(self, timeout: float | None) -> list[Any]:
        """Return the next answer, after waiting for it; none on timeout."""
        try:
            return [self._answers.get(timeout=timeout)]
        except queue.Empty:
            return []

    def close(self) -> None:
        """End the workers; one that is stuck in the dataset's code ends with the program."""
        self._done.value = 1
        for tasks in self._tasks:
            tasks.put(None)
        deadline = time.monotonic() + PATIENCE
        for member in self._members:
            if member is not threading.current_thread():
                member.join(max(0.0, deadline - time.monotonic()))
