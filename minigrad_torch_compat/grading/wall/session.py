"""A submission behind the wall, and the grader's questions to it."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from ..submissions import Submission
from .answers import Failure, Kind, Loaded, Program, Values, clean, ending
from .exchange import EndedError, FloodError, ForgeryError, LateError, Worker
from .inside.frames import Entry, ForgedError, pack, unpack
from .limits import Limits, Rules
from .packages import libraries
from .warden import Warden

_LONGEST = 200_000  # characters of a list that are read
_NOTES = {"!kind", "!exception", "!message", "!traceback", "!attempts", "!kinds", "!threads",
          "!names", "!notes", "!failed"}  # fmt: skip


class Session:
    """Ask a submission for values, as often as wanted; a context manager.

    It runs in a process of its own that knows no expected value. One that hangs or dies costs the
    question it was asked: for the next it is started afresh, from the files as handed in.

    Args:
        submission: what was handed in, from ``prepare``.
        limits: of time, memory and room.
        rules: which packages it may import.
        prelude: statements whose names programs may use; run after the submission is loaded.
        without: protections not to use, of "namespaces", "mounts", "landlock", "seccomp"
            (for tests).

    Raises:
        WallError: if the process cannot be started at all, as on Windows.

    Example:
        >>> from minigrad_torch_compat.grading.submissions import Submission
        >>> files = {"tensor.py": b"def double(x): return 2 * x"}
        >>> with Session(Submission("tensor.py", files, ("tensor",))) as session:
        ...     answer = session.call(Program("y = double(a)", ("y",)), {"a": np.ones(2)})
        >>> answer["y"]
        array([2., 2.])
    """

    def __init__(
        self,
        submission: Submission,
        limits: Limits | None = None,
        rules: Rules | None = None,
        prelude: str = "",
        without: Collection[str] = (),
    ):
        self.submission = submission
        self.limits = limits or Limits()
        self.rules = rules or Rules()
        self.restarts = 0
        self.used = 0.0  # seconds
        self._worker: Worker | None = None
        self._loaded: Loaded | Failure | None = None
        self._skip: set[int] = set()  # cells of a notebook that failed
        self._started = False
        self._warden = Warden(self._config(prelude, without), dict(submission.files))

    @property
    def protections(self) -> tuple[str, ...]:
        """What keeps the submission apart on this computer, in words."""
        return self._warden.words

    @property
    def label(self) -> str:
        """What its processes are called in a list of processes."""
        return self._warden.label

    @property
    def scratch(self) -> str:
        """Where the submission lies, as it sees it."""
        return self._warden.scratch

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the submission's process with all that it started."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None
        self._warden.close()

    def load(self) -> Loaded | Failure:
        """Load the submission, if it is not: return its names, or why it has none."""
        if self._worker is not None and self._loaded is not None:
            return self._loaded
        if isinstance(self._loaded, Failure):
            return self._loaded  # it would fail again
        limits = self.limits
        self.restarts += self._started
        self._started = True
        self._worker = Worker(self._warden, limits.output_kb << 10, limits.result_mb + 1 << 20)
        request: dict[str, Entry] = {"!skip": " ".join(map(str, sorted(self._skip)))}
        answer = self._ask(request, (), limits.import_s)
        if isinstance(answer, Failure):
            self._loaded = replace(answer, loading=True)
            self._end()
            return self._loaded
        entries, output, seconds = answer
        self._skip |= {int(index) for index in _text(entries, "!failed").split()}
        loaded = Loaded(
            names=_lines(entries, "!names"), notes=_lines(entries, "!notes"),
            attempts=_lines(entries, "!attempts"), output=output, seconds=seconds,
        )  # fmt: skip
        self._loaded = self._loaded or loaded  # what was noted the first time stays
        return self._loaded

    def call(
        self,
        program: Program,
        arrays: Mapping[str, np.ndarray] | None = None,
        timeout: float | None = None,
    ) -> Values | Failure:
        """Run a program on arrays behind the wall; return what it returns, or why it did not."""
        loaded = self.load()
        if isinstance(loaded, Failure):
            return loaded
        request: dict[str, Entry] = {
            "!source": program.source,
            "!returns": " ".join(program.returns),
            **{name: _operand(name, array) for name, array in (arrays or {}).items()},
        }
        answer = self._ask(request, program.returns, timeout or self.limits.case_s)
        if isinstance(answer, Failure):
            return answer
        entries, output, seconds = answer
        return Values(
            values={name: entries[name] for name in program.returns},
            kinds=dict(zip(program.returns, _lines(entries, "!kinds"))),
            attempts=_lines(entries, "!attempts"),
            threads=1 if "!threads" in entries else 0,
            output=output,
            seconds=seconds,
        )

    def _ask(
        self, request: dict[str, Entry], returns: tuple[str, ...], seconds: float
    ) -> tuple[dict[str, Entry], str, float] | Failure:
        worker = self._worker
        assert worker is not None
        start = time.monotonic()
        left = self.limits.total_s - self.used
        try:
            body = worker.exchange(pack(request), min(seconds, left))
            entries = _checked(unpack(body), returns)
        except LateError:
            failed = self._late(seconds, left)
        except EndedError:
            failed = self._ended()
        except FloodError as error:
            failed = self._failed("output", str(error))
        except (ForgeryError, ForgedError) as error:
            failed = self._failed("forgery", str(error))
        except BaseException:
            self._end()
            raise
        else:
            output = clean(worker.output.decode(errors="replace"))
            took = time.monotonic() - start
            self.used += took
            if "!kind" not in entries:
                return entries, output, took
            failed = _told(entries, output)
        took = time.monotonic() - start
        self.used += took
        return replace(failed, seconds=took)

    def _late(self, seconds: float, left: float) -> Failure:
        if left <= seconds:
            return self._failed("timeout", f"all {self.limits.total_s:g} s are used up")
        return self._failed("timeout", f"no answer within {seconds:g} s")

    def _ended(self) -> Failure:
        worker = self._worker
        assert worker is not None
        self._worker = None
        status, _, seconds = worker.end(kill=False)
        limit = self.limits.total_s + self.limits.import_s
        kind, words = ending(status, seconds, limit)
        return Failure(kind, words, output=clean(worker.output.decode(errors="replace")))

    def _failed(self, kind: Kind, words: str) -> Failure:
        output = self._worker.output.decode(errors="replace") if self._worker else ""
        self._end()
        return Failure(kind, words, output=clean(output))

    def _end(self) -> None:
        """End the worker; the next question starts another."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()

    def _config(self, prelude: str, without: Collection[str]) -> dict[str, Any]:
        limits, rules, submission = self.limits, self.rules, self.submission
        found = libraries(tuple(rules.allow))
        allowed = set(rules.allow)
        return asdict(found) | {
            "without": list(without),
            "modules": list(submission.modules),
            "paths": list(submission.paths),
            "cells": [list(cell) for cell in submission.cells],
            "env": dict(submission.env),
            "sources": submission.sources,
            "own": sorted(submission.own_names),
            "prelude": prelude,
            "forbid": [name for name in rules.forbid if name not in allowed],
            "stubs": [name for name in rules.stubs if name not in allowed],
            "network": rules.network,
            "processes": limits.processes,
            "memory_bytes": limits.memory_mb << 20,
            "write_bytes": round(limits.write_mb * (1 << 20)),
            "result_bytes": limits.result_mb << 20,
            "import_s": limits.import_s,
            "total_s": limits.total_s,
        }


