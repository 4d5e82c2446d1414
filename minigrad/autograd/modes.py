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
    """What is so in this thread.

    Attributes:
        recording: operations on tensors are recorded.
        inference: within ``inference_mode``: nothing is recorded, whatever the other modes say.
        packing: the innermost pair of hooks of ``saved_tensors_hooks``.
        packing_refused: why there may be none (``disable_saved_tensors_hooks``).
        sweep: the backward pass that is running.
        transforms: how many functions are being transformed (``grad``, ``vmap`` ...).
    """

    recording = True
    inference = False
    packing: Any = None
    packing_refused: str | None = None
    sweep: Any = None
    transforms = 0


modes = _Modes()


class _Rare:
    """What is so in any thread: hot paths look here first, and almost always no further.

    Attributes:
        on: saved tensors need care: there are hooks for them, or tensors of inference mode.
        inference: how many regions of inference mode are open.
        packing: how many regions with hooks for saved tensors are.
    """

    __slots__ = ("_lock", "_used", "inference", "on", "packing")

    def __init__(self) -> None:
        self.on = False
        self.inference = 0
        self.packing = 0
        self._used = False  # tensors of inference mode outlive it
        self._lock = threading.Lock()

    def count(self, *, inference: int = 0, packing: int = 0) -> None:
        """Count regions that open (1) or close (-1)."""
        with self._lock:
            self.inference += inference
            self.packing += packing
            self._used = self._used or self.inference > 0
            self.on = self._used or self.packing > 0


rare = _Rare()


def is_grad_enabled() -> bool:
    """Return True if operations on tensors are recorded in this thread."""
    return modes.recording


class _Mode:
    """A mode as a context manager (re-entrant) and as a decorator."""

    def __init__(self) -> None:
        self._previous: list[Any] = []

    def _switch(self) -> Any:
        """Enter the mode, and return what ``_restore`` wants to leave it."""
        raise NotImplementedError

    def _restore(self, previous: Any) -> None:
        raise NotImplementedError

    def __enter__(self) -> None:
        self._previous.append(self._switch())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._restore(self._previous.pop())

    def __call__(self, function: _F) -> _F:
        """Decorate ``function``: it runs in this mode, a generator each time it is resumed."""
        if inspect.isgeneratorfunction(function):
            return _decorated_generator(function, self)

        @functools.wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            # Saved in the call's own frame: one decorator serves any number of threads.
            previous = self._switch()
            try:
                return function(*args, **kwargs)
            finally:
                self._restore(previous)

        return wrapped  # type: ignore[return-value]


class _GradMode(_Mode):
    """A mode that records, or does not."""

    _recording: bool

    def _switch(self) -> bool:
        previous, modes.recording = modes.recording, self._recording and not modes.inference
        return previous

    def _restore(self, previous: bool) -> None:
        modes.recording = previous


def _decorated_generator(function: Any, mode: _Mode) -> Any:
    """Return a generator function whose steps run in a mode; between them it is the caller's."""

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        generator = function(*args, **kwargs)
        resume, sent = generator.send, None
        while True:
            previous = mode._switch()
            try:
                item = resume(sent)
            except StopIteration as stop:
                return stop.value
            finally:
                mode._restore(previous)
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


class transforming(_GradMode):
    """Record, even in inference mode: what a transform differentiates is its own."""

    def _switch(self) -> bool:
        previous, modes.recording = modes.recording, True
        modes.transforms += 1
        return previous

    def _restore(self, previous: bool) -> None:
        modes.transforms -= 1
        modes.recording = previous


class set_grad_enabled(_GradMode):
    """Switch recording on or off: at once, and as a context manager until its end.

    Args:
        mode: True to record, False not to.
    """

    def __init__(self, mode: bool) -> None:
        super().__init__()
        self._recording = bool(mode)
        super().__enter__()

    def __enter__(self) -> None:
        self._switch()

    def __call__(self, function: _F) -> _F:
        """Decorate ``function``; nothing is switched until it is called."""
        self._restore(self._previous.pop())
        return super().__call__(function)


class inference_mode(_Mode):
    """Do not record, and make tensors that never will be: ``with inference_mode(): ...``.

    Stricter than ``no_grad``: a tensor made inside (``is_inference()``) can afterwards neither be
    written in place nor saved for a backward pass; a ``clone()`` can. Views of tensors that were
    there before, and those tensors themselves, stay what they are.

    Args:
        mode: False to leave inference mode inside a region of it, and to record.

    Example:
        >>> import minigrad as mg
        >>> with mg.autograd.inference_mode():
        ...     y = mg.ones(2) * 2
        >>> y.is_inference()
        True
    """

    def __new__(cls, mode: Any = True) -> Any:
        """Make a mode, or decorate at once: ``@inference_mode`` without parentheses."""
        return super().__new__(cls) if isinstance(mode, bool) else cls()(mode)

    def __init__(self, mode: bool = True) -> None:
        super().__init__()
        self._mode = mode

    def _switch(self) -> tuple[bool, bool]:
        previous = modes.recording, modes.inference
        modes.recording, modes.inference = not self._mode, self._mode
        rare.count(inference=int(self._mode))
        return previous

    def _restore(self, previous: tuple[bool, bool]) -> None:
        rare.count(inference=-int(self._mode))
        modes.recording, modes.inference = previous


def is_inference_mode_enabled() -> bool:
    """Return True within a region of ``inference_mode`` in this thread."""
    return modes.inference
