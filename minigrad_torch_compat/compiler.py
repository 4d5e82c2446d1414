"""``torch.compile`` and ``torch.compiler``: functions and modules run as they are."""

from __future__ import annotations

from typing import Any

from .missing import room as _room

__all__ = ["compile", "disable", "is_compiling", "is_dynamo_compiling", "is_exporting", "reset"]


def compile(model: Any = None, **options: Any) -> Any:
    """Return the function or module itself; without one, a decorator that does.

    Raises:
        TypeError: for something that cannot be called.
    """
    if model is None:
        return lambda given: compile(given, **options)
    if not callable(model):
        raise TypeError(f"compile: expected a function or module, got {type(model).__name__}")
    return model


def disable(fn: Any = None, recursive: bool = True, **options: Any) -> Any:
    """Return the function itself; without one, a decorator that does."""
    return fn if fn is not None else lambda given: given


def is_compiling() -> bool:
    """Return False."""
    return False


def is_dynamo_compiling() -> bool:
    """Return False."""
    return False


def is_exporting() -> bool:
    """Return False."""
    return False


def reset() -> None:
    """Forget what was compiled, which is nothing."""


__getattr__ = _room(globals(), code=True)
