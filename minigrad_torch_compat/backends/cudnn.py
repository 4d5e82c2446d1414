"""``torch.backends.cudnn``: settings without effect."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

enabled = True
benchmark = False
benchmark_limit = 10
deterministic = False
allow_tf32 = True


def is_available() -> bool:
    """Return False: minigrad does not call cuDNN."""
    return False


def version() -> None:
    """Return None: there is no cuDNN."""
    return


def is_acceptable(tensor: Any) -> bool:
    """Return False: nothing is given to cuDNN."""
    return False


@contextlib.contextmanager
def flags(**settings: Any) -> Iterator[None]:
    """Change settings for a while."""
    unknown = set(settings) - _SETTINGS
    if unknown:
        raise TypeError(f"flags() got unexpected keyword arguments {sorted(unknown)}")
    before = {name: globals()[name] for name in settings}
    globals().update(settings)
    try:
        yield
    finally:
        globals().update(before)


_SETTINGS = {"enabled", "benchmark", "benchmark_limit", "deterministic", "allow_tf32"}
