"""The program's own processes: workers that are started anew find minigrad too.

A forked process has the import finder already. One that is spawned, or forked by a server, imports
the program again: before that, it unpickles what its parent sends, and that activates the finder.
"""

from __future__ import annotations

import multiprocessing
from multiprocessing import spawn
from typing import Any

from ..imports import finder


class _Activation:
    """Activates the finder where it is unpickled."""

    def __reduce__(self) -> Any:
        return finder.activate, ()


def begin() -> None:
    """Let the program find minigrad, and the processes that it starts by ``multiprocessing``."""
    finder.activate()
    plain = spawn.get_preparation_data

    def get_preparation_data(name: str) -> dict[str, Any]:
        return {**plain(name), "minigrad": _Activation()}

    spawn.get_preparation_data = get_preparation_data
    # The server would import the program by itself, before it is told anything.
    multiprocessing.set_forkserver_preload([f"{__package__}.child"])
