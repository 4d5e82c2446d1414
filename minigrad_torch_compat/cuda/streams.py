"""Streams and events: work queued on a GPU, and its time."""

from __future__ import annotations

import contextlib
from typing import Any

from minigrad.backend.device import require_cupy

__all__ = ["Event", "Stream", "current_stream", "default_stream", "stream"]


class Stream:
    """A queue of a GPU."""

    def __init__(self, device: Any = None, priority: int = 0, **options: Any) -> None:
        self._stream = options.get("_stream") or require_cupy().cuda.Stream(non_blocking=True)

    def synchronize(self) -> None:
        """Wait until the queue is empty."""
        self._stream.synchronize()

    def query(self) -> bool:
        """Return whether the queue is empty."""
        return bool(self._stream.done)

    def wait_stream(self, stream: Stream) -> None:
        """Go on after what another queue holds now."""
        self._stream.wait_event(stream._stream.record())

    def record_event(self, event: Event | None = None) -> Event:
        """Return an event that happens once all that is queued now is done."""
        event = Event() if event is None else event
        event.record(self)
        return event


class Event:
    """A mark in a queue; between two of them there is a time."""

    def __init__(
        self, enable_timing: bool = False, blocking: bool = False, interprocess: bool = False
    ) -> None:
        self._event = require_cupy().cuda.Event(block=blocking, disable_timing=not enable_timing)

    def record(self, stream: Stream | None = None) -> None:
        """Put the mark into a queue, the current one by default."""
        self._event.record(None if stream is None else stream._stream)

    def synchronize(self) -> None:
        """Wait for it."""
        self._event.synchronize()

    def query(self) -> bool:
        """Return whether it happened."""
        return bool(self._event.done)

    def elapsed_time(self, end_event: Event) -> float:
        """Return the milliseconds from this event to a later one."""
        return float(require_cupy().cuda.get_elapsed_time(self._event, end_event._event))


def current_stream(device: Any = None) -> Stream:
    """Return the queue in use."""
    return Stream(_stream=require_cupy().cuda.get_current_stream())


def default_stream(device: Any = None) -> Stream:
    """Return the queue that is used unless another is chosen."""
    return Stream(_stream=require_cupy().cuda.Stream.null)


def stream(stream: Stream | None) -> Any:
    """Use a queue inside a region: ``with torch.cuda.stream(s): ...``."""
    return contextlib.nullcontext() if stream is None else stream._stream
