"""How many threads a program's matrix products use."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from typing import Any


def one_thread() -> AbstractContextManager[Any]:
    """Let matrix products use one thread for a block, if threadpoolctl is there to see to it.

    The matrices of the programs are small. Two threads make them a little faster on a machine that
    does nothing else; on one that does, the threads wait for each other many times as long. The
    package comes with scikit-learn.
    """
    try:
        from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]
    except ModuleNotFoundError:
        return contextlib.nullcontext()
    limits: AbstractContextManager[Any] = threadpool_limits(1, user_api="blas")
    return limits
