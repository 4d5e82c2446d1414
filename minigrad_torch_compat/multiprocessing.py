"""``torch.multiprocessing``: Python's, and a function that starts several processes at once.

Tensors are sent as copies; none is shared.
"""

from __future__ import annotations

import multiprocessing as _python
from collections.abc import Callable
from multiprocessing import *
from typing import Any

__all__ = [
    *_python.__all__,  # type: ignore[attr-defined]
    *("ProcessExitedException", "get_all_sharing_strategies", "get_sharing_strategy"),
    *("set_sharing_strategy", "spawn", "start_processes"),
]


class ProcessExitedException(Exception):
    """A process ended with an error."""


def get_sharing_strategy() -> str:
    """Return the name of how PyTorch would share tensors."""
    return "file_descriptor"


def get_all_sharing_strategies() -> set[str]:
    """Return the names that ``set_sharing_strategy`` takes."""
    return {"file_descriptor", "file_system"}


def set_sharing_strategy(new_strategy: str) -> None:
    """Accept a name of how to share tensors, which are copied here.

    Raises:
        ValueError: for another name.
    """
    if new_strategy not in get_all_sharing_strategies():
        raise ValueError(f"unknown sharing strategy {new_strategy!r}")


def start_processes(
    fn: Callable[..., Any],
    args: tuple[Any, ...] = (),
    nprocs: int = 1,
    join: bool = True,
    daemon: bool = False,
    start_method: str = "spawn",
) -> Any:
    """Call ``fn(i, *args)`` in ``nprocs`` processes, i from 0.

    Args:
        fn: a function of the program's top level.
        args: its further arguments.
        nprocs: how many.
        join: whether to wait for them; else they are returned.
        daemon: whether they end with this process.
        start_method: "spawn" or "fork".

    Raises:
        ProcessExitedException: if one of them fails.
    """
    context = _python.get_context(start_method)
    started = [
        context.Process(target=fn, args=(i, *args), daemon=daemon)  # type: ignore[attr-defined]
        for i in range(nprocs)
    ]
    for process in started:
        process.start()
    if not join:
        return started
    for i, process in enumerate(started):
        process.join()
        if process.exitcode:
            raise ProcessExitedException(
                f"process {i} terminated with exit code {process.exitcode}; its error is printed "
                "above"
            )
    return None


def spawn(
    fn: Callable[..., Any],
    args: tuple[Any, ...] = (),
    nprocs: int = 1,
    join: bool = True,
    daemon: bool = False,
    start_method: str = "spawn",
) -> Any:
    """Call ``fn(i, *args)`` in new processes: see ``start_processes``."""
    return start_processes(fn, args, nprocs, join, daemon, start_method)
