"""Notes the calls that a program makes: where, with what, and what came out.

A call counts if the program itself makes it: what a function of the engine calls in turn is its own
affair, as the engines are built differently. Layers of the engine are looked into a little: the
layers in them are noted as ``soft``, which are compared only where both sides have the same.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from .gradients import Gradients
from .leaves import is_tensor, leaves_of, note
from .places import is_program, program_frame
from .records import Record, Writer
from .summary import KEPT
from .tracking import version_of

# What these return is whatever was in memory.
UNSET = frozenset(
    {"empty", "empty_like", "empty_strided", "new_empty", "empty_permuted", "new", "resize_"}
)
BACKWARD = ("backward", "grad")  # names of the functions that compute gradients


class Enough(SystemExit):
    """As many calls or steps were noted as were asked for."""


class Recorder:
    """Notes the calls of one process, of its main thread.

    Args:
        writer: where the records go.
        kept: values kept of a tensor.
        limit: stop the program after so many calls.
        steps: stop it after so many steps of optimizers.
    """

    def __init__(
        self, writer: Writer, kept: int = KEPT, limit: int | None = None, steps: int | None = None
    ) -> None:
        self.writer, self.kept = writer, kept
        self.limit, self.steps = limit, steps
        self.calls = 0
        self.passes = 0  # backward passes that are under way
        self.active = True
        self.gradients = Gradients(writer.write, kept)
        self._process, self._thread = os.getpid(), threading.get_ident()

    def listens(self, frame: FrameType) -> bool:
        """Return whether a call made in a frame counts."""
        return is_program(frame) and self.on()

    def on(self) -> bool:
        """Return whether this process and thread are the ones that are recorded."""
        return (
            self.active
            and threading.get_ident() == self._thread
            and os.getpid() == self._process  # not a worker that was forked
        )

    def call(
        self, function: Callable[..., Any], name: str, frame: FrameType, args: Any, kwargs: Any
    ) -> Any:
        """Call a function and note the call."""
        record = self.begin("call", name, frame)
        given = [*leaves_of(args), *leaves_of(kwargs)]
        record["in"] = self.inputs(given)
        before = {id(leaf): version_of(leaf) for _, leaf in given if is_tensor(leaf)}
        last = name.rpartition(".")[2]
        with self._noting_errors(record), self._passing(last in BACKWARD):
            result = function(*args, **kwargs)
        if result is NotImplemented:
            return result
        if last in BACKWARD:
            self.gradients.of_leaves()
        self.end(record, args[0] if last == "__setitem__" else result, before, last in UNSET)
        return result

    def begin(self, kind: str, name: str, frame: FrameType, soft: bool = False) -> Record:
        """Return the record of a call that begins."""
        code = frame.f_code
        return {
            "kind": kind,
            "name": name,
            "file": code.co_filename,
            "line": frame.f_lineno,
            "within": code.co_name,
            "soft": soft or self.passes > 0,
        }

    def inputs(self, given: list[tuple[str, Any]]) -> list[Record]:
        """Return what is noted of arguments: also which call made them, or which leaf they are."""
        noted = []
        for name, leaf in given:
            found = note(name, leaf, self.kept)
            if is_tensor(leaf):
                found.update(self.gradients.source(leaf))
            noted.append(found)
        return noted

    def end(
        self, record: Record, result: Any, before: dict[int, int] | None = None, unset: bool = False
    ) -> None:
        """Note what a call returned, and write its record."""
        outputs = list(leaves_of(result))
        record["out"] = [note(name, leaf, self.kept) for name, leaf in outputs]
        if unset:
            record["unset"] = True
        if record["soft"]:
            self.writer.write(record)
            return
        self._count(record)
        for i, (_, leaf) in enumerate(outputs):
            if not is_tensor(leaf):
                continue
            known = (before or {}).get(id(leaf))
            changed = known is None or known != version_of(leaf)
            if changed and self.gradients.watch(leaf, self.calls, i):
                # Once a view was written to, its earlier gradient may not be computed at all.
                record["out"][i]["watched"] = not leaf._is_view()
        self.writer.write(record)
        if self.calls == self.limit:
            self.stop()

    def _count(self, record: Record) -> None:
        self.calls += 1
        record["call"] = self.gradients.calls = self.calls

    def stop(self) -> None:
        """End the program here."""
        self.active = False
        self.writer.write({"kind": "stop"})
        raise Enough(0)

    @contextmanager
    def _noting_errors(self, record: Record) -> Iterator[None]:
        """Write the record of a call that fails, with what it raised."""
        try:
            yield
        except Enough:
            raise
        except BaseException as error:
            self.failed(record, error)
            raise

    def failed(self, record: Record, error: BaseException) -> None:
        """Note that a call raised an error."""
        if not self.on():
            return
        record["raised"] = [type(error).__name__, str(error)[:2000]]
        if not record["soft"]:
            self._count(record)
        self.writer.write(record)

    @contextmanager
    def _passing(self, backward: bool) -> Iterator[None]:
        """Count a backward pass: what the program does within it has no fixed order."""
        self.passes += backward
        try:
            yield
        finally:
            self.passes -= backward

    def step(self, optimizer: Any, *_: Any) -> None:
        """Note the parameters after a step of an optimizer."""
        if not self.on():
            return
        record = self.begin("step", f"{type(optimizer).__name__}.step", program_frame(2))
        parameters = [p for group in optimizer.param_groups for p in group["params"]]
        record["in"] = []
        record["leaves"] = [self.gradients.leaf(p, "parameter").key for p in parameters]
        names = [self.gradients.leaf(p, "parameter").name for p in parameters]
        self.end(record, dict(zip(_distinct(names), parameters)))
        if self.steps is not None:
            self.steps -= 1
            if self.steps == 0:
                self.stop()

    def finish(self, error: str | None) -> None:
        """Write the last record."""
        if os.getpid() == self._process:
            self.writer.write({"kind": "end", "error": error})


def _distinct(names: list[str]) -> list[str]:
    """Return names of which none is there twice."""
    if len(set(names)) == len(names):
        return names
    return [f"{name} ({i})" for i, name in enumerate(names)]
