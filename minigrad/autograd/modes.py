"""Grad modes: whether operations are recorded, per thread."""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])


class _Modes(threading.local):
    recording = True


modes = _Modes()


def is_grad_enabled() -> bool:
    """Return True if operations on tensors are recorded in this thread."""
    return modes.recording


class _GradMode:
    """A grad mode as a context manager (re-entrant) and as a decorator."""

    _recording: bool

    def __init__(self) -> None:
        self._previous: list[bool] = []

    def __enter__(self) -> None:
        self._previous.append(modes.recording)
        modes.recording = self._recording

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        modes.recording = self._previous.pop()

    def __call__(self, function: _F) -> _F:
        """Decorate ``function``: it runs in this mode, a generator each time it is resumed."""
        recording = self._recording
        if inspect.isgeneratorfunction(function):
            return _decorated_generator(function, recording)

        @functools.wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            # Saved in the call's own frame: one decorator serves any number of threads.
            previous, modes.recording = modes.recording, recording
            try:
                return function(*args, **kwargs)
            finally:
                modes.recording = previous

        return wrapped  # type: ignore[return-value]


def _decorated_generator(function: Any, recording: bool) -> Any:
    """Return a generator function whose steps run in a mode; between them it is the caller's."""

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        generator = function(*args, **kwargs)
        resume, sent = generator.send, None
        while True:
            previous, modes.recording = modes.recording, recording
            try:
                item = resume(sent)
            except StopIteration as stop:
                return stop.value
            finally:
                modes.recording = previous
            try:
                resume, sent = generator.send, (yield item)
            except GeneratorExit:
                generator.close()
                raise
            except BaseException as error:
                resume, sent = generator.throw, error

    return wrapped


class no_grad(_GradMode):
    """Do not record: ``with no_grad(): ...`` or ``@no_grad()``.

    Example:
        >>> import minigrad as mg
        >>> x = mg.ones(2, requires_grad=True)
        >>> with mg.no_grad():
        ...     y = x * 2
        >>> y.requires_grad
        False
    """

    _recording = False

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        """Make a mode, or decorate at once: ``@no_grad`` without parentheses, as in PyTorch."""
        mode = super().__new__(cls)
        if function is None:
            return mode
        mode.__init__()  # type: ignore[misc]
        return mode(function)


class enable_grad(no_grad):
    """Record again inside a region of ``no_grad``."""

    _recording = True


class set_grad_enabled(_GradMode):
    """Switch recording on or off: at once, and as a context manager until its end.

    Args:
        mode: True to record, False not to.
    """

    def __init__(self, mode: bool) -> None:
        super().__init__()
        self._recording = bool(mode)
        self._previous.append(modes.recording)
        modes.recording = self._recording

    def __enter__(self) -> None:
        modes.recording = self._recording

    def __call__(self, function: _F) -> _F:
        """Decorate ``function``; nothing is switched until it is called."""
        modes.recording = self._previous.pop()
        return super().__call__(function)
