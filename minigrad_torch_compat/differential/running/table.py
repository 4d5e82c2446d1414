"""A result on a terminal or in a file of text: a bar while it runs, a table, the findings."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ..deliberate import DELIBERATE
from ..report import OperatorReport
from .result import (
    AGREES,
    DELIBERATELY,
    GROUPS,
    Result,
    farthest,
    findings_of,
    status_of,
    verdict_of,
)

_WIDTH = 140  # where there is no terminal to ask; longest row of the registry
_COLOURS = {"ok": "green", "FAIL": "bold red", "differs": "yellow", "-": "dim"}


def console(stderr: bool = False) -> Console:
    """Return a console whose output does not depend on anything but the terminal."""
    made = Console(stderr=stderr, highlight=False)
    if not made.is_terminal:
        made.width = _WIDTH
    return made


def show(result: Result, out: Console) -> None:
    """Print the table, the findings below it, and what it comes to."""
    if result.reports:
        out.print(table(result))
    for report in result.failed:
        for finding in findings_of(report):
            out.print()
            out.print(f"[bold]{escape(report.name)}[/] (seed {report.seed})", soft_wrap=True)
            out.print(str(finding).rstrip(), markup=False, soft_wrap=True)
    deliberate = [r for r in result.reports if verdict_of(r) == DELIBERATELY]
    if deliberate:
        out.print("\nDifferent on purpose:")
    for report in deliberate:
        for aspect, reason in DELIBERATE[report.name].items():
            out.print(f"  {report.name}, {aspect}: {reason}", markup=False, soft_wrap=True)
    out.print(f"\n{summary(result)}", markup=False, soft_wrap=True)


def table(result: Result) -> Table:
    """Return a row for each operator."""
    made = Table(box=SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False)
    made.add_column("operator", no_wrap=True)
    made.add_column("tier", justify="right")
    for group in GROUPS:
        made.add_column(group, no_wrap=True)
    made.add_column("max ULP", justify="right", no_wrap=True)
    made.add_column("verdict", no_wrap=True)
    for report in result.reports:
        states = (status_of(report, group) for group in GROUPS)
        cells = [f"[{_COLOURS[state]}]{state}[/]" for state in states]
        verdict = verdict_of(report)
        colour = {AGREES: "green", DELIBERATELY: "yellow"}.get(verdict, "bold red")
        verdict = f"[{colour}]{verdict}[/]"
        made.add_row(escape(report.name), str(report.tier), *cells, farthest(report), verdict)
    return made


def summary(result: Result) -> str:
    """Return the counts in a sentence."""
    counts = result.summary
    verdicts = [
        f"{name} {count:,}"
        for name, count in counts.items()
        if name not in ("operators", "examples") and (count or name == AGREES)
    ]
    operators = f"{counts['operators']:,} operators"
    if result.interrupted:
        operators = (
            f"interrupted after {counts['operators']:,} of {len(result.plan.names):,} operators"
        )
    head = f"{operators}, {counts['examples']:,} examples, seed {result.plan.seed}"
    return f"{head}: {', '.join(verdicts)}"


class Bar:
    """What is done so far, on a line that comes and goes with the run."""

    def __init__(self, total: int, out: Console) -> None:
        self.examples = self.findings = 0
        self.progress = Progress(
            TextColumn("operators"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TextColumn("{task.description}"),
            TimeRemainingColumn(),
            console=out,
            transient=True,
            disable=not out.is_terminal,
        )
        self.task = self.progress.add_task("", total=total)

    def done(self, report: OperatorReport) -> None:
        """Count an operator."""
        self.examples += report.examples
        self.findings += len(findings_of(report))
        text = f"{self.examples:,} examples, {self.findings} findings, {report.name}"
        self.progress.update(self.task, advance=1, description=escape(text))


@contextlib.contextmanager
def bar(total: int, out: Console) -> Iterator[Bar]:
    """Show a bar while the block runs, if there is a terminal."""
    made = Bar(total, out)
    with made.progress:
        yield made
