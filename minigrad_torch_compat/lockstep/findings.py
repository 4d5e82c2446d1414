"""What a comparison found."""

from __future__ import annotations

import linecache
from dataclasses import dataclass, field
from typing import Any

from .judging import Verdict
from .records import Record


@dataclass(frozen=True)
class Site:
    """A line of the program.

    Attributes:
        file: its file.
        line: its number.
        within: the function that it is in.
    """

    file: str
    line: int
    within: str

    @property
    def text(self) -> str:
        """The line itself; "" if it cannot be read."""
        return linecache.getline(self.file, self.line).strip()

    def __str__(self) -> str:
        within = "" if self.within == "<module>" else f", in {self.within}"
        return f"{self.file}:{self.line}{within}"


def site_of(record: Record) -> Site:
    """Return the line that made a call."""
    return Site(record["file"], record["line"], record["within"])


def name_of(record: Record) -> str:
    """Return what a call is called: ``nn.Conv2d (Net.conv1)``."""
    name: str = record["name"]
    path = record.get("path", name)
    return name if path == name else f"{name} ({path})"


@dataclass(frozen=True)
class Pair:
    """What both sides have of one value.

    Attributes:
        label: what it is: "result", "input weight", "gradient of w".
        torch: PyTorch's; None if it has none.
        minigrad: minigrad's; None if it has none.
        verdict: how they compare, if they were compared.
    """

    label: str
    torch: Record | None
    minigrad: Record | None
    verdict: Verdict | None = None


@dataclass
class Finding:
    """Where the two runs part.

    Attributes:
        kind: "value", "shape", "dtype", "requires_grad", "error", "gradient", "step",
            "control flow", "end" or "output".
        title: a sentence.
        site: the line.
        call: what was called there.
        number: how many calls came before it, and one.
        pairs: inputs and results.
        remarks: what else there is to know.
        suspects: other lines that may be to blame.
        last: the last calls that agreed, with their differences.
        next: the calls that follow on either side, where the two part in structure.
    """

    kind: str
    title: str
    site: Site | None = None
    call: str = ""
    number: int = 0
    pairs: list[Pair] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    suspects: list[tuple[str, Site]] = field(default_factory=list)
    last: list[tuple[str, Site, float]] = field(default_factory=list)
    next: dict[str, list[tuple[str, Site]]] = field(default_factory=dict)


@dataclass
class Counts:
    """What was compared.

    Attributes:
        calls: calls of functions, methods and modules.
        gradients: gradients of results and of leaves.
        steps: steps of optimizers.
        worst: of each function, how often it was called and the largest relative difference.
        track: the largest difference of each stretch of calls, in order.
    """

    calls: int = 0
    gradients: int = 0
    steps: int = 0
    worst: dict[str, tuple[int, float]] = field(default_factory=dict)
    track: Track = field(default_factory=lambda: Track())

    def add(self, name: str, error: float) -> None:
        """Count a call."""
        self.calls += 1
        times, most = self.worst.get(name, (0, 0.0))
        self.worst[name] = times + 1, max(most, error)
        self.track.add(error)


class Track:
    """The course of the differences: at most ``most`` stretches, each twice as long when full."""

    def __init__(self, most: int = 200) -> None:
        self.length, self.peaks = 1, [0.0]
        self._most, self._filled = most, 0

    def add(self, error: float) -> None:
        """Add the difference of the next call."""
        if self._filled == self.length:
            self.peaks.append(0.0)
            self._filled = 0
        self._filled += 1
        self.peaks[-1] = max(self.peaks[-1], error)
        if len(self.peaks) == self._most and self._filled == self.length:
            self.peaks = [max(self.peaks[i : i + 2]) for i in range(0, self._most, 2)]
            self.length *= 2
            self._filled = self.length


@dataclass
class Run:
    """How the program fared under one engine.

    Attributes:
        engine: "PyTorch" or "minigrad".
        status: its exit status.
        seconds: how long it took.
        output: the file with what it printed.
        errors: the file with what it printed to the standard error stream.
        records: the file with the records.
        error: the traceback of the error that ended it.
        last: its last calls.
    """

    engine: str
    status: int
    seconds: float
    output: str
    errors: str
    records: str
    error: str | None = None
    last: list[tuple[str, Site]] = field(default_factory=list)


@dataclass
class Report:
    """All of it.

    Attributes:
        program: the command line of the program.
        seed: the seed of both runs.
        runs: PyTorch's and minigrad's.
        counts: what was compared.
        finding: where they part; None if they do not.
        notes: what does not make them differ, but should be known.
    """

    program: str
    seed: int
    runs: list[Run]
    counts: Counts
    finding: Finding | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The exit status: 0 if the runs agree, 1 if they differ."""
        return 0 if self.finding is None else 1

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON has it."""
        from dataclasses import asdict

        found = asdict(self)
        found["status"] = self.status
        found["counts"]["track"] = {
            "length": self.counts.track.length,
            "peaks": self.counts.track.peaks,
        }
        return found
