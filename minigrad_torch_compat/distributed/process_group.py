"""The group of all processes, of which there is one."""

from __future__ import annotations

import os
from typing import Any

__all__ = [
    "GroupMember",
    "ProcessGroup",
    "destroy_process_group",
    "get_backend",
    "get_rank",
    "get_world_size",
    "group",
    "init_process_group",
    "is_available",
    "is_gloo_available",
    "is_initialized",
    "is_mpi_available",
    "is_nccl_available",
    "is_torchelastic_launched",
    "new_group",
]


class ProcessGroup:
    """This process.

    Attributes:
        backend: the name that the program gave; no such library is used.
    """

    def __init__(self, backend: str) -> None:
        self.backend = backend

    def rank(self) -> int:
        """Return 0."""
        return 0

    def size(self) -> int:
        """Return 1."""
        return 1


_current: list[ProcessGroup] = []


class GroupMember:
    """Who takes part: the default group is meant by ``WORLD``."""

    WORLD: Any = None
    NON_GROUP_MEMBER: Any = object()


group = GroupMember


def init_process_group(
    backend: str | None = None,
    init_method: str | None = None,
    timeout: Any = None,
    world_size: int = -1,
    rank: int = -1,
    **options: Any,
) -> None:
    """Start the group of all processes.

    Args:
        backend: a name, which ``get_backend`` returns.
        init_method, timeout, options: nobody has to be found: without effect.
        world_size, rank: 1 and 0; by default from the environment, as torchrun sets it.

    Raises:
        RuntimeError: for more than one process.
        ValueError: if there is a group already.
    """
    if _current:
        raise ValueError("trying to initialize the default process group twice!")
    size = int(os.environ.get("WORLD_SIZE", 1)) if world_size == -1 else world_size
    number = int(os.environ.get("RANK", 0)) if rank == -1 else rank
    if size != 1 or number != 0:
        raise RuntimeError(
            f"minigrad runs in one process: got world_size={size} and rank={number}, expected 1 "
            "and 0; start the program without torchrun, or with one process"
        )
    _current.append(ProcessGroup(backend or "undefined"))


def destroy_process_group(group: Any = None) -> None:
    """End the group."""
    current()
    if group is None or group is _current[0]:
        _current.clear()


def current() -> ProcessGroup:
    """Return the group.

    Raises:
        ValueError: if there is none.
    """
    if not _current:
        raise ValueError(
            "Default process group has not been initialized, please make sure to call "
            "init_process_group."
        )
    return _current[0]


def is_initialized() -> bool:
    """Return whether there is a group."""
    return bool(_current)


def get_rank(group: Any = None) -> int:
    """Return the number of this process: 0."""
    return current().rank()


def get_world_size(group: Any = None) -> int:
    """Return the number of processes: 1."""
    return current().size()


def get_backend(group: Any = None) -> str:
    """Return the name that the group was started with."""
    return current().backend


def new_group(ranks: Any = None, *args: Any, **options: Any) -> ProcessGroup:
    """Return a group of some of the processes.

    Raises:
        ValueError: for other processes than this one.
    """
    if ranks is not None and list(ranks) != [0]:
        raise ValueError(f"the only process has the rank 0, got ranks={list(ranks)}")
    return ProcessGroup(current().backend)


def is_available() -> bool:
    """Return True: programs for one process run."""
    return True


def is_nccl_available() -> bool:
    """Return False."""
    return False


def is_gloo_available() -> bool:
    """Return False."""
    return False


def is_mpi_available() -> bool:
    """Return False."""
    return False


def is_torchelastic_launched() -> bool:
    """Return whether torchrun started this process."""
    return "TORCHELASTIC_RUN_ID" in os.environ
