"""``torch.random``: seeds and the state they lead to."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from minigrad.random import default_generator as default_generator
from minigrad.random import get_rng_state as get_rng_state
from minigrad.random import initial_seed as initial_seed
from minigrad.random import manual_seed as manual_seed
from minigrad.random import seed as seed
from minigrad.random import set_rng_state as set_rng_state

from .missing import room as _room


@contextlib.contextmanager
def fork_rng(devices: Any = None, enabled: bool = True, **options: Any) -> Iterator[None]:
    """Draw inside as one likes; outside, the generator goes on as if nothing had been drawn."""
    state = get_rng_state() if enabled else None
    try:
        yield
    finally:
        if state is not None:
            set_rng_state(state)


__getattr__ = _room(globals(), code=True)
