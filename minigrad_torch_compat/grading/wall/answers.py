"""What comes of asking a submission: values, or a failure told in words."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .inside.frames import OVERFULL, Entry

Kind = Literal[
    "crash",  # ended by a signal, or by what it did to the runner
    "exit",  # it ended the process, or asked Python to
    "exception",
    "missing module",
    "recursion",  # RecursionError
    "value",  # a result that is no array, text or None
    "timeout",
    "memory",
    "output",  # printed, or answered, more than is taken
    "forgery",  # it wrote to the pipe that answers come through
    "forbidden import",
    "network",
    "write outside",
    "process",  # it started or signalled another
]
_LONGEST = 4000
_CONTROL = re.compile(
    r"[^\S\n\t ]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


@dataclass(frozen=True)
class Program:
    """Statements to run behind the wall, and the names whose values are wanted.

    Names that they may use: those of the submission, ``m`` (its module), ``np``, those of the
    session's prelude, and the arrays that the call sends.
    """

    source: str
    returns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Values:
    """What a program returned: arrays, texts or None, checked in form and not in content."""

    values: Mapping[str, Entry]
    kinds: Mapping[str, str] = field(default_factory=dict)  # names of the classes they had
    attempts: tuple[str, ...] = ()  # what was refused on the way, although it went on
    threads: int = 0  # left running
    output: str = ""
    seconds: float = 0.0

    def __getitem__(self, name: str) -> Entry:
        return self.values[name]


@dataclass(frozen=True)
class Loaded:
    """The submission is there: its names, and notes for the report."""

    names: tuple[str, ...]
    notes: tuple[str, ...] = ()
    attempts: tuple[str, ...] = ()
    output: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Failure:
    """Why there are no values."""

    kind: Kind
    message: str
    exception: str = ""  # the class of the error, if there was one
    traceback: str = ""  # the frames in the submission's own files
    attempts: tuple[str, ...] = ()
    output: str = ""
    seconds: float = 0.0
    loading: bool = False  # it happened while the submission was loaded

    def __str__(self) -> str:
        when = " while it was loaded" if self.loading else ""
        what = f"{self.exception}: {self.message}" if self.exception else self.message
        return f"{self.kind}{when}: {what}"


def clean(text: str) -> str:
    """Return a text of a submission's, short and without what a terminal would obey."""
    if len(text) > _LONGEST:
        half = _LONGEST // 2
        text = f"{text[:half]}\n... {len(text) - 2 * half} characters left out ...\n{text[-half:]}"
    return _CONTROL.sub("\ufffd", text)


def ending(status: int, cpu_seconds: float, cpu_limit: float) -> tuple[Kind, str]:
    """Return what the way in which a process ended says."""
    if status == OVERFULL:
        return "output", "it wrote more to its folder than it may"
    if status & 0x7F == 0:
        code = status >> 8
        if code == 70:
            return "crash", "it broke what runs it"
        return "exit", f"it ended the Python process (exit code {code}), as os._exit does"
    number = status & 0x7F
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    if name == "SIGXCPU" or (name == "SIGKILL" and cpu_seconds >= cpu_limit):
        return "timeout", f"it used {cpu_seconds:.0f} s of processor time in all"
    if name == "SIGKILL":
        return "memory", "the system killed it, most likely because memory ran out (SIGKILL)"
    if name == "SIGSEGV":
        return "crash", "wrong memory access (SIGSEGV); an endless recursion can be the cause"
    return "crash", f"the process was ended by {name}"