def _operand(name: str, value: np.ndarray) -> np.ndarray:
    array = np.asarray(value)
    if array.dtype.kind not in "biufc" or array.dtype.itemsize > 16 or array.dtype.char in "gG":
        raise TypeError(f"{name} must be an array of numbers, not of {array.dtype}")
    return array


def _text(entries: Mapping[str, Entry], name: str) -> str:
    value = entries.get(name, "")
    return clean(value) if isinstance(value, str) else ""


def _lines(entries: Mapping[str, Entry], name: str) -> tuple[str, ...]:
    value = entries.get(name, "")
    text = value[:_LONGEST] if isinstance(value, str) else ""
    return tuple(clean(line) for line in text.split("\n") if line)


def _checked(entries: dict[str, Entry], returns: tuple[str, ...]) -> dict[str, Entry]:
    """Return an answer's entries if they are those that were asked for."""
    names = {name for name in entries if not name.startswith("!")}
    if not names <= set(returns) or not set(entries) - names <= _NOTES:
        raise ForgedError("the answer holds names that were not asked for")
    if "!kind" not in entries and names != set(returns):
        raise ForgedError("the answer lacks values that were asked for")
    return entries


def _told(entries: Mapping[str, Entry], output: str) -> Failure:
    kind = _text(entries, "!kind")
    if kind not in Kind.__args__:  # type: ignore[attr-defined]
        return Failure("forgery", f"there are no failures of kind {kind!r}")
    return Failure(
        kind, _text(entries, "!message"), _text(entries, "!exception"),  # type: ignore[arg-type]
        _text(entries, "!traceback"), _lines(entries, "!attempts"), output,
    )  # fmt: skip
