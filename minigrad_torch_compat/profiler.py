"""``torch.profiler``: the time that named regions take, by the clock.

Operators are not measured one by one: a profile holds the regions that a program names with
``record_function``, and the whole.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from typing import Any

from .autograd import profiler as _clock
from .missing import room as _room

__all__ = ["ProfilerAction", "ProfilerActivity", "profile", "record_function", "schedule"]

record_function = _clock.record_function


class ProfilerActivity(enum.Enum):
    """What PyTorch would watch."""

    CPU = 0
    XPU = 1
    CUDA = 2


class ProfilerAction(enum.Enum):
    """What a schedule asks for in a step."""

    NONE = 0
    WARMUP = 1
    RECORD = 2
    RECORD_AND_SAVE = 3


def schedule(
    *, wait: int, warmup: int, active: int, repeat: int = 0, skip_first: int = 0, **options: Any
) -> Callable[[int], ProfilerAction]:
    """Return what to do in each step: wait, warm up, record; and again, ``repeat`` times."""

    def action(step: int) -> ProfilerAction:
        step -= skip_first
        cycle = wait + warmup + active
        if step < 0 or (repeat and step // cycle >= repeat):
            return ProfilerAction.NONE
        place = step % cycle
        if place < wait:
            return ProfilerAction.NONE
        if place < wait + warmup:
            return ProfilerAction.WARMUP
        last = place == cycle - 1
        return ProfilerAction.RECORD_AND_SAVE if last else ProfilerAction.RECORD

    return action


class profile(_clock.profile):
    """Measure a region, step by step.

    Args:
        activities: without effect.
        schedule: tells what to do in each step; by default all is recorded.
        on_trace_ready: called with the profile when something was recorded.
        options: without effect.
    """

    def __init__(
        self,
        *,
        activities: Iterable[Any] | None = None,
        schedule: Callable[[int], ProfilerAction] | None = None,
        on_trace_ready: Callable[[Any], Any] | None = None,
        **options: Any,
    ) -> None:
        super().__init__()
        self.schedule = schedule
        self.on_trace_ready = on_trace_ready
        self.step_num = 0

    def step(self) -> None:
        """Say that a step is over."""
        action = None if self.schedule is None else self.schedule(self.step_num)
        self.step_num += 1
        if action is ProfilerAction.RECORD_AND_SAVE and self.on_trace_ready is not None:
            self.on_trace_ready(self)

    def start(self) -> None:
        """Begin, as ``with`` does."""
        self.__enter__()

    def stop(self) -> None:
        """End, as ``with`` does."""
        self.__exit__(None, None, None)

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        if self.schedule is None and self.on_trace_ready is not None:
            self.on_trace_ready(self)

    def export_chrome_trace(self, path: str) -> None:
        """Refuse: there are no operators to draw.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError(
            "export_chrome_trace: minigrad measures named regions, not operators; print "
            "profile.key_averages().table() instead"
        )


__getattr__ = _room(globals(), code=True)
