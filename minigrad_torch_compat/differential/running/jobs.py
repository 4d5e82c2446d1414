"""Worker processes: each checks one operator at a time, with one thread, until none is left.

What ends a worker is a finding of the operator it was at. Pools of the standard library do not know
which task ended a worker, so this is a small one of our own.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
import unittest.mock
from collections import deque
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any

from ..check import check
from ..examination import shown
from ..report import Finding, OperatorReport
from ..spec import SPECS
from .plan import Plan, registry, seed_of

# NumPy and PyTorch read these when they are imported; more threads than cores is slower.
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

_START = 60.0  # seconds a new process may take to import PyTorch besides

_SCRIPT = '''"""{name}: {message}."""

import {modules}
from minigrad_torch_compat.differential import SPECS, check

print(check(SPECS[{name!r}], examples={examples}, seed={seed}))
'''


def reports(plan: Plan, names: Sequence[str]) -> Iterator[tuple[OperatorReport, bool]]:
    """Yield the operators' reports as they are done, and whether each ran to its end."""
    waiting = deque(names)
    workers: list[Worker] = []
    try:
        while waiting and len(workers) < plan.jobs:
            workers.append(Worker(plan, waiting.popleft()))
        while workers:
            worker = first_ready(workers)
            report = worker.answer()
            yield report, worker.alive
            if waiting and worker.alive:
                worker.give(waiting.popleft())
            else:
                workers.remove(worker)
                worker.stop()
                if waiting:
                    workers.append(Worker(plan, waiting.popleft()))
    finally:
        for worker in workers:
            worker.stop()


def first_ready(workers: Sequence[Worker]) -> Worker:
    """Wait until a worker has answered, has died or is out of time."""
    soonest = min(workers, key=lambda worker: worker.deadline)
    ready = wait([w.connection for w in workers], max(0.0, soonest.deadline - time.monotonic()))
    return next((worker for worker in workers if worker.connection in ready), soonest)


class Worker:
    """A process, as its parent sees it.

    Attributes:
        name: the operator it is at.
        deadline: when that must be done.
        alive: whether it can be given another one.
    """

    def __init__(self, plan: Plan, name: str) -> None:
        self.plan, self.alive = plan, True
        context = multiprocessing.get_context("spawn")  # a fork would share locks of BLAS threads
        self.connection, theirs = context.Pipe()
        arguments = (theirs, plan.modules, plan.examples, plan.seed)
        self.process = context.Process(target=work, args=arguments, daemon=True)
        with unittest.mock.patch.dict(os.environ, dict.fromkeys(_THREADS, "1")):
            self.process.start()
        theirs.close()  # so that the end of the worker is the end of what can be read
        self.give(name, _START)

    def give(self, name: str, grace: float = 0.0) -> None:
        """Let the worker check an operator, in some seconds more than the limit."""
        self.name, self.deadline = name, time.monotonic() + self.plan.limit + grace
        with contextlib.suppress(OSError):  # dead already: ``answer`` will find out
            self.connection.send(name)

    def answer(self) -> OperatorReport:
        """Return the report; of a worker that died or is out of time, what there is to say."""
        try:
            if self.connection.poll():
                return OperatorReport.from_dict(self.connection.recv())
        except (EOFError, OSError):
            self.process.join()
            return self.lost(f"ended the process with {ending(self.process.exitcode)}")
        return self.lost(f"was not done in {self.plan.limit:g} s")

    def lost(self, message: str) -> OperatorReport:
        """Return the report on an operator that has none of its own."""
        self.alive = False
        return without_examples(
            self.name, self.plan.examples, self.plan.seed, message, self.plan.modules
        )

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self.connection.close()
        self.process.kill()
        self.process.join()


def work(
    connection: Connection[Any, Any], modules: Sequence[str], examples: int, seed: int
) -> None:
    """Check the operators whose names arrive, until the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    registry(modules)
    with contextlib.suppress(EOFError, OSError):
        while True:
            name = connection.recv()
            try:
                report = check(SPECS[name], examples, seed_of(seed, name))
            except Exception as error:
                message = f"cannot be checked: {shown(error)}"
                report = without_examples(name, examples, seed, message, modules)
            connection.send(report.to_dict())


def without_examples(
    name: str, examples: int, seed: int, message: str, modules: Sequence[str]
) -> OperatorReport:
    """Return a report that only says why there is none."""
    own = seed_of(seed, name)
    script = _SCRIPT.format(
        name=name, message=message, modules=", ".join(modules), examples=examples, seed=own
    )
    case = f"check(SPECS[{name!r}], examples={examples}, seed={own})"
    finding = Finding("bug", "process", message, case, script)
    return OperatorReport(name, tier=SPECS[name].tier, seed=own, findings=(finding,))


def ending(status: int | None) -> str:
    """Return what an exit status means."""
    if status is not None and status < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-status).name
    return f"exit status {status}"
