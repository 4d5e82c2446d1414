"""An error of the submission's, in words: kind, message, and the frames of its own files."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType

from .frames import Entry
from .refusals import Attempts, Refused
from .values import NotNumbersError

_LONGEST = 2000
_FIRST, _LAST = 5, 15  # frames of a traceback that are kept


def described(
    error: BaseException, sources: dict[str, str], attempts: Attempts
) -> dict[str, Entry]:
    """Return what crosses the wall of an error."""
    return {
        "!kind": _kind(error),
        "!exception": str(type.__getattribute__(type(error), "__name__"))[:80],
        "!message": _message(error),
        "!traceback": "\n".join(_lines(error.__traceback__, sources)),
        "!attempts": "\n".join(attempts.words),
    }


def _kind(error: BaseException) -> str:
    if isinstance(error, Refused):
        return error.kind
    for types, kind in (
        (MemoryError, "memory"),
        (RecursionError, "recursion"),
        (SystemExit, "exit"),
        (NotNumbersError, "value"),
        (ModuleNotFoundError, "missing module"),
    ):
        if isinstance(error, types):
            return kind
    return "exception"


def _message(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"it called exit({str(error.code)[:80]})"
    try:
        return str(error)[:_LONGEST]
    except BaseException:  # its own __str__ failed
        return "(an error whose text cannot be made)"


def _lines(trace: TracebackType | None, sources: dict[str, str]) -> list[str]:
    """Return the frames that lie in the submission's own files, innermost last."""
    frames = list(_own(trace, sources))
    if len(frames) <= _FIRST + _LAST:
        return frames
    left_out = len(frames) - _FIRST - _LAST
    return [*frames[:_FIRST], f"  ... {left_out} frames left out", *frames[-_LAST:]]


def _own(trace: TracebackType | None, sources: dict[str, str]) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename in sources:
            name, _, source = sources[code.co_filename].partition("\n")
            lines = source.splitlines()
            line = lines[trace.tb_lineno - 1].strip() if trace.tb_lineno <= len(lines) else ""
            where = f"  {name}, line {trace.tb_lineno}, in {code.co_name}"
            yield f"{where}: {line[:200]}" if line else where
        trace = trace.tb_next
