"""``torch.jit``: functions and modules run as they are; nothing is compiled or saved."""

from __future__ import annotations

import contextlib
from typing import Any, NoReturn, TypeVar
from typing import Final as Final

from minigrad.nn import Module

from .missing import room as _room

__all__ = [
    *("Attribute", "Final", "ScriptFunction", "ScriptModule", "TracerWarning", "annotate"),
    *("export", "freeze", "fork", "ignore", "interface", "is_scripting", "is_tracing"),
    *("isinstance", "load", "optimize_for_inference", "optimized_execution", "save", "script"),
    *("script_method", "trace", "trace_module", "unused", "wait"),
]

T = TypeVar("T")
ScriptModule = Module
_isinstance = isinstance


class ScriptFunction:
    """The type of compiled functions, of which there are none."""


class TracerWarning(Warning):
    """What tracing would warn of."""


def script(obj: T, *args: Any, **options: Any) -> T:
    """Return the function or module itself."""
    return obj


def trace(func: T, example_inputs: Any = None, *args: Any, **options: Any) -> T:
    """Return the function or module itself."""
    return func


def trace_module(mod: T, inputs: Any = None, *args: Any, **options: Any) -> T:
    """Return the module itself."""
    return mod


def freeze(mod: T, *args: Any, **options: Any) -> T:
    """Return the module itself."""
    return mod


optimize_for_inference = freeze


def script_method(fn: T) -> T:
    """Return the function itself."""
    return fn


def export(fn: T) -> T:
    """Return the function itself."""
    return fn


interface = export


def ignore(drop: Any = False, **options: Any) -> Any:
    """Return the function itself: ``@ignore`` or ``@ignore()``."""
    return drop if callable(drop) else export


def unused(fn: T) -> T:
    """Return the function itself."""
    return fn


def is_scripting() -> bool:
    """Return False."""
    return False


def is_tracing() -> bool:
    """Return False."""
    return False


def annotate(the_type: Any, the_value: T) -> T:
    """Return the value itself."""
    return the_value


def Attribute(value: T, type: Any = None) -> T:  # noqa: N802 - PyTorch's name
    """Return the value itself."""
    return value


def isinstance(obj: Any, target_type: Any) -> bool:
    """Return whether an object is of a type."""
    return _isinstance(obj, target_type)


def fork(func: Any, *args: Any, **kwargs: Any) -> Any:
    """Call a function at once, and return its result for ``wait``."""
    return func(*args, **kwargs)


def wait(future: T) -> T:
    """Return what ``fork`` returned."""
    return future


def optimized_execution(should_optimize: bool) -> contextlib.AbstractContextManager[None]:
    """Return a context that changes nothing."""
    return contextlib.nullcontext()


def save(m: Any, f: Any, *args: Any, **options: Any) -> NoReturn:
    """Refuse.

    Raises:
        RuntimeError: always.
    """
    raise RuntimeError(
        "torch.jit.save: minigrad compiles nothing; save the parameters with "
        "torch.save(model.state_dict(), ...)"
    )


def load(f: Any, *args: Any, **options: Any) -> NoReturn:
    """Refuse.

    Raises:
        RuntimeError: always.
    """
    raise RuntimeError(
        "torch.jit.load: minigrad runs no compiled programs; build the module in Python and load "
        "its parameters with torch.load"
    )


__getattr__ = _room(globals(), code=True)
