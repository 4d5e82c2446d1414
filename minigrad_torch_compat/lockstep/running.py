"""Runs the program twice and reports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .aligning import Side
from .comparing import Comparison
from .findings import Finding, Report, Run, Site, name_of, site_of
from .judging import Tolerance
from .printed import first_difference
from .records import read

_NAMES = {"torch": "PyTorch", "minigrad": "minigrad"}


class CannotRunError(Exception):
    """A run could not begin."""


@dataclass(frozen=True)
class Plan:
    """What is to be run, and how.

    Attributes:
        program: a file, or the name of a module.
        arguments: what the program gets.
        module: whether ``program`` is a module.
        seed: the seed of all generators.
        kept: how many values to keep of a tensor.
        limit: stop after so many calls.
        steps: stop after so many steps of optimizers.
        setups: files to run before the program, by engine.
        folder: where outputs and records go.
        keep: whether to keep the records.
        tolerance: how far apart the runs may be.
    """

    program: str
    arguments: tuple[str, ...]
    module: bool
    seed: int
    kept: int
    limit: int | None
    steps: int | None
    setups: dict[str, str | None]
    folder: Path
    keep: bool
    tolerance: Tolerance

    @property
    def title(self) -> str:
        """The command line of the program."""
        return " ".join([*(["-m"] if self.module else []), self.program, *self.arguments])


def execute(plan: Plan, say: Callable[[str], None]) -> Report:
    """Run the program under both engines and compare; ``say`` hears what is going on.

    Raises:
        CannotRunError: if a run could not begin.
    """
    runs = [run(plan, engine, say) for engine in _NAMES]
    say("comparing")
    return compare(plan, runs)


def compare(plan: Plan, runs: list[Run]) -> Report:
    """Compare PyTorch's run with minigrad's."""
    sides = [Side(Path(one.records)) for one in runs]
    comparison = Comparison(sides[0], sides[1], plan.tolerance)
    finding = comparison.run()
    for one, side in zip(runs, sides):
        one.error = side.error
        if not side.ended and one.error is None:
            one.error = f"The process ended without notice, with exit status {one.status}.\n"
        if one.error is not None:
            one.last = _last_calls(Path(one.records))
    report = Report(plan.title, plan.seed, runs, comparison.counts, finding)
    _endings(report)
    _printed(report)
    if any(side.stopped for side in sides):
        report.notes.append("The program was stopped after as many calls or steps as asked for.")
    if not plan.keep:
        for one in runs:
            Path(one.records).unlink()
            one.records = ""
    return report


def run(plan: Plan, engine: str, say: Callable[[str], None]) -> Run:
    """Run the program under an engine, in a process of its own.

    Raises:
        CannotRunError: if it could not begin.
    """
    plan.folder.mkdir(parents=True, exist_ok=True)
    output, errors, records = (
        plan.folder / f"{engine}.{kind}" for kind in ("out", "err", "records.jsonl")
    )
    options = {
        "engine": engine,
        "records": str(records.resolve()),
        **{name: getattr(plan, name) for name in ("kept", "limit", "steps", "seed", "program")},
        "arguments": plan.arguments,
        "module": plan.module,
        "setup": plan.setups.get(engine),
    }
    # Sets have the same order on both sides; what PyTorch compiles cannot be looked into.
    environment = {"PYTHONHASHSEED": "0", "PYTORCH_JIT": "0", "TORCHDYNAMO_DISABLE": "1"}
    say(f"running under {_NAMES[engine]}")
    begun = time.perf_counter()
    with open(output, "wb") as out, open(errors, "wb") as err:
        done = subprocess.run(
            [sys.executable, "-m", f"{__package__}.child", json.dumps(options)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**os.environ, **environment},
            check=False,
        )
    seconds = time.perf_counter() - begun
    if not records.exists() or not records.stat().st_size:
        text = errors.read_text(encoding="utf-8", errors="replace").strip()
        raise CannotRunError(f"the run under {_NAMES[engine]} could not begin:\n{text}")
    return Run(_NAMES[engine], done.returncode, seconds, str(output), str(errors), str(records))


def _last_calls(records: Path) -> list[tuple[str, Site]]:
    """Return the last calls of a run that failed."""
    last = deque((r for _, r in read(records) if "line" in r and not r["soft"]), maxlen=5)
    return [(name_of(record), site_of(record)) for record in last]


def _endings(report: Report) -> None:
    """Compare how the runs ended."""
    torch, minigrad = report.runs
    failed = [one for one in report.runs if one.error is not None]
    if len(failed) == 2 and _kind(torch) == _kind(minigrad):
        report.notes.append(f"Both runs ended with {_kind(torch)}.")
    elif failed and (report.finding is None or report.finding.kind in ("end", "control flow")):
        one = failed[0] if len(failed) == 1 else minigrad
        found = report.finding or Finding("error", "")
        found.kind = "error"
        found.title = f"The run under {one.engine} ended with {_kind(one)}"
        if len(failed) == 1:
            found.title += "; the other did not"
        if one.last:
            found.call, found.site = one.last[-1][0], one.last[-1][1]
        report.finding = found
    elif failed:
        ended = " and ".join(f"{one.engine} with {_kind(one)}" for one in failed)
        report.notes.append(f"Later a run ended early: {ended}.")
    elif torch.status != minigrad.status and report.finding is None:
        title = f"The exit status is {torch.status} under PyTorch, {minigrad.status} under minigrad"
        report.finding = Finding("end", title)


def _kind(run: Run) -> str:
    """Return the last line of a traceback."""
    return (run.error or "").strip().rpartition("\n")[2]


def _printed(report: Report) -> None:
    """Compare what was printed."""
    torch, minigrad = (Path(one.output) for one in report.runs)
    found = first_difference(torch, minigrad)
    if found is None:
        return
    lines = [f"PyTorch:  {found.torch}", f"minigrad: {found.minigrad}"]
    if found.numbers:
        report.notes.append(
            f"Of what was printed, only numbers differ, first in line {found.line}:\n"
            + "\n".join(lines)
        )
    elif report.finding is None:
        title = f"What was printed differs in line {found.line}"
        report.finding = Finding("output", title, remarks=lines)
    else:
        report.notes.append(f"What was printed differs in line {found.line}:\n" + "\n".join(lines))
